/** What every view keeps to, run as it is run in earnest (`view.ts`), as tests. */
import assert from 'node:assert/strict'
import {suite, test} from 'node:test'
import type {Did} from '#atp/syntax/did.ts'
import {Metrics} from '#runtime/health/metrics.ts'
import {LostPlace} from '#sdk/checked-stream.ts'
import {silentLog} from '#std/log.ts'
import {datetimeOf} from '#atp/syntax/datetime.ts'
import {Author} from '../../test/index-events.ts'
import type {Cursor, EventBatch, StreamCommit, StreamEvent, VerifiedEvents} from './verified-events.ts'
import {runView, ViewNumbers, type ViewStore} from './view.ts'

export interface ViewUnderTest extends AsyncDisposable {
  readonly store: ViewStore
  /** The view as a new process finds it. */
  reopened(): ViewStore
  /** The texts of the posts that it has, or tells of, by `did/rkey`. */
  posts(): Promise<Map<string, string>>
  /** Whether it knows that this repository has to be fetched; not there in a view that keeps no repositories. */
  isDue?(did: Did): Promise<boolean>
}

const source = 'https://relay.example.com'
const collection = 'app.bsky.feed.post'
const time = datetimeOf(Date.parse('2026-01-01T00:00:00Z'))

const seqOf = (event: StreamEvent | undefined): Cursor => (event && event.t !== '#info' ? event.seq : 0)

/** A stream that has these events and then ends. */
export const streamOf = (events: readonly StreamEvent[], atATime = 2): VerifiedEvents => {
  return {
    name: source,
    bounds: () => ({first: 1, last: seqOf(events.at(-1))}),
    async *follow(after): AsyncGenerator<EventBatch, void> {
      if (after === 'live') return
      if (after > seqOf(events.at(-1))) throw new LostPlace('It is not there yet.')
      const rest = events.filter(event => seqOf(event) > after)
      for (let at = 0; at < rest.length; at += atATime) {
        const some = rest.slice(at, at + atATime)
        yield {last: seqOf(some.at(-1)), frames: [], events: () => some}
      }
    },
  }
}

const sleep = async (_: number, signal?: AbortSignal): Promise<void> => signal?.throwIfAborted()
const never = new AbortController().signal

/** Has the view read a stream to its end. */
const run = (store: ViewStore, stream: VerifiedEvents, signal = never): Promise<void> =>
  runView(
    {
      source: stream,
      store,
      start: 'oldest',
      numbers: new ViewNumbers('test', new Metrics(), () => 0),
      world: {now: () => 0, sleep},
      log: silentLog,
    },
    signal,
  )

const numbered = (events: readonly StreamEvent[]): StreamEvent[] =>
  events.map((event, at) => (event.t === '#info' ? event : {...event, seq: at + 1}))

const account = (did: Did, active: boolean, status?: string): StreamEvent => ({
  t: '#account',
  seq: 0,
  did,
  time,
  active,
  ...(status ? {status} : {}),
})

const write = (author: Author, number: number, text: string | null): StreamCommit =>
  author.commit({
    [`${collection}/${author.rkey(number)}`]:
      text === null ? null : {$type: collection, text, createdAt: '2026-01-01T00:00:00.000Z'},
  })
const post = (author: Author, number: number, text: string): [string, string] => [
  `${author.did}/${author.rkey(number)}`,
  text,
]

