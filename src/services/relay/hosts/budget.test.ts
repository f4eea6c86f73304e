import {deepEqual, equal, ok, rejects} from 'node:assert/strict'
import {test} from 'node:test'
import {Budget, type BudgetRates, type Cost} from './budget.ts'

const rates: BudgetRates = {
  hostEventsPerSecond: 50,
  hostEventsPerHour: 2_500,
  hostEventsPerDay: 20_000,
  hostBytesPerSecond: 1_000,
  hostLookupsPerSecond: 5,
  hostAccountsPerHour: 100,
  hostAccountsPerDay: 1_000,
  trustedFactor: 100,
}

/** A budget under a clock that sleeping moves on. */
function begun(trusted = false, given = rates) {
  const clock = {ms: 1_000_000}
  const waited: Cost[] = []
  const slept: (Cost | undefined)[] = []
  const world = {
    now: () => clock.ms,
    async sleep(ms: number, signal?: AbortSignal) {
      signal?.throwIfAborted()
      slept.push(budget.waitsFor)
      clock.ms += ms
    },
  }
  const budget: Budget = new Budget({rates: given, trusted, world, onWait: cost => waited.push(cost)})
  /** How long the host has to wait now, in milliseconds. */
  const wait = async (): Promise<number> => {
    const before = clock.ms
    await budget.room(new AbortController().signal)
    return clock.ms - before
  }
  return {budget, clock, wait, waited, slept}
}

test('a host has ten seconds’ worth at once, and then goes on at its rate', async () => {
  const {budget, clock, wait, waited} = begun()
  budget.charge('events', 500)
  equal(await wait(), 0)
  budget.charge('events', 50)
  equal(await wait(), 1_000)
  deepEqual(waited, ['events'])
  equal(budget.waitsFor, undefined)
  clock.ms += 60_000
  budget.charge('events', 500)
  equal(await wait(), 0)
  budget.charge('events', 5)
  equal(await wait(), 100)
})

test('whichever bound is furthest off counts, and is told while the host waits', async () => {
  const {budget, wait, waited, slept} = begun()
  budget.charge('events', 600)
  budget.charge('bytes', 15_000)
  equal(await wait(), 5_000)
  deepEqual([waited, slept], [['bytes'], ['bytes']])
})

test('a bound that is nearer than another does not count, in whichever order they are looked at', async () => {
  const {budget, wait, waited} = begun()
  budget.charge('events', 1_000)
  budget.charge('bytes', 10_001)
  equal(await wait(), 10_000)
  deepEqual(waited, ['events'])
})

test('of two that are as near the first is told, and a millisecond is a wait', async () => {
  const {budget, wait, waited} = begun()
  budget.charge('events', 510)
  budget.charge('bytes', 10_200)
  equal(await wait(), 200)
  budget.charge('bytes', 1)
  equal(await wait(), 1)
  deepEqual(waited, ['events', 'bytes'])
})

test('events are bounded by hour and day too', async () => {
  const {budget, wait} = begun()
  let sent = 0
  let hourMs = 0
  for (; hourMs < 3_600_000; hourMs += await wait()) {
    budget.charge('events', 50)
    sent += 50
  }
  equal(sent >= 5_000 && sent <= 5_100, true, `${sent}: what was there, and what came in an hour`)
})

test('new accounts and look-ups are each bounded', async () => {
  const {budget, wait} = begun()
  budget.charge('accounts', 100)
  equal(await wait(), 0)
  budget.charge('accounts', 1)
  equal(await wait(), 36_000)
  budget.charge('lookups', 60)
  equal(await wait(), 2_000)
})

test('the bounds grow with the accounts of the host', async () => {
  const {budget, clock, wait} = begun()
  budget.accounts = 10_000
  clock.ms += 86_400_000
  await wait()
  // 60 a second, 12,500 an hour, 120,000 a day.
  budget.charge('events', 600)
  equal(await wait(), 0)
  budget.charge('events', 6)
  equal(await wait(), 100)
})

test('a trusted host has many times as much a second, and no bound by hour or day', async () => {
  const {budget, wait} = begun(true)
  for (let seconds = 0; seconds < 100; seconds++) {
    budget.charge('events', 50_000)
    budget.charge('accounts', 50_000)
    const waitedMs = await wait()
    equal(waitedMs, seconds === 0 ? 0 : 10_000)
  }
})

test('a clock that is put back costs the host nothing but the wait', async () => {
  const {budget, clock, wait} = begun()
  budget.charge('events', 550)
  clock.ms -= 3_600_000
  equal(await wait(), 1_000)
})

test('the wait ends with the signal', async () => {
  const {budget} = begun()
  budget.charge('events', 501)
  await rejects(budget.room(AbortSignal.abort(new Error('stopped'))), /stopped/)
  equal(budget.waitsFor, undefined)
})

test('a host that has to wait for long is looked at each minute: it may have got more accounts', async () => {
  const {budget, clock, slept, waited} = begun(false, {...rates, hostEventsPerHour: 60})
  equal(budget.accounts, 0)
  const beganMs = clock.ms
  budget.charge('events', 60 + 3)
  const waiting = budget.room(new AbortController().signal)
  equal(clock.ms - beganMs, 60_000)
  await waiting
  // Three minutes' worth.
  deepEqual([slept, clock.ms - beganMs], [['events', 'events', 'events'], 180_000])
  deepEqual(waited, ['events'], 'it is told once')
})

const plenty = Object.fromEntries(Object.keys(rates).map(name => [name, 1e12])) as unknown as BudgetRates

for (const [name, cost, perAccount, windowMs, windows] of [
  ['hostEventsPerSecond', 'events', 0.001, 1_000, 10],
  ['hostEventsPerHour', 'events', 1, 3_600_000, 1],
  ['hostEventsPerDay', 'events', 10, 86_400_000, 1],
  ['hostBytesPerSecond', 'bytes', 0, 1_000, 10],
  ['hostLookupsPerSecond', 'lookups', 0, 1_000, 10],
  ['hostAccountsPerHour', 'accounts', 0, 3_600_000, 1],
  ['hostAccountsPerDay', 'accounts', 0, 86_400_000, 1],
] as const) {
  test(`${name} is what it says`, async () => {
    const {budget, clock, wait} = begun(false, {...plenty, [name]: 1_000})
    budget.accounts = 100_000
    const amount = 1_000 + perAccount * 100_000
    clock.ms += 2 * 86_400_000 * windows
    budget.charge(cost, amount * windows)
    equal(await wait(), 0)
    budget.charge(cost, amount)
    // Sums of parts are not exact.
    const waitedMs = await wait()
    ok(waitedMs === windowMs || waitedMs === windowMs + 1, `${waitedMs}`)
  })
}
