/** The index as a view, and the loop that confirms handles, against a directory made of a few lines. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {setImmediate as turn} from 'node:timers/promises'
import type {Did} from '#atp/syntax/did.ts'
import type {Handle} from '#atp/syntax/handle.ts'
import {openSql} from '#engines/open.ts'
import {Identities, type Identity} from '#sdk/identity.ts'
import type {World} from '#std/world.ts'
import {HandClock} from '../../../test/hand-clock.ts'
import {SqliteIndexStore} from './store/index/index-store.sqlite.ts'
import {confirmHandles, IndexView} from './indexer.ts'
import {appviewMigrations} from './store/schema.ts'

const relay = 'https://relay.example.com'
const startMs = Date.parse('2026-01-01T00:00:00Z')
const alice = 'did:web:alice.test' as Did

function setUp() {
  const sql = openSql('memory:', {migrations: appviewMigrations})
  const world: World = {
    now: () => startMs + 3_600_000,
    random: size => new Uint8Array(size),
    // Long sleeps are idle timers, which never run out here.
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        signal?.throwIfAborted()
        if (ms < 60_000) setImmediate(resolve)
        signal?.addEventListener('abort', () => reject(signal.reason as Error), {once: true})
      }),
    fetch: async () => new Response(null, {status: 404}),
    subscribe: async () => new Response(null, {status: 404}),
  }
  const forgotten: string[] = []
  const identities = {
    doubt: (name: string) => void forgotten.push(name),
    forget: (name: string) => void forgotten.push(name),
    identity: async (did: string) => ({ok: true as const, value: {did, handle: 'alice.test' as Handle} as Identity}),
  }
  const store = new SqliteIndexStore(sql, world)
  const view = new IndexView(store, identities)
  const deps = {index: store, handleDue: view.handleDue, identities, world}
  return {sql, deps, store, view, forgotten, [Symbol.asyncDispose]: () => sql.close()}
}

/** Runs a loop until `done`. */
async function until(loop: (signal: AbortSignal) => Promise<void>, done: () => boolean): Promise<void> {
  const stop = new AbortController()
  const running = loop(stop.signal)
  while (!done()) await new Promise(resolve => setImmediate(resolve))
  stop.abort(new Error('enough'))
  await running.catch(() => {})
}

test('what an #identity tells is looked up anew by all who ask', async () => {
  await using setup = setUp()
  const {view, forgotten} = setup
  const time = '2026-01-01T00:00:00.000Z' as never
  await view.apply(relay, [{t: '#identity', seq: 1, did: alice, time, handle: 'alice.test' as Handle}], 1)
  assert.deepEqual(forgotten, [alice, 'alice.test'])
})

test('confirms the handles that are due', {timeout: 60_000}, async () => {
  await using setup = setUp()
  const {sql, deps, store, view} = setup
  await view.apply(relay, [{t: '#identity', seq: 1, did: alice, time: '2026-01-01T00:00:00.000Z' as never}], 1)
  const handle = () => sql.read(tx => tx.get<{handle: string | null}>('SELECT handle FROM actor'))?.handle
  await until(
    signal => confirmHandles(deps, signal),
    () => handle() === 'alice.test',
  )
  assert.deepEqual(await store.handlesDue(1), [])
})

const moved = 'did:plc:ewvi7nxzyoun6zhxrhs64oiz' as Did
const time = '2026-01-01T00:00:00.000Z' as never

test(
  'a handle that was not to be had before its account came back is looked up anew then',
  {timeout: 60_000},
  async () => {
    await using setup = setUp()
    const {sql, deps, store} = setup
    let isBack = false
    const document = {id: moved, alsoKnownAs: ['at://alice.test']}
    const fetch = async ({url}: Request): Promise<Response> =>
      url.endsWith(moved) ? Response.json(document) : new Response(null, {status: 404})
    const identities = new Identities({
      world: {...deps.world, fetch, sleep: () => new Promise(() => {})},
      txt: async () => (isBack ? [`did=${moved}`] : []),
    })
    const view = new IndexView(store, identities)
    const actor = () =>
      sql.read(tx => tx.get<{handle: string | null; dueMs: number}>('SELECT handle, handleDueMs AS dueMs FROM actor'))
    const confirm = (done: () => boolean) =>
      until(signal => confirmHandles({...deps, identities, handleDue: view.handleDue}, signal), done)
    await view.apply(relay, [{t: '#identity', seq: 1, did: moved, time}], 1)
    await confirm(() => actor()!.dueMs > deps.world.now())
    assert.deepEqual({...actor()}, {handle: null, dueMs: deps.world.now() + 2_000})
    isBack = true
    // Without its handle, as a relay that could not confirm it passes it on.
    for (const event of [
      {t: '#account', seq: 2, did: moved, time, active: true},
      {t: '#identity', seq: 3, did: moved, time},
    ] as const) {
      await view.apply(relay, [event], event.seq)
    }
    await confirm(() => actor()?.handle === 'alice.test')
  },
)