export function viewContract(name: string, open: () => ViewUnderTest): void {
  const contract = (rule: string, check: (view: ViewUnderTest) => Promise<void>): void =>
    void test(rule, {timeout: 60_000}, async () => {
      await using view = open()
      await check(view)
    })
  let authors = 0
  const newAuthor = (): Author => new Author(`did:web:author${authors++}.test`)
  /** Posts of two accounts, one post of which is deleted again, and an identity. */
  const history = (): {events: StreamEvent[]; posts: Map<string, string>} => {
    const [alice, bob] = [newAuthor(), newAuthor()]
    const events = numbered([
      write(alice, 1, 'a1'),
      write(bob, 1, 'b1'),
      {t: '#identity', seq: 0, did: alice.did, time},
      write(alice, 2, 'a2'),
      write(bob, 2, 'b2'),
      write(alice, 1, null),
      write(bob, 3, 'b3'),
    ])
    return {events, posts: new Map([post(alice, 2, 'a2'), post(bob, 1, 'b1'), post(bob, 2, 'b2'), post(bob, 3, 'b3')])}
  }

  suite(name, () => {
    contract('has what the stream tells, and its cursor', async ({store, posts}) => {
      assert.equal(await store.cursor(source), undefined)
      const {events, posts: expected} = history()
      await run(store, streamOf(events))
      assert.deepEqual(new Map((await posts()).entries()), expected)
      assert.equal(await store.cursor(source), events.length)
    })

    contract('an event that comes twice changes nothing', async ({store, posts}) => {
      const {events, posts: expected} = history()
      await store.apply(source, events.slice(0, 4), 4)
      await store.apply(source, events.slice(0, 4), 4)
      await store.apply(source, events.slice(2), events.length)
      assert.deepEqual(await posts(), expected)
    })

    contract('dying between two events changes nothing, wherever it is', async view => {
      const {events, posts: expected} = history()
      let store: ViewStore = view.store
      for (let at = 1; at <= events.length; at++) {
        await run(store, streamOf(events.slice(0, at), 1))
        store = view.reopened()
        assert.equal(await store.cursor(source), at)
      }
      assert.deepEqual(await view.posts(), expected)
    })

    contract('what was applied and not noted, or noted and not applied, there is not', async view => {
      const {events, posts: expected} = history()
      // It dies while each act is under way: whether it took place, the next process finds out by itself.
      let store: ViewStore = view.store
      for (let tries = 0; tries < events.length; tries++) {
        const stop = new AbortController()
        const dying: ViewStore = {
          cursor: name => store.cursor(name),
          async apply(name, some, cursor) {
            await store.apply(name, some, cursor)
            stop.abort(new Error('killed'))
            throw stop.signal.reason
          },
        }
        await run(dying, streamOf(events, 1), stop.signal).catch(() => {})
        store = view.reopened()
      }
      await run(store, streamOf(events))
      assert.deepEqual(await view.posts(), expected)
    })

    contract('after a gap it goes on, and knows what it lacks', async ({store, posts, isDue}) => {
      const [alice, bob] = [newAuthor(), newAuthor()]
      const first = write(alice, 1, 'a1')
      const missed = write(alice, 2, 'missed')
      const {seq, did, rev} = missed
      const events = numbered([first, {t: '#sync', seq, did, time, rev}, write(bob, 1, 'b1'), write(alice, 3, 'a3')])
      await run(store, streamOf(events))
      assert.deepEqual(await posts(), new Map([post(alice, 1, 'a1'), post(bob, 1, 'b1'), post(alice, 3, 'a3')]))
      assert.equal(await store.cursor(source), events.length)
      if (isDue) assert.deepEqual([await isDue(alice.did), await isDue(bob.did)], [true, false])
    })

    contract('a #sync that says what it has changes nothing, and makes nothing due', async ({store, posts, isDue}) => {
      const alice = newAuthor()
      const commit = write(alice, 1, 'a1')
      const {seq, did, rev} = commit
      await run(store, streamOf(numbered([commit, {t: '#sync', seq, did, time, rev}, write(alice, 2, 'a2')])))
      assert.deepEqual(await posts(), new Map([post(alice, 1, 'a1'), post(alice, 2, 'a2')]))
      if (isDue) assert.equal(await isDue(alice.did), false)
    })

    contract('a stream that has lost its place is read from its oldest event', async view => {
      const alice = newAuthor()
      const [one, two, three] = [write(alice, 1, 'a1'), write(alice, 2, 'a2'), write(alice, 3, 'a3')]
      await run(view.store, streamOf(numbered([write(newAuthor(), 1, 'other'), one, two])))
      // Its numbers have begun anew: what it told before comes under others.
      await run(view.store, streamOf(numbered([two, three])))
      const posts = await view.posts()
      assert.deepEqual([...posts.values()].toSorted(), ['a1', 'a2', 'a3', 'other'])
      assert.equal(await view.reopened().cursor(source), 2)
    })

    contract('an account that goes takes its records along, and comes back with new ones', async ({store, posts}) => {
      const [alice, bob] = [newAuthor(), newAuthor()]
      const later = new Author(alice.did)
      // Revisions go on where they were.
      for (let n = 0; n < 3; n++) later.commit({})
      const back = {...write(later, 9, 'again'), since: null}
      const before = [write(alice, 1, 'a1'), write(bob, 1, 'b1'), account(alice.did, false, 'deleted')]
      await run(store, streamOf(numbered(before)))
      assert.deepEqual(await posts(), new Map([post(bob, 1, 'b1')]))
      await run(store, streamOf(numbered([...before, account(alice.did, true), back as StreamEvent])))
      assert.deepEqual(await posts(), new Map([post(bob, 1, 'b1'), post(alice, 9, 'again')]))
    })

    contract('an account that is put to sleep keeps its records', async ({store, posts}) => {
      const alice = newAuthor()
      const events = [write(alice, 1, 'a1'), account(alice.did, false, 'deactivated'), account(alice.did, true)]
      await run(store, streamOf(numbered(events)))
      assert.deepEqual(await posts(), new Map([post(alice, 1, 'a1')]))
    })
  })
}
