/** The whole network under every fault there is, held against a model; the long form is `npm run test:sim`. */
import assert from 'node:assert/strict'
import {after, suite, test} from 'node:test'
import {allFaultKinds, FaultCounts} from '../../src/sim/ground/faults.ts'
import {runCrowd} from '../../src/sim/crowd/run.ts'
import type {Openers} from '../../src/sim/house.ts'
import {simulate} from '../../src/sim/simulation.ts'
import {planted, type Planted} from './planted.ts'
import {SimThreads, threadsMax, type Task, type Told} from './threads.ts'

const seeds = Array.from({length: 20}, (_, i) => i + 1)
const eventsOfSeed = 2_500
/** Many records an act: as many events for less work. */
const writesMax = 100
/** Of real time, for one run: less than a test may take, so that the trace is told. */
const msMax = 90_000
const threads = new SimThreads()
const injected = new FaultCounts()
let events = 0

const holds = ({seed, faults, newest}: Told): void =>
  assert.ok(
    faults.length === 0,
    `${faults.join('\n')}\nThe last of what happened:\n${newest.slice(-30).join('\n')}\nAgain: npm run test:sim -- --first ${seed} --seeds 1 --events ${eventsOfSeed} --writes ${writesMax} --trace trace.txt`,
  )

suite('the simulated network', () => {
  after(() => threads.close())

  suite('under every fault', {concurrency: threadsMax}, () => {
    for (const seed of seeds) {
      test(`says what the model says, whatever befalls it (seed ${seed})`, async ({signal}) => {
        const told = await threads.run({seed, events: eventsOfSeed, writesMax, msMax}, signal)
        holds(told)
        injected.addAll(told.injected)
        events += told.events
      })
    }
  })

  // A run apart and one together; the second forgets.
  for (const seed of [1, 10]) {
    test(`runs the same again from the same seed (${seed}), on another thread too`, async ({signal}) => {
      const task = {seed, events: 200}
      const [one, other] = await Promise.all([simulate(task), threads.run({...task, msMax}, signal)])
      assert.equal(one.traceHash, other.traceHash)
      assert.equal(one.traceLines, other.traceLines)
    })
  }

  test('that is stuck ends, and says at what, with its trace', async () => {
    const opensNever: Partial<Openers> = {pds2: () => new Promise(() => {})}
    const {faults, newest} = await simulate({seed: 1, events: 1, given: opensNever})
    assert.match(faults.join('\n'), /^The run starts pds2: Error: Nothing has come of \d+ minutes/)
    assert.match(newest.join('\n'), /pds1: is up[^]*a fault: The run starts pds2/)
  })

  // Each service apart, and the relay with its views in one process.
  suite('with a crowd', {concurrency: threadsMax}, () => {
    const crowd = {accounts: 12, hosts: 2}
    const task = (seed: number): Task => ({seed, events: 250, isHard: true, crowd, msMax})

    for (const seed of [1, 2]) {
      test(`tells all of it, in order and once, whatever befalls it (seed ${seed})`, async ({signal}) => {
        const {faults, newest, accounts, events: count, injected: kinds} = await threads.crowd(task(seed), signal)
        assert.equal(faults.length, 0, `${faults.join('\n')}\n${newest.slice(-30).join('\n')}`)
        assert.ok(accounts === crowd.accounts && count >= 250, `${count} of ${accounts}`)
        injected.addAll(kinds)
      })
    }

    test('runs the same again from the same seed, on another thread too', async ({signal}) => {
      const [one, other] = await Promise.all([
        runCrowd({seed: 1, events: 60, isHard: true, ...crowd}),
        threads.crowd({...task(1), events: 60}, signal),
      ])
      assert.deepEqual([one.traceHash, one.traceLines], [other.traceHash, other.traceLines])
    })

    for (const [on, bug] of [
      ['relay', 'an event is told twice, with one and the same seq'],
      ['jetstream', 'after each start it goes on one event too late'],
      ['tap', 'of one commit in ten the last change is not told'],
    ] as const) {
      test(`shows what is planted in the ${on}, by its account and event: ${bug}`, async ({signal}) => {
        const rounds = {rounds: 8, on, power: true}
        const {faults} = await threads.crowd({...task(1), rounds, bug}, signal)
        assert.match(faults.join('\n'), /account did:plc:\w+, event \d|did:plc:\w+ waits for \d+ changes/)
      })
    }
  })

  test('was struck by every fault there is, over 50,000 events', () => {
    assert.deepEqual(
      allFaultKinds.filter(kind => injected.of(kind) === 0),
      [],
    )
    assert.ok(events >= 50_000, `${events} events`)
  })

  // One for each service; `npm run test:sim -- --planted` plants all of them.
  suite('shows what is planted', {concurrency: threadsMax}, () => {
    const seedsMax = 10
    for (const service of ['relay', 'pds', 'appview']) {
      const {bug} = planted.find(one => one.service === service) as Planted
      test(`${service}: ${bug}`, async ({signal}) => {
        for (let seed = 1; seed <= seedsMax; seed++) {
          const {faults} = await threads.run({seed, events: 400, isHard: true, bug, msMax}, signal)
          if (faults.length > 0) return
        }
        assert.fail(`not found within ${seedsMax} seeds`)
      })
    }
  })
})
