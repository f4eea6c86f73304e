/** What a replica does when a history changes under an act that was just judged, as when operations are removed. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {silentLog} from '#std/log.ts'
import {openSqlite} from '#engines/sql/sqlite.ts'
import {Metrics} from '#runtime/health/metrics.ts'
import {HandClock} from '../../../../test/hand-clock.ts'
import {startMs} from '../../../../test/plc-directory.ts'
import {firstLines, primaryUrl, TestPrimary} from '../../../../test/plc-primary.ts'
import {until} from '../../../../test/until.ts'
import {sqliteOperationStore} from '../store/operation-store.sqlite.ts'
import type {ReplicaStore} from '../store/replica-store.ts'
import {sqliteReplicaStore} from '../store/replica-store.sqlite.ts'
import {plcMigrations} from '../store/schema.ts'
import {Follower} from './follower.ts'
import {Primary} from './primary.ts'

const subscribe = async (): Promise<Response> => new Response(null, {status: 404})

/** A follower whose acts find a history changed so many times before one goes through. */
function following(stale: number, log = silentLog) {
  const sql = openSqlite(undefined, {migrations: plcMigrations})
  const store = sqliteOperationStore(sql)
  const real = sqliteReplicaStore(sql)
  let tries = 0
  const replicaStore: ReplicaStore = {
    ...real,
    apply: async (...args) => (tries++ < stale ? 'stale' : real.apply(...args)),
  }
  const time = new HandClock(startMs + 1_000)
  const {fetch} = new TestPrimary(firstLines(2))
  const world = {now: time.now, sleep: time.sleep, random: (size: number) => new Uint8Array(size), fetch, subscribe}
  let took = 0
  const follower = new Follower({
    store,
    replicaStore,
    primary: new Primary(primaryUrl, world),
    world,
    log,
    metrics: new Metrics(),
    recheckMs: 0,
    took: () => void took++,
  })
  const stopping = new AbortController()
  const running = follower.run(stopping.signal)
  return {follower, store, running, time, tries: () => tries, took: () => took, stop: () => stopping.abort()}
}

test('an act is judged anew when a history has changed under it, and is told once', {timeout: 20_000}, async () => {
  const {follower, store, running, tries, took, stop} = following(7)
  await until(() => took() === 1, 'it goes through')
  assert.deepEqual([tries(), follower.progress.show().operations, (await store.newest()).seq], [8, 2, 2])
  stop()
  await running
  await store.close()
})

test('a history that never holds still is a fault of ours', {timeout: 20_000}, async () => {
  const {store, running, took} = following(8)
  await assert.rejects(running, /nobody but the follower adds/)
  assert.equal(took(), 0)
  await store.close()
})

test('waits from half of the time to the whole of it between two rounds', {timeout: 20_000}, async () => {
  const {follower, store, running, time, tries, stop} = following(0)
  await until(() => follower.progress.state === 'live', 'live')
  await time.pass(0)
  const before = tries()
  // Random bytes of zero: half of five seconds.
  await time.pass(2_499)
  assert.equal(tries(), before)
  stop()
  await running
  await store.close()
})
