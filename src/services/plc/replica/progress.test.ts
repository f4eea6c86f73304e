/** What a replica says of how far it is. */
import assert from 'node:assert/strict'
import {suite, test} from 'node:test'
import {Metrics} from '#runtime/health/metrics.ts'
import {Progress, type ReplicaState} from './progress.ts'

/** A progress whose clock is set by hand; a year of history lies before it. */
function progress() {
  const clock = {ms: 1_000_000}
  const made = new Progress({now: () => clock.ms})
  return {
    made,
    clock,
    show: (state: ReplicaState = 'catching-up') => {
      made.state = state
      return made.show()
    },
  }
}

suite('the progress of a replica', () => {
  test('is nothing at first, and there is no pace to go by', () => {
    const {show} = progress()
    assert.deepEqual(show(), {
      state: 'catching-up',
      seq: 0,
      operations: 0,
      operationsPerSecond: 0,
      behindSeconds: 0,
      etaSeconds: null,
    })
  })

  test('is measured by what was taken over, and told by the time of that', () => {
    const {made, clock, show} = progress()
    made.took(100, 100, 0)
    clock.ms += 2_000
    made.took(600, 500, 201_000)
    assert.deepEqual(show(), {
      state: 'catching-up',
      seq: 600,
      operations: 600,
      operationsPerSecond: 250,
      behindSeconds: 801,
      // 201 seconds of history in two: the 801 that are left take eight.
      etaSeconds: 8,
    })
    assert.equal(show('waiting').etaSeconds, 8)
    const live = show('live')
    assert.deepEqual([live.behindSeconds, live.etaSeconds, live.operationsPerSecond], [0, 0, 250])
  })

  test('is that of late', () => {
    const {made, clock, show} = progress()
    made.took(0, 0, 0)
    for (let i = 0; i < 20; i++) {
      clock.ms += 1_000
      made.took(i, 1_000, 10_000 * i)
    }
    assert.equal(show().operationsPerSecond, 1_000)
    for (let i = 0; i < 20; i++) {
      clock.ms += 1_000
      made.took(i, 10, 200_000)
    }
    assert.equal(show().operationsPerSecond, 10)
    assert.equal(show().etaSeconds, null, 'it does not come nearer')
  })

  test('keeps its time while nothing is taken over, and is never ahead', () => {
    const {made, clock, show} = progress()
    made.took(5, 1, 900_000)
    made.took(9, 0, undefined)
    assert.deepEqual([show().seq, show().behindSeconds], [9, 100])
    made.took(10, 1, clock.ms + 50_000)
    assert.equal(show().behindSeconds, 0)
  })

  test('is in the metrics', () => {
    const {made, clock} = progress()
    const metrics = new Metrics()
    made.observe(metrics)
    assert.match(metrics.render(), /plc_replica_left_seconds -1\n/)
    made.took(7, 3, 0)
    clock.ms += 1_500
    made.took(8, 3, 10_000)
    const text = metrics.render()
    for (const line of ['seq 8', 'live 0', 'pace 2', 'behind_seconds 992', 'left_seconds 149']) {
      assert.ok(text.includes(`plc_replica_${line}\n`), `${line}\n${text}`)
    }
    made.state = 'live'
    assert.match(metrics.render(), /plc_replica_live 1\n/)
    assert.match(metrics.render(), /plc_replica_left_seconds 0\n/)
  })
})
