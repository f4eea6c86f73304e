/** What every stream of verified events keeps to, whatever stands behind it, as tests. */
import assert from 'node:assert/strict'
import {suite, test, type TestContext} from 'node:test'
import type {Value} from '#atp/data/value.ts'
import {encodeEvent} from '#atp/sync/event.ts'
import {readRepoFrame} from '#atp/sync/verify.ts'
import {LostPlace} from '#sdk/checked-stream.ts'
import {TestRepo, testKey, type MadeCommit} from '../../test/commits.ts'
import {FirehoseNetwork} from '../../test/firehose-network.ts'
import type {EventBatch, StreamEvent, VerifiedEvents} from './verified-events.ts'

const nowMs = Date.parse('2026-01-02T03:04:05Z')
const hostname = 'pds.example.com'
const alice = 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa'
const path = (name: string): string => `app.bsky.feed.post/${name}`

/** Opens the stream of what `https://pds.example.com` of this network tells. */
export type OpenStream = (network: FirehoseNetwork, context: TestContext) => Promise<VerifiedEvents>

/** Commits by the name of their post, `#sync` by its type. */
const shown = (event: StreamEvent): string =>
  event.t === '#commit' ? event.ops.map(op => op.path.split('/')[1]).join() : event.t

/** Reads on until there are so many events. */
const take = async (reader: AsyncIterator<EventBatch>, count: number): Promise<EventBatch[]> => {
  const batches: EventBatch[] = []
  for (let found = 0; found < count; found += batches[batches.length - 1].events().length) {
    const {value, done} = await reader.next()
    assert.ok(!done, 'the stream goes on')
    batches.push(value)
  }
  return batches
}

const names = (batches: readonly EventBatch[]): string[] => batches.flatMap(batch => batch.events().map(shown))

async function setUp(open: OpenStream, context: TestContext) {
  const network = new FirehoseNetwork(nowMs)
  const host = network.host(hostname)
  const repo = new TestRepo(alice, testKey(1), nowMs - 3_600_000)
  network.account(repo.did, repo.key.publicKey, hostname)
  const events = await open(network, context)
  const write = (...names: string[]): MadeCommit[] => names.map(name => repo.write({[path(name)]: {name}}))
  const send = (...commits: MadeCommit[]): void => host.send(...commits.map(({event}) => encodeEvent(event)))
  const stopping = new AbortController()
  context.after(() => stopping.abort())
  const follow = (after: number | 'live'): AsyncIterator<EventBatch> =>
    events.follow(after, stopping.signal)[Symbol.asyncIterator]()
  return {network, host, repo, events, write, send, stopping, follow, take, names}
}

