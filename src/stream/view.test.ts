/** The runner of views, with the smallest view there is: the posts of each account, in a map. */
import {deepEqual, equal, ok, rejects} from 'node:assert/strict'
import {Readable} from 'node:stream'
import {test} from 'node:test'
import {decodeCborLenient} from '#atp/data/cbor-decode.ts'
import {Metrics} from '#runtime/health/metrics.ts'
import {LostPlace} from '#sdk/checked-stream.ts'
import {createLog, silentLog, type LogLine} from '#std/log.ts'
import {OutOfSpace} from '#std/out-of-space.ts'
import {Overloaded} from '#std/waiting/async.ts'
import {Author} from '../../test/index-events.ts'
import type {EventBatch, StreamEvent, VerifiedEvents} from './verified-events.ts'
import {streamOf, viewContract} from './view.contract.ts'
import {Drops, runView, ViewNumbers, type ViewOptions, type ViewStore} from './view.ts'

interface Rows {
  readonly posts: ReadonlyMap<string, string>
  readonly revs: ReadonlyMap<string, string>
  readonly cursors: ReadonlyMap<string, number>
}

/** A disk of one page, on which an act changes all or nothing. */
interface Page {
  rows: Rows
}

class Posts implements ViewStore {
  readonly #page: Page

  constructor(page: Page) {
    this.#page = page
  }

  async cursor(source: string): Promise<number | undefined> {
    return this.#page.rows.cursors.get(source)
  }

  async apply(source: string, events: readonly StreamEvent[], cursor: number): Promise<void> {
    const {rows} = this.#page
    const [posts, revs] = [new Map(rows.posts), new Map(rows.revs)]
    for (const event of events) {
      if (event.t === '#account' && event.status === 'deleted') {
        for (const key of posts.keys()) if (key.startsWith(`${event.did}/`)) posts.delete(key)
      }
      if (event.t !== '#commit' || event.rev <= (revs.get(event.did) ?? '')) continue
      revs.set(event.did, event.rev)
      for (const {path, cid} of event.ops) {
        const key = `${event.did}/${path.split('/')[1]}`
        const block = cid && event.carried.get(cid)
        if (block) posts.set(key, (decodeCborLenient(block) as {text: string}).text)
        else posts.delete(key)
      }
    }
    this.#page.rows = {posts, revs, cursors: new Map(rows.cursors).set(source, cursor)}
  }
}

viewContract('a view of a few lines', () => {
  const page: Page = {rows: {posts: new Map(), revs: new Map(), cursors: new Map()}}
  return {
    store: new Posts(page),
    reopened: () => new Posts(page),
    posts: async () => new Map(page.rows.posts),
    [Symbol.asyncDispose]: async () => {},
  }
})

const author = new Author('did:web:alice.test')
const events: StreamEvent[] = Array.from({length: 9}, (_, at) => ({...author.commit({}), seq: at + 1}))

function options(given: Partial<ViewOptions> = {}) {
  const slept: number[] = []
  const metrics = new Metrics()
  const applied: (readonly StreamEvent[])[] = []
  let cursor: number | undefined
  const store: ViewStore = {
    cursor: async () => cursor,
    async apply(_, some, last) {
      applied.push(some)
      cursor = last
    },
  }
  const sleep = async (ms: number, signal?: AbortSignal): Promise<void> => {
    slept.push(ms)
    signal?.throwIfAborted()
  }
  const numbers = new ViewNumbers('posts', metrics, () => Date.parse('2026-01-01T01:00:00Z'))
  const all = {
    source: streamOf(events),
    store,
    start: 'oldest',
    numbers,
    world: {now: () => 0, sleep},
    log: silentLog,
  } as const
  return {options: {...all, ...given}, metrics, slept, applied}
}
const never = new AbortController().signal
const ended: AsyncIterable<EventBatch> = Readable.from([])

const turns = async (count: number): Promise<void> => {
  for (let turn = 0; turn < count; turn++) await new Promise(setImmediate)
}

test('what comes while an act goes on is applied in one', async () => {
  const {options: given, applied} = options()
  const {apply} = given.store
  const store: ViewStore = {
    ...given.store,
    async apply(...all) {
      await apply(...all)
      await turns(20)
    },
  }
  await runView({...given, store}, never)
  deepEqual(applied.flat(), events)
  ok(applied.length <= 2, `${applied.length} acts`)
})

