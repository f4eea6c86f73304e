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
function following(stale: number, fetch = new TestPrimary(firstLines(2)).fetch) {
  const sql = openSqlite(undefined, {migrations: plcMigrations})
  const store = sqliteOperationStore(sql)
  const real = sqliteReplicaStore(sql)
  let tries = 0
  const replicaStore: ReplicaStore = {
    ...real,
    apply: async (...args) => (tries++ < stale ? 'stale' : real.apply(...args)),
  }
  const time = new HandClock(startMs + 1_000)
  const world = {now: time.now, sleep: time.sleep, random: (size: number) => new Uint8Array(size), fetch, subscribe}
  let took = 0
  const follower = new Follower({
    store,
    replicaStore,
    primary: new Primary(primaryUrl, world),
    world,
    log: silentLog,
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

test('a primary that does not answer is asked again after a second, and twice as long each time', async () => {
  const asked: number[] = []
  const {store, running, time, stop} = following(0, async () => {
    asked.push(time.now() - startMs - 1_000)
    throw new Error('ECONNREFUSED')
  })
  for (let i = 0; i < 500; i++) await time.pass(500)
  stop()
  await running
  // Random bytes of zero: the half of each wait, of at most a minute.
  const waits = asked.slice(1).map((ms, i) => ms - asked[i])
  assert.deepEqual(waits.slice(0, 9), [500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000])
  await store.close()
})

test('a primary without a stream is asked every five seconds', async () => {
  const asked: number[] = []
  const {fetch} = new TestPrimary(firstLines(2))
  const {store, running, time, stop} = following(0, async request => {
    if (request.url.includes('count=1000')) asked.push(time.now() - startMs - 1_000)
    return fetch(request)
  })
  for (let i = 0; i < 60; i++) await time.pass(250)
  stop()
  await running
  const waits = asked.slice(1).map((ms, i) => ms - asked[i])
  assert.deepEqual(waits.slice(0, 4), [2_500, 2_500, 2_500, 2_500])
  await store.close()
})