export function verifiedEventsContract(name: string, open: OpenStream): void {
  const contract = (rule: string, run: (parts: Awaited<ReturnType<typeof setUp>>) => Promise<void>): void =>
    void test(rule, {timeout: 60_000}, async context => run(await setUp(open, context)))

  suite(name, () => {
    contract('gives what there is, then what comes, in order', async ({write, send, follow, take, names}) => {
      send(...write('a', 'b'))
      const reader = follow(0)
      assert.deepEqual(names(await take(reader, 2)), ['a', 'b'])
      send(...write('c'))
      assert.deepEqual(names(await take(reader, 1)), ['c'])
    })

    contract('tells of a commit that has too much of the same that something was missed', async parts => {
      const {repo, send, follow, take, names} = parts
      const large = 'x'.repeat(30_000)
      const write = (...ends: (string | number)[]): void => {
        const values = ends.map((end, at): [string, Value] => [path(`${at}`), {name: large + end}])
        send(repo.write(Object.fromEntries(values)))
      }
      write('', '')
      write('y', 'y', 'y', 'y')
      write(0, 1, 2, 3)
      assert.deepEqual(names(await take(follow(0), 3)), ['0,1', '#sync', '0,1,2,3'])
    })

    contract('goes on after a cursor, without a gap or a repeat', async ({write, send, follow, take, names}) => {
      send(...write('a', 'b', 'c'))
      const seqs = (await take(follow(0), 3)).flatMap(batch => batch.events().map(event => 'seq' in event && event.seq))
      assert.deepEqual(names(await take(follow(Number(seqs[0])), 2)), ['b', 'c'])
      const [, , last] = seqs
      const reader = follow(Number(last))
      send(...write('d'))
      assert.deepEqual(names(await take(reader, 1)), ['d'])
    })

    contract('begins at what happens now, if asked to', async ({write, send, follow, take, names}) => {
      send(...write('a'))
      await take(follow(0), 1)
      const reader = follow('live')
      const next = reader.next()
      await new Promise(resolve => setTimeout(resolve, 30))
      send(...write('b'))
      const {value} = await next
      assert.deepEqual(names([value as EventBatch]), ['b'])
    })

    contract('the cursor of a batch is its last event', async ({write, send, follow, take}) => {
      send(...write('a', 'b'))
      const batches = await take(follow(0), 2)
      const last = batches[batches.length - 1]
      const newest = last.events().findLast(event => event.t !== '#info')
      assert.equal(last.last, newest?.seq)
    })

    contract('a commit carries its records, read out of it once', async ({write, send, follow, take}) => {
      const [made] = write('a')
      send(made)
      const [batch] = await take(follow(0), 1)
      const [event] = batch.events()
      assert.equal(batch.events(), batch.events())
      assert.ok(event.t === '#commit')
      const {cid} = event.ops[0]
      assert.ok(cid)
      assert.deepEqual(event.carried.get(cid), made.blocks.get(cid))
      assert.equal(event.carried, event.carried)
    })

    contract('frames and events say the same', async ({write, send, follow, take}) => {
      send(...write('a', 'b'))
      for (const {frames, events} of (await take(follow(0), 2)).map(batch => ({
        frames: batch.frames,
        events: batch.events(),
      }))) {
        assert.equal(frames.length, events.length)
        for (const [i, event] of events.entries()) {
          const read = readRepoFrame(frames[i])
          assert.ok(read.ok && read.event?.t === '#commit' && event.t === '#commit')
          assert.deepEqual([read.event.seq, read.event.rev, read.event.ops], [event.seq, event.rev, event.ops])
        }
      }
    })

    contract('where something was missed a #sync says so, and the rest carries on', async parts => {
      const {write, send, follow, take, names} = parts
      const [a, , c, d] = write('a', 'b', 'c', 'd')
      send(a, c, d)
      const batches = await take(follow(0), 3)
      assert.deepEqual(names(batches), ['a', '#sync', 'd'])
      const events = batches.flatMap(batch => batch.events())
      assert.ok(events[1].t === '#sync' && events[2].t === '#commit')
      assert.deepEqual([events[1].rev, events[2].since], [c.event.rev, c.event.rev])
    })

    contract('what does not hold, and what came before, is not given', async parts => {
      const {host, repo, write, send, follow, take, names} = parts
      const [a, b] = write('a', 'b')
      const forged = new TestRepo(repo.did, testKey(2), repo.nowMs).write({[path('x')]: {}})
      send(a)
      host.send(encodeEvent({...forged.event, seq: 2}), encodeEvent({...a.event, seq: 3}), new Uint8Array([0xff]))
      host.send(encodeEvent({...b.event, seq: 4}))
      assert.deepEqual(names(await take(follow(0), 2)), ['a', 'b'])
    })

    contract('readers do not wait for each other', async ({write, send, follow, take, names}) => {
      send(...write('a'))
      const [quick, slow] = [follow(0), follow(0)]
      await take(slow, 1)
      await take(quick, 1)
      for (const name of ['b', 'c', 'd']) {
        send(...write(name))
        assert.deepEqual(names(await take(quick, 1)), [name])
      }
      assert.deepEqual(names(await take(slow, 3)), ['b', 'c', 'd'])
    })

    contract('a stream that has not come as far as the cursor says so', async ({write, send, follow, take}) => {
      send(...write('a'))
      await take(follow(0), 1)
      await assert.rejects(async () => take(follow(10), 1), LostPlace)
    })

    contract('ends when its reader leaves', async ({write, send, stopping, follow, take}) => {
      send(...write('a'))
      const reader = follow(0)
      await take(reader, 1)
      const next = reader.next()
      stopping.abort()
      assert.equal((await next).done, true)
    })
  })
}
