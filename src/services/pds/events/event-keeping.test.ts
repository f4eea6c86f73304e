/** How long events are kept, and what is told to whoever comes too late. */
import assert from 'node:assert/strict'
import {test, type TestContext} from 'node:test'
import {decodeFrame} from '#atp/sync/frame.ts'
import {datetimeOf} from '#atp/syntax/datetime.ts'
import {parseDid} from '#atp/syntax/did.ts'
import {openSql} from '#engines/open.ts'
import {OutOfSpace} from '#std/out-of-space.ts'
import {eachFrame} from '#std/wire/frames.ts'
import {WireFrames} from '#std/wire/wire-frames.ts'
import {realWorld} from '#std/world.ts'
import type {AccountStore} from '../store/accounts/account-store.ts'
import {endpoint} from '../api/com/atproto/sync/subscribeRepos.ts'
import {EventKeeping} from './event-keeping.ts'
import {sqliteEventStore} from '../store/events/event-store.sqlite.ts'
import {sqliteRepoStore} from '../store/repos/repo-store.sqlite.ts'
import {pdsMigrations} from '../store/schema.ts'
import {Sequencer} from './sequencer.ts'
import {Standing} from '../accounts/standing.ts'

const did = parseDid('did:plc:ewvi7nxzyoun6zhxrhs64oiz')
const dayMs = 24 * 3_600_000

function kept(context: TestContext, {ageMaxMs = 3 * dayMs, sizeMax = 1e9} = {}) {
  const sql = openSql('memory:', {migrations: pdsMigrations})
  context.after(() => sql.close())
  const clock = {ms: 10 * dayMs}
  const store = sqliteEventStore(sql)
  const sequencer = new Sequencer(store)
  const acts: number[] = []
  const sleeps: number[] = []
  const keeping = new EventKeeping({
    store: {
      ...store,
      prune: async which => {
        const pruned = await store.prune(which)
        acts.push(pruned.count)
        return pruned
      },
    },
    ageMaxMs,
    sizeMax,
    onPruned: sequencer.pruned,
    world: {now: () => clock.ms, sleep: async ms => void sleeps.push(ms)},
  })
  const tell = (count: number, agoMs: number) =>
    store.tell(
      Array.from({length: count}, () => ({t: '#account', did, time: datetimeOf(clock.ms - agoMs), active: true})),
    )
  const tend = () => keeping.tend(AbortSignal.timeout(60_000))
  return {sql, sequencer, clock, tell, tend, store, acts, sleeps, last: () => store.durableSeq()}
}

/** What whoever comes with this cursor is told first: `OutdatedCursor`, the name of an error, or a seq. */
async function firstAt(sequencer: Sequencer, cursor: number, count = 1): Promise<unknown[]> {
  const {run, lexicon} = endpoint({sequencer})
  assert.equal(lexicon.type, 'subscription')
  const stopping = new AbortController()
  const request = new Request('http://localhost/')
  const told: unknown[] = []
  const sent = run({params: {cursor}, caller: undefined, request, signal: stopping.signal} as never)
  for await (const frame of eachFrame(sent as AsyncIterable<Uint8Array>)) {
    const {body} = decodeFrame(frame as Uint8Array) as {body: {name?: string; message?: string; seq?: number}}
    told.push(body.name ?? body.seq)
    if (told.length === count) break
  }
  stopping.abort()
  return told
}

test('events go by age, a few in each act, and whoever comes too late is told so', async context => {
  const {sequencer, tell, tend, acts, sleeps} = kept(context)
  await tell(250, 4 * dayMs)
  await tell(3, dayMs)
  assert.deepEqual(await firstAt(sequencer, 0, 2), [1, 2])
  await tend()
  assert.deepEqual(acts, [100, 100, 50])
  assert.deepEqual(sleeps, [1, 1, 20, 20, 20], 'two looks of two hundred, three acts, and who writes comes between')
  assert.deepEqual(await firstAt(sequencer, 0, 4), ['OutdatedCursor', 251, 252, 253])
  assert.deepEqual(await firstAt(sequencer, 249, 2), ['OutdatedCursor', 251])
  // Of who has seen the last that went, nothing is kept back.
  assert.deepEqual(await firstAt(sequencer, 250, 3), [251, 252, 253])
  assert.deepEqual(await firstAt(sequencer, 252), [253])
  await assert.rejects(firstAt(sequencer, 254), {error: 'FutureCursor'})
})

test('numbers go on after the last event has gone, and the next start knows what is gone', async context => {
  const {sequencer, clock, tell, tend, store} = kept(context)
  await tell(5, 0)
  clock.ms += 4 * dayMs
  await tend()
  assert.equal(await store.prunedTo(), 5)
  await tell(1, 0)
  assert.deepEqual(await firstAt(sequencer, 2, 2), ['OutdatedCursor', 6])
  const restarted = new Sequencer(store, await store.prunedTo())
  assert.deepEqual(await firstAt(restarted, 2, 2), ['OutdatedCursor', 6])
})

test('the oldest events go when all of them are too big', async context => {
  const {tell, tend, store, last} = kept(context, {sizeMax: 50_000})
  await tell(199, 0)
  const {size = 0} = (await store.span(0, 1_000)) ?? {}
  for (let i = 0; i < 9; i++) await tell(199, 0)
  await tend()
  const left = await store.span(await store.prunedTo(), 10_000)
  assert.ok(left && left.size <= 50_000 && left.size > 50_000 - 2 * size, String(left?.size))
  assert.equal(left.lastSeq, await last())
})