test(
  'a handle that is not confirmed is looked at again soon, then less and less often',
  {timeout: 60_000},
  async () => {
    const dues: number[] = []
    let now = startMs
    const index = {
      async handlesDue() {
        await turn()
        return [{did: moved, dueMs: dues.at(-1) ?? startMs}]
      },
      setHandle: async (_did: Did, _handle: Handle | null, dueMs: number) => {
        dues.push((now = dueMs))
      },
    }
    const {deps, ...setup} = setUp()
    await using _ = {[Symbol.asyncDispose]: setup[Symbol.asyncDispose]}
    const identities = {doubt: () => {}, identity: async () => ({ok: false}) as never}
    const world = {...deps.world, now: () => now}
    await until(
      signal => confirmHandles({...deps, index, identities, world}, signal),
      () => dues.length >= 8,
    )
    const waits = dues.slice(0, 8).map((dueMs, i) => (dueMs - (dues[i - 1] ?? startMs)) / 1000)
    assert.deepEqual(waits, [2, 8, 32, 128, 512, 2048, 3600, 3600])
  },
)

test('while the directory is away a handle stays as it is, and is looked at at once when it is well', async () => {
  await using setup = setUp()
  const {sql, deps, store} = setup
  const clock = new HandClock(startMs)
  let isWell = true
  const document = {id: moved, alsoKnownAs: ['at://alice.test']}
  const fetch = async (): Promise<Response> => (isWell ? Response.json(document) : new Response('<html>'))
  const world = {...deps.world, ...clock, fetch}
  const identities = new Identities({world, txt: async () => [`did=${moved}`]})
  const view = new IndexView(store, identities)
  const handle = () => sql.read(tx => tx.get<{handle: string | null}>('SELECT handle FROM actor'))?.handle
  const stop = new AbortController()
  const running = confirmHandles({index: store, identities, handleDue: view.handleDue, world}, stop.signal)
  await view.apply(relay, [{t: '#identity', seq: 1, did: moved, time}], 1)
  await clock.pass(1)
  assert.equal(handle(), 'alice.test')
  isWell = false
  await view.apply(relay, [{t: '#identity', seq: 2, did: moved, time}], 2)
  document.alsoKnownAs = ['at://alice2.test']
  await clock.pass(600_000)
  assert.equal(handle(), 'alice.test')
  isWell = true
  await clock.pass(5_000)
  assert.equal(handle(), 'alice2.test')
  stop.abort(new Error('enough'))
  await running.catch(() => {})
})

test('confirms the handle of a new account as soon as events tell of it', {timeout: 60_000}, async () => {
  await using setup = setUp()
  const {sql, deps, view} = setup
  const handle = () => sql.read(tx => tx.get<{handle: string | null}>('SELECT handle FROM actor'))?.handle
  const stop = new AbortController()
  let sleeps = 0
  const sleep = (_: number, signal?: AbortSignal) => {
    sleeps++
    return new Promise<void>((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason as Error)))
  }
  const running = confirmHandles({...deps, world: {...deps.world, sleep}}, stop.signal)
  await new Promise(resolve => setImmediate(resolve))
  assert.equal(sleeps, 1)
  await view.apply(relay, [{t: '#identity', seq: 1, did: alice, time: '2026-01-01T00:00:00.000Z' as never}], 1)
  while (handle() !== 'alice.test') await new Promise(resolve => setImmediate(resolve))
  stop.abort(new Error('enough'))
  await running.catch(() => {})
})
