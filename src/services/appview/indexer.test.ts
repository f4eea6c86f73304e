/** The loops of the index, against a relay and a directory made of a few lines. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {encodeEvent, type RepoEvent} from '#atp/sync/event.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {Handle} from '#atp/syntax/handle.ts'
import {openSql} from '#engines/open.ts'
import type {Identity} from '#sdk/identity.ts'
import {silentLog} from '#std/log.ts'
import type {World} from '#std/world.ts'
import {TestRepo, testKey} from '../../../test/commits.ts'
import {Processor} from './index/processor.ts'
import {keptCounts} from './index/recount.ts'
import {confirmHandles, followRelay} from './indexer.ts'
import {appviewMigrations} from './schema.ts'

const relay = 'https://relay.example.com'
const startMs = Date.parse('2026-01-01T00:00:00Z')
const alice = 'did:web:alice.test' as Did

function setUp() {
  const sql = openSql('memory:', {migrations: appviewMigrations})
  const events: RepoEvent[] = []
  const cursors: (string | null)[] = []
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
    async subscribe(request, signal) {
      const cursor = new URL(request.url).searchParams.get('cursor')
      cursors.push(cursor)
      return (async function* () {
        yield events.filter(event => event.t !== '#info' && event.seq > Number(cursor)).map(encodeEvent)
        await new Promise<void>(resolve => signal.addEventListener('abort', () => resolve(), {once: true}))
      })()
    },
  }
  const identities = {
    keyOf: async () => testKey(1).publicKey,
    forget: () => {},
    identity: async (did: string) => ({ok: true as const, value: {did, handle: 'alice.test' as Handle} as Identity}),
  }
  const processor = new Processor(sql, world)
  const taken: string[] = []
  const took = (time: string) => void taken.push(time)
  const deps = {processor, identities, firehoses: new Set<never>(), took, world, log: silentLog}
  return {sql, deps, events, cursors, processor, taken, [Symbol.asyncDispose]: () => sql.close()}
}

/** Runs a loop until `done`. */
async function until(loop: (signal: AbortSignal) => Promise<void>, done: () => boolean): Promise<void> {
  const stop = new AbortController()
  const running = loop(stop.signal)
  while (!done()) await new Promise(resolve => setImmediate(resolve))
  stop.abort(new Error('enough'))
  await running.catch(() => {})
}

test('follows a relay from where the index was left', {timeout: 10_000}, async () => {
  await using setup = setUp()
  const {sql, deps, events, cursors, processor, taken} = setup
  const repo = new TestRepo(alice, testKey(1), startMs)
  const write = (rkey: string) => {
    const post = {$type: 'app.bsky.feed.post', text: 'hello', createdAt: '2026-01-01T00:00:00.000Z'}
    events.push(repo.write({[`app.bsky.feed.post/${rkey}`]: post}).event)
    return repo.seq
  }
  const follow = (seq: number) =>
    until(
      signal => followRelay(relay, deps, signal),
      () => processor.cursor(relay) === seq,
    )
  write('3jzfcijpj2z2a')
  await follow(write('3jzfcijpj2z2b'))
  await follow(write('3jzfcijpj2z2c'))
  assert.deepEqual(cursors, ['0', '2'])
  assert.equal(taken.at(-1), (events.at(-1) as {time?: string}).time)
  assert.deepEqual(sql.read(keptCounts), new Map([[`posts ${alice}`, 3]]))
})

test('confirms the handles that are due', {timeout: 10_000}, async () => {
  await using setup = setUp()
  const {sql, deps, processor} = setup
  await processor.apply(relay, [{t: '#identity', seq: 1, did: alice, time: '2026-01-01T00:00:00.000Z' as never}])
  const handle = () => sql.read(tx => tx.get<{handle: string | null}>('SELECT handle FROM actor'))?.handle
  await until(
    signal => confirmHandles(deps, signal),
    () => handle() === 'alice.test',
  )
  assert.deepEqual(processor.handlesDue(1), [])
})

test('confirms the handle of a new account as soon as events tell of it', {timeout: 10_000}, async () => {
  await using setup = setUp()
  const {sql, deps, processor} = setup
  const handle = () => sql.read(tx => tx.get<{handle: string | null}>('SELECT handle FROM actor'))?.handle
  const stop = new AbortController()
  let sleeps = 0
  const sleep = (_: number, signal?: AbortSignal) => {
    sleeps++
    return new Promise<void>((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason as Error)))
  }
  const running = confirmHandles({...deps, world: {...deps.world, sleep}}, stop.signal)
  assert.equal(sleeps, 1)
  await processor.apply(relay, [{t: '#identity', seq: 1, did: alice, time: '2026-01-01T00:00:00.000Z' as never}])
  while (handle() !== 'alice.test') await new Promise(resolve => setImmediate(resolve))
  stop.abort(new Error('enough'))
  await running.catch(() => {})
})
