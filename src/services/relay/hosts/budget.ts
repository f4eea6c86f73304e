/**
 * What one host may cost: events and bytes, accounts that are new here, and look-ups of its accounts' identities. Each
 * is a bucket that fills at a steady rate up to a bound, and is charged for what was done, if need be below zero. A
 * host with a bucket below zero is not read until that has filled again: it waits, and nothing that it sent is lost.
 * The figures follow the reference relay's limits for each host, and as there they grow with the accounts of the host.
 */
import type {World} from '#std/world.ts'

export type Cost = 'events' | 'bytes' | 'lookups' | 'accounts'

/** How much of a cost a host may cause. */
interface Allowance {
  readonly cost: Cost
  readonly amount: number
  readonly windowMs: number
  /** What may be had at once, in windows. */
  readonly burst: number
  /** By how much the amount grows with each account of the host. */
  readonly perAccount: number
}

export interface BudgetRates {
  readonly hostEventsPerSecond: number
  readonly hostEventsPerHour: number
  readonly hostEventsPerDay: number
  readonly hostBytesPerSecond: number
  readonly hostLookupsPerSecond: number
  readonly hostAccountsPerHour: number
  readonly hostAccountsPerDay: number
  /** A trusted host has so many times as much a second, and none of the bounds by hour and day. */
  readonly trustedFactor: number
}

const secondMs = 1_000
const hourMs = 3_600_000
const dayMs = 86_400_000
/** A host may have this many seconds' worth at once. */
const burstSeconds = 10
/** Looks at the buckets at least so often while it waits, since the host may have got more accounts, or the clock moved. */
const waitMaxMs = 60_000

function allowancesOf(rates: BudgetRates, trusted: boolean): Allowance[] {
  const factor = trusted ? rates.trustedFactor : 1
  const bySecond = (cost: Cost, amount: number, perAccount = 0): Allowance => ({
    cost,
    amount: amount * factor,
    windowMs: secondMs,
    burst: burstSeconds,
    perAccount,
  })
  const seconds = [
    bySecond('events', rates.hostEventsPerSecond, 0.001),
    bySecond('bytes', rates.hostBytesPerSecond),
    bySecond('lookups', rates.hostLookupsPerSecond),
  ]
  if (trusted) return seconds
  return [
    ...seconds,
    {cost: 'events', amount: rates.hostEventsPerHour, windowMs: hourMs, burst: 1, perAccount: 1},
    {cost: 'events', amount: rates.hostEventsPerDay, windowMs: dayMs, burst: 1, perAccount: 10},
    {cost: 'accounts', amount: rates.hostAccountsPerHour, windowMs: hourMs, burst: 1, perAccount: 0},
    {cost: 'accounts', amount: rates.hostAccountsPerDay, windowMs: dayMs, burst: 1, perAccount: 0},
  ]
}

/** Events that a host may send in each window, in milliseconds; one that is left out is not counted. */
export type EventRates = ReadonlyMap<number, number>

export interface BudgetOptions {
  readonly rates: BudgetRates
  readonly trusted: boolean
  readonly world: Pick<World, 'now' | 'sleep'>
  /** Told each time that the host begins to wait. */
  readonly onWait?: (cost: Cost) => void
}

export class Budget {
  readonly #options: BudgetOptions
  readonly #buckets: {readonly allowance: Allowance; left: number}[]
  #filledMs: number
  #waitsFor: Cost | undefined
  /** Of the host, as far as is known. */
  accounts = 0

  constructor(options: BudgetOptions) {
    this.#options = options
    this.#buckets = allowancesOf(options.rates, options.trusted).map(allowance => ({
      allowance,
      left: allowance.amount * allowance.burst,
    }))
    this.#filledMs = options.world.now()
  }

  /** What the host has to wait for now. */
  get waitsFor(): Cost | undefined {
    return this.#waitsFor
  }

  get eventRates(): EventRates {
    const ofEvents = this.#buckets.filter(({allowance}) => allowance.cost === 'events')
    return new Map(ofEvents.map(({allowance}) => [allowance.windowMs, this.#amount(allowance)]))
  }

  charge(cost: Cost, amount: number): void {
    this.#fill()
    for (const bucket of this.#buckets) if (bucket.allowance.cost === cost) bucket.left -= amount
  }

  /** Waits until no bucket is below zero. Rejects when the signal aborts. */
  async room(signal: AbortSignal): Promise<void> {
    const {world, onWait} = this.#options
    try {
      for (;;) {
        const empty = this.#emptiest()
        if (!empty) return
        if (this.#waitsFor !== empty.cost) onWait?.(empty.cost)
        this.#waitsFor = empty.cost
        await world.sleep(Math.min(empty.waitMs, waitMaxMs), signal)
      }
    } finally {
      this.#waitsFor = undefined
    }
  }

  /** The bucket that takes longest to fill to above zero, if any is below. */
  #emptiest(): {cost: Cost; waitMs: number} | undefined {
    this.#fill()
    let found: {cost: Cost; waitMs: number} | undefined
    for (const {allowance, left} of this.#buckets) {
      const waitMs = Math.ceil((-left * allowance.windowMs) / this.#amount(allowance))
      if (left < 0 && waitMs > (found?.waitMs ?? 0)) found = {cost: allowance.cost, waitMs}
    }
    return found
  }

  #amount({amount, perAccount}: Allowance): number {
    return amount + perAccount * this.accounts
  }

  #fill(): void {
    const now = this.#options.world.now()
    // A clock that was put back fills nothing, and takes nothing away.
    const pastMs = Math.max(0, now - this.#filledMs)
    this.#filledMs = now
    for (const bucket of this.#buckets) {
      const amount = this.#amount(bucket.allowance)
      const {windowMs, burst} = bucket.allowance
      bucket.left = Math.min(amount * burst, bucket.left + (amount * pastMs) / windowMs)
    }
  }
}