test('what has gone is not counted again: no more goes before there is more than is kept', async context => {
  const measured = kept(context)
  await measured.tell(800, 0)
  const sizeMax = (await measured.store.span(300, 500))?.size ?? 0
  const {tell, tend, store, clock, sleeps} = kept(context, {sizeMax})
  const prunedTo = async (count: number): Promise<number> => {
    await tell(count, 0)
    await tend()
    return store.prunedTo()
  }
  const goes = [await prunedTo(600), await prunedTo(0), await prunedTo(100), await prunedTo(100)]
  assert.deepEqual(goes, [200, 200, 200, 400])
  clock.ms += 4 * dayMs
  assert.equal(await prunedTo(0), 800)
  assert.deepEqual([await prunedTo(500), await prunedTo(0), await prunedTo(1)], [800, 800, 1_000])
  assert.equal(sleeps.filter(ms => ms === 1).length, 3 + 1 + 1 + 3 + 1, 'and none is looked at twice')
})

test('events are looked at each minute, also after the disk was full, until a fault that is another', async () => {
  const sleeps: number[] = []
  const faults = [undefined, new OutOfSpace(), undefined, new Error('broken')]
  let looks = 0
  const keeping = new EventKeeping({
    store: {
      prunedTo: async () => 0,
      span: async () => undefined,
      async prune() {
        const fault = faults[looks++]
        if (fault) throw fault
        return {count: 0, prunedTo: 0}
      },
    },
    ageMaxMs: 0,
    sizeMax: 1,
    onPruned: () => assert.fail('nothing went'),
    world: {now: () => 0, sleep: async ms => void sleeps.push(ms)},
  })
  await assert.rejects(keeping.run(new AbortController().signal), /broken/)
  assert.deepEqual([looks, sleeps], [4, [60_000, 60_000, 60_000]])
})

test('whoever falls behind what is kept while following is told so', async context => {
  const {sequencer, tell, tend, clock} = kept(context)
  await tell(600, 0) // more than one page
  const stopping = new AbortController()
  const following = sequencer.follow(0, stopping.signal)
  const next = async (): Promise<{name?: string; seq?: number}[]> => {
    const {value} = await following.next()
    const frames = value instanceof WireFrames ? value.frames() : ((value ?? []) as readonly Uint8Array[])
    return frames.map(frame => (decodeFrame(frame) as {body: {name?: string; seq?: number}}).body)
  }
  const page = await next()
  assert.ok(page.length > 0 && page.length < 600)
  clock.ms += 4 * dayMs
  await tend()
  assert.equal((await next())[0].name, 'OutdatedCursor')
  await tell(1, 0)
  assert.equal((await next())[0].seq, 601)
  stopping.abort()
})

test('writes go through while many events are deleted', async () => {
  const sql = openSql('memory:', {migrations: pdsMigrations})
  const store = sqliteEventStore(sql)
  const event = {t: '#account', did, time: datetimeOf(0), active: true} as const
  await store.tell(Array.from({length: 2_000}, () => event))
  const keeping = new EventKeeping({store, ageMaxMs: 0, sizeMax: 1e9, onPruned: () => {}, world: realWorld})
  const tending = {isDone: false}
  const tended = keeping.tend(AbortSignal.timeout(60_000)).finally(() => (tending.isDone = true))
  let writes = 0
  while (!tending.isDone) {
    await sql.write(() => {})
    writes++
    await new Promise(setImmediate)
  }
  await tended
  assert.ok(writes >= 20, `${writes} writes went through beside the twenty acts that deleted`)
  await sql.close()
})

test('the events of an account that goes are deleted a few in each act, and no others', async context => {
  const {sql, store, tell, last} = kept(context)
  const other = parseDid('did:web:bobby.example.com')
  await tell(250, 0)
  await store.tell([{t: '#account', did: other, time: datetimeOf(0), active: true}])
  const acts: number[] = []
  /** Of acts on the account: how many of the acts above had been done. */
  const accounts: number[] = []
  const note = async (): Promise<void> => void accounts.push(acts.length)
  const standing = new Standing({
    accounts: {deactivate: note, remove: note} as unknown as AccountStore,
    keys: {signingKey: async () => undefined},
    events: {
      tell: async () => {},
      forget: async (account, limit) => {
        const count = await store.forget(account, limit)
        acts.push(count)
        return count
      },
    },
    repoStore: sqliteRepoStore(sql),
    repos: {forget: () => {}},
    preferences: {countPreferences: async () => 0},
    blobs: {settleAll: () => {}},
    identities: {fault: async () => undefined},
    world: realWorld,
    onEvent: () => {},
  })
  await standing.remove(did)
  assert.deepEqual(
    [acts, accounts],
    [
      [100, 100, 50],
      [0, 3],
    ],
    'that it goes is decided first',
  )
  assert.deepEqual(await store.span(0, 10), {lastSeq: await last(), size: (await store.span(250, 1))?.size})
})

test('what is just as much as is kept stays, and one event that goes is told', async context => {
  const {tell, store, clock} = kept(context)
  await tell(3, 0)
  const size = (await store.span(0, 10))?.size ?? 0
  const gone: number[] = []
  const tended = (sizeMax: number, ageMaxMs = dayMs) =>
    new EventKeeping({
      store,
      ageMaxMs,
      sizeMax,
      onPruned: seq => gone.push(seq),
      world: {now: () => clock.ms, sleep: async () => {}},
    }).tend(AbortSignal.timeout(60_000))
  await tended(size)
  assert.deepEqual(gone, [])
  await tell(1, -2 * dayMs)
  clock.ms += 1.5 * dayMs
  await store.prune({beforeMs: 0, toSeq: 2, limit: 100})
  await tended(1e9)
  assert.deepEqual(gone, [3])
})
