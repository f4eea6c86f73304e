/**
 * What befalls the machines of a simulation, and when: all of it drawn from the seed. Most of it takes nothing away that
 * was acknowledged. Only where a run is to forget, a PDS loses its newest commits: by a disk that lies about its syncs, or
 * by a backup in the place of its database.
 */
import type {Prng} from '#std/prng.ts'
import type {SimClock} from './ground/clock.ts'
import type {FaultCounts, FaultKind} from './ground/faults.ts'
import {databasesOf, isPds, pdsNames, type PdsName} from './house.ts'
import type {Machine} from './ground/machine.ts'
import type {SimNetwork} from './ground/network.ts'
import type {Trace} from './ground/trace.ts'

export interface WeatherDeps {
  readonly clock: SimClock
  readonly trace: Trace
  readonly network: SimNetwork
  readonly faults: FaultCounts
  readonly machines: Readonly<Record<string, Machine>>
  /** The services of each machine. */
  readonly layout: Readonly<Record<string, readonly string[]>>
  /** Has a server say what is not so; whether it has. */
  readonly lie?: (kind: Lie) => boolean
  /** Told when a PDS may have forgotten something, before it is back. */
  readonly onForgetting?: (pds: PdsName) => void
}

const lies = ['forged-commit', 'old-commit', 'foreign-commit'] as const
/** What a server may say that is not so. */
export type Lie = (typeof lies)[number]

/** How bad it is. */
export interface Climate {
  /** Whether a PDS may lose what it has acknowledged. */
  readonly forgets: boolean
  /** From one blow to the next, at least and at most. */
  readonly everyMs: readonly [number, number]
  /** For each message that crosses the network. */
  readonly rates: Rates
}

type Rates = Readonly<Partial<Record<FaultKind, number>>>

/** Where some people call servers now and then, and where thousands of messages a second cross the network. */
export const rates: Rates = {
  slow: 0.01,
  'lost-request': 0.006,
  'half-request': 0.006,
  'lost-answer': 0.006,
  'half-answer': 0.004,
  broken: 0.01,
  stalled: 0.001,
  repeated: 0.003,
  'half-frame': 0.003,
}

export const busyRates: Rates = {
  slow: 0.001,
  'lost-request': 0.004,
  'half-request': 0.004,
  'lost-answer': 0.004,
  'half-answer': 0.003,
  broken: 0.001,
  stalled: 0.000_2,
  repeated: 0.000_5,
  'half-frame': 0.000_5,
}

/** From one blow to the next; and where it blows harder. */
export const everyMs = [1_000, 6_000] as const
export const hardEveryMs = [200, 2_000] as const
/** Steps of a machine, such as syncs and answers, until it ends where that was drawn. */
const stepsMax = 40

const minuteMs = 60_000

export class Weather {
  readonly #deps: WeatherDeps
  readonly #prng: Prng
  readonly #climate: Climate
  readonly #backedUp = new Set<string>()
  #isOver = false

  constructor(deps: WeatherDeps, prng: Prng, climate: Climate) {
    this.#deps = deps
    this.#prng = prng
    this.#climate = climate
  }