for (const gatherMs of [undefined, 50])
  test(`what comes by ones within ${gatherMs ?? 20} ms of an act waits for the next, and after a quiet while for none`, async () => {
    const {options: given, applied} = options({
      ...(gatherMs && {gatherMs}),
      source: {
        ...streamOf(events),
        async *follow(): AsyncGenerator<EventBatch, void> {
          for (const [at, event] of events.entries()) {
            yield {last: at + 1, frames: [], events: () => [event]}
            // The first comes alone; the others while the act after it is put off; the last long after.
            await turns(at === 0 || at === events.length - 2 ? 40 : 1)
          }
        },
      },
    })
    const slept: number[] = []
    const sleep = async (ms: number): Promise<void> => {
      slept.push(ms)
      await turns(20)
    }
    await runView({...given, world: {now: () => 0, sleep}}, never)
    deepEqual(
      applied.map(some => some.length),
      [1, 1, events.length - 3, 1],
    )
    ok(slept.every(ms => ms === (gatherMs ?? 20)))
  })

test('no more is read than may wait', {timeout: 60_000}, async () => {
  let read = 0
  const [event] = events
  const endless: VerifiedEvents = {
    name: 'endless',
    bounds: () => undefined,
    async *follow(): AsyncGenerator<EventBatch, void> {
      for (;;) yield {last: ++read, frames: [new Uint8Array(2 ** 20)], events: () => [event]}
    },
  }
  const stop = new AbortController()
  const held = Promise.withResolvers<void>()
  const {options: given} = options({source: endless})
  const running = runView({...given, store: {...given.store, apply: () => held.promise}}, stop.signal)
  await turns(100)
  ok(read > 2 && read < 20, `${read} MB`)
  stop.abort()
  held.resolve()
  await running.catch(() => {})
})

test('what passes by itself is tried again with the same events, ever later', async () => {
  const {options: given, slept, applied} = options({source: streamOf(events, 9)})
  const faults = [new OutOfSpace('full'), new Overloaded('too much'), new OutOfSpace('full')]
  const lines: LogLine[] = []
  const store: ViewStore = {
    ...given.store,
    async apply(...all) {
      const fault = faults.shift()
      if (fault) throw fault
      await given.store.apply(...all)
    },
  }
  await runView({...given, store, log: createLog({now: () => 0, sink: line => lines.push(line)})}, never)
  deepEqual([slept, applied], [[1_000, 2_000, 4_000], [events]])
  equal(lines.filter(({level}) => level === 'warn').length, 2, 'each is told once')
})

test('a fault of ours ends it', async () => {
  const {options: given, slept} = options()
  const store = {...given.store, apply: () => Promise.reject(new TypeError('no such row'))}
  await rejects(runView({...given, store}, never), /no such row/)
  deepEqual(slept, [])
})

test('it tells how far behind it is, how late, and what was left out, once', async () => {
  const lines: LogLine[] = []
  const {options: given, metrics} = options({log: createLog({now: () => 0, sink: line => lines.push(line)})})
  const skipped = new Map([['odd', 3]])
  await runView({...given, store: {...given.store, skipped}}, never)
  const text = metrics.render()
  ok(text.includes('view_events_behind{service="posts",source="https://relay.example.com"} 0'), text)
  ok(text.includes('follower_lag_seconds{service="posts"} 3591'), text)
  equal(lines.filter(({fields}) => fields.reason === 'odd').length, 1)
  const drops = new Drops(metrics.counter('dropped_total', 'Dropped.', ['reason']), given.log)
  for (let n = 0; n < 3; n++) drops.count('bad-car', {detail: 'x'})
  ok(metrics.render().includes('dropped_total{reason="bad-car"} 3'))
  equal(lines.filter(({fields}) => fields.reason === 'bad-car').length, 1)
})

test('a server that loses its place each time is asked ever less often, and the view is told', async () => {
  const stop = new AbortController()
  const {
    options: given,
    slept,
    applied,
  } = options({
    source: {
      name: 'lost',
      bounds: () => undefined,
      follow() {
        if (slept.length === 3) stop.abort()
        throw new LostPlace('Not there.')
      },
    },
  })
  await runView(given, stop.signal).catch(() => {})
  deepEqual(slept.slice(0, 3), [1_000, 2_000, 4_000])
  const [told] = applied[0]
  ok(told.t === '#info' && told.name === 'OutdatedCursor')
})

test('a view without a cursor begins where it is told to', async () => {
  const asked: unknown[] = []
  const source: VerifiedEvents = {
    name: 'asked',
    bounds: () => undefined,
    follow(after) {
      asked.push(after)
      return ended
    },
  }
  const {options: given} = options({source})
  await runView(given, never)
  await runView({...given, start: 'live'}, never)
  await runView({...given, store: {...given.store, cursor: async () => 7}}, never)
  deepEqual(asked, [0, 'live', 7])
})