  /** Until `clear` is called. */
  async run(): Promise<void> {
    const {clock, network, machines, layout} = this.#deps
    network.rates = this.#climate.rates
    for (const [name, services] of Object.entries(layout)) {
      const isView = services.some(service => service === 'relay' || service === 'appview')
      if (!isView && !(this.#climate.forgets && isPds(name))) continue
      machines[name].backUp()
      this.#backedUp.add(name)
    }
    const kinds = this.#kinds()
    for (let i = 0; !this.#isOver; i++) {
      // Each kind in turn, so that none is left out, beginning where the seed says.
      this.#strike(kinds[i % kinds.length])
      await clock.sleep(this.#prng.between(...this.#climate.everyMs))
    }
  }

  /** No more faults from here on: the network is whole, the clocks are right, the disks have room. */
  clear(): void {
    const {network, machines} = this.#deps
    this.#isOver = true
    network.heal()
    for (const machine of Object.values(machines)) {
      machine.skewMs = 0
      machine.forgetPlan()
      machine.health.isFull = machine.health.isSlow = machine.health.isLying = false
    }
  }

  #kinds(): FaultKind[] {
    const kinds: FaultKind[] = [
      'partition',
      'killed',
      'slow-disk',
      'power-loss',
      'full-disk',
      'clock-forward',
      'clock-back',
      'power-loss',
      'killed',
      'old-backup',
      ...(this.#deps.lie ? lies : []),
      ...(this.#climate.forgets ? (['lying-sync'] as const) : []),
    ]
    return this.#prng.some(kinds, kinds.length)
  }

  #strike(kind: FaultKind): void {
    const {machines, network, faults, clock, trace} = this.#deps
    const prng = this.#prng
    const names = Object.keys(machines)
    const name = prng.pick(names)
    const machine = machines[name]
    const forMs = prng.between(2_000, 20_000)
    switch (kind) {
      case 'partition':
        network.partition(
          name,
          prng.pick([...names.filter(other => other !== name), 'people']),
          prng.between(1_000, 90_000),
        )
        return
      case 'killed':
      case 'power-loss':
        // Most is lost where much is written that is not yet synced.
        if (kind === 'power-loss' && prng.is(0.5)) this.#slowDown(name, forMs)
        machine.crashAfter(prng.whole(0, stepsMax), kind === 'power-loss')
        return
      case 'slow-disk':
        this.#slowDown(name, forMs)
        return
      case 'full-disk':
        faults.add(kind)
        trace.add(name, 'its disk is full')
        machine.health.isFull = true
        clock.after(forMs, () => (machine.health.isFull = false))
        return
      case 'clock-forward':
      case 'clock-back': {
        // A relay refuses what lies five minutes in its future, so those who make revisions leap less far, and it goes
        // back less far.
        const isMaker = name === 'plc' || isPds(name) || name.startsWith('host')
        const isNear = isMaker || (kind === 'clock-back' && this.#deps.layout[name].includes('relay'))
        const byMs = prng.between(1_000, isNear ? minuteMs : 60 * minuteMs)
        faults.add(kind)
        machine.skewMs = kind === 'clock-back' ? -byMs : byMs
        trace.add(name, `its clock is ${Math.round(machine.skewMs)} ms off`)
        return
      }
      case 'old-backup':
        this.#restore()
        return
      case 'forged-commit':
      case 'old-commit':
      case 'foreign-commit':
        if (this.#deps.lie?.(kind)) faults.add(kind)
        return
      case 'lying-sync':
        this.#lie()
        return
      default:
        throw new Error(`${kind} is of the network`)
    }
  }

  #slowDown(name: string, ms: number): void {
    const {machines, clock, faults, trace} = this.#deps
    const {health} = machines[name]
    faults.add('slow-disk')
    trace.add(name, 'its disk is slow')
    health.isSlow = true
    clock.after(ms, () => (health.isSlow = false))
  }

  /** Puts a backup back. Of a relay and an AppView it takes nothing: what they have, they can have again. */
  #restore(): void {
    const {machines, layout, faults, onForgetting} = this.#deps
    const name = this.#prng.pick([...this.#backedUp])
    const machine = machines[name]
    if (!machine.running || machine.isPlannedToCrash) return
    if (this.#prng.is(0.4)) {
      machine.backUp()
      return
    }
    faults.add('old-backup')
    if (isPds(name)) onForgetting?.(name)
    const files = databasesOf(layout[name])
    machine.restoreBackup(this.#prng.some(files, this.#prng.whole(1, files.length)))
  }

  #lie(): void {
    const {machines, trace, onForgetting, clock} = this.#deps
    const name = this.#prng.pick(pdsNames)
    const machine = machines[name]
    if (machine.isPlannedToCrash) return
    trace.add(name, 'its disk lies')
    machine.health.isLying = true
    onForgetting?.(name)
    clock.after(this.#prng.between(500, 3_000), () => {
      machine.crashAfter(0, true)
    })
  }
}
