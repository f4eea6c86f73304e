/**
 * One run of the whole network from one seed: people write, machines end and begin again, the network breaks, disks are
 * full and clocks leap; then all of that ends, and in time every service has to say what the model says. Everything is
 * in one process and one thread, by one clock, and nothing is drawn but from the seed, so the same seed gives the same
 * run, event by event: the hash of its trace shows it.
 */
import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {setImmediate as turn} from 'node:timers/promises'
import type {Log} from '#std/log.ts'
import {Prng} from '#std/prng.ts'
import {mapConcurrent} from '#std/waiting/async.ts'
import {useNativeCrypto} from '#engines/crypto/native.ts'
import {Caller} from './caller.ts'
import {SimClock} from './ground/clock.ts'
import {Comparison} from './truth/compare.ts'
import {FaultCounts} from './ground/faults.ts'
import {layoutOf, makeMachines, openers, pdsNames, residents, type Layout, type Openers, type PdsName} from './house.ts'
import {inPlace} from './ground/in-place.ts'
import type {Machine} from './ground/machine.ts'
import {Model} from './truth/model.ts'
import {SimNetwork} from './ground/network.ts'
import {Person} from './person.ts'
import {Trace} from './ground/trace.ts'
import {everyMs, hardEveryMs, rates, Weather} from './weather.ts'

export interface SimulationOptions {
  readonly seed: number
  /** Changes of records, about. */
  readonly events: number
  /** Whether faults come three times as fast. */
  readonly isHard?: boolean
  /** Records that one act writes, at most; 40 unless given. */
  readonly writesMax?: number
  /** Something in the place of a service, to see that it is found out. */
  readonly given?: Partial<Openers>
  readonly log?: Log
  /** Ends the run, as a fault. */
  readonly signal?: AbortSignal
  /** Told each line of the trace. */
  readonly onTrace?: (line: string) => void
}

export interface Outcome {
  readonly seed: number
  /** What does not hold; empty when all does. */
  readonly faults: readonly string[]
  /** Changes of records, and commits, that were acknowledged. */
  readonly events: number
  readonly commits: number
  /** How long it took by its own clock. */
  readonly simulatedMs: number
  readonly injected: FaultCounts
  /** Where machines ended. */
  readonly crashPoints: FaultCounts
  readonly traceHash: string
  readonly traceLines: number
  /** The last lines of the trace. */
  readonly newest: readonly string[]
}

const beginMs = Date.UTC(2026, 5, 1, 12)
const peoplePerPds = 5
const writesMaxDefault = 40
/** Every so many seeds a PDS loses what it has acknowledged. */
export const forgettingEvery = 5
/** Some seeds have a Tap, apart or together: it costs as much as an AppView. */
const hasTap = (seed: number): boolean => seed % 4 === 3 || seed % 8 === 0
/** All has come together within this time, handles that are looked at again after an hour among it. */
const settleMsMax = 3 * 3_600_000
const lookEveryMs = 20_000
/** A run of which nothing has come for so long is stuck; nobody waits longer than for the last of the looks. */
const silentMs = 2 * settleMsMax
const faultsMax = 20
const lastTurns = 100
/** As far as the clock of a PDS may have been ahead. */
const leapMs = 120_000

export async function simulate(options: SimulationOptions): Promise<Outcome> {
  useNativeCrypto()
  using _inPlace = inPlace()
  const folder = mkdtempSync(join(tmpdir(), 'wholesky-sim-'))
  const run = new Run(options, folder)
  try {
    return await run.run()
  } finally {
    rmSync(folder, {recursive: true, force: true})
  }
}

class Run {
  readonly #options: SimulationOptions
  readonly #prng: Prng
  readonly #clock = new SimClock(beginMs)
  readonly #trace: Trace
  readonly #injected = new FaultCounts()
  readonly #crashPoints = new FaultCounts()
  readonly #faults: string[] = []
  readonly #leftOpen = new Set<() => void>()
  readonly #model = new Model()
  readonly #network: SimNetwork
  readonly #machines: Readonly<Record<string, Machine>>
  readonly #caller: Caller
  /** PDSes that may have forgotten something. */
  readonly #forgot = new Set<PdsName>()
  readonly #forgets: boolean
  readonly #layout: Layout
  /** What it is at, and what each person does. */
  #stage = 'begins'
  readonly #doing = new Map<Person, string>()

  constructor(options: SimulationOptions, folder: string) {
    this.#options = options
    this.#forgets = options.seed % forgettingEvery === 0
    this.#prng = new Prng(`simulation ${options.seed}`)
    this.#trace = new Trace(this.#clock, {sink: options.onTrace})
    const hosts = new Map<string, Machine>()
    const shared = {
      clock: this.#clock,
      trace: this.#trace,
      faults: this.#injected,
      onFault: (detail: string) => this.#fault(detail),
    }
    this.#network = new SimNetwork({...shared, hosts, prng: this.#prng.of('network')})
    const ground = {
      ...shared,
      network: this.#network,
      crashPoints: this.#crashPoints,
      leftOpen: this.#leftOpen,
      folder,
      log: options.log,
    }
    const {seed, given} = options
    const layout = layoutOf(!given && seed % 2 === 0, hasTap(seed))
    this.#layout = layout
    const made = makeMachines(layout, ground, this.#prng.of('machines'), residents({...openers, ...given}))
    this.#machines = made.machines
    for (const [host, machine] of made.hosts) hosts.set(host, machine)
    this.#caller = new Caller('people', this.#clock, this.#network)
  }

  async run(): Promise<Outcome> {
    try {
      await this.#clock.runUntil(this.#live(), {silentMs, signal: this.#options.signal})
    } catch (error) {
      const doing = [...this.#doing].map(([{account}, act]) => `; ${account?.handle} ${act}`).join('')
      this.#fault(`The run ${this.#stage}${doing}: ${error instanceof Error ? String(error.stack) : String(error)}`)
    } finally {
      for (const machine of Object.values(this.#machines)) machine.stop()
      // What was under way comes to where it waits for what never comes.
      for (let turns = 0; turns < lastTurns; turns++) await turn()
      for (const close of this.#leftOpen) close()
    }
    const {commits, ops} = this.#model.counts
    return {
      seed: this.#options.seed,
      faults: this.#faults,
      events: ops,
      commits,
      simulatedMs: this.#clock.nowMs - beginMs,
      injected: this.#injected,
      crashPoints: this.#crashPoints,
      traceHash: this.#trace.hash,
      traceLines: this.#trace.count,
      newest: this.#trace.newest,
    }
  }

  async #live(): Promise<void> {
    for (const [name, machine] of Object.entries(this.#machines)) {
      this.#goOn(`starts ${name}`)
      await machine.start()
    }
    const people = this.#people()
    this.#goOn('has people sign up')
    await mapConcurrent(people, people.length, person => person.signUp())
    const weather = new Weather(
      {
        clock: this.#clock,
        trace: this.#trace,
        network: this.#network,
        faults: this.#injected,
        machines: this.#machines,
        layout: this.#layout,
        onForgetting: pds => this.#forgot.add(pds),
      },
      this.#prng.of('weather'),
      {forgets: this.#forgets, everyMs: this.#options.isHard ? hardEveryMs : everyMs, rates},
    )
    const storm = weather.run()
    this.#goOn('has people write')
    await mapConcurrent(people, people.length, (person, signal) => this.#act(person, signal))
    this.#goOn('waits for the storm to end')
    weather.clear()
    await storm
    for (const [name, machine] of Object.entries(this.#machines)) {
      this.#goOn(`waits for ${name} to be up`)
      await machine.settled()
    }
    await this.#settle(people)
  }

  #people(): Person[] {
    const deps = {
      clock: this.#clock,
      caller: this.#caller,
      model: this.#model,
      mayForget: (pds: PdsName) => this.#forgot.has(pds),
      onFault: (detail: string) => this.#fault(detail),
    }
    return pdsNames.flatMap(pds =>
      Array.from({length: peoplePerPds}, (_, i) => {
        const name = `${pds}-person-${i}`
        return new Person(name, pds, this.#prng.of(name), deps)
      }),
    )
  }

  /** What one person does, until there are enough events. */
  async #act(person: Person, signal: AbortSignal): Promise<void> {
    const prng = this.#prng.of(`acts of ${person.account?.did}`)
    while (this.#model.counts.ops < this.#options.events && this.#faults.length === 0 && !signal.aborted) {
      await this.#clock.sleep(prng.between(50, 3_000))
      if (person.account?.status === 'deleted') return
      if (this.#forgot.has(person.account?.pds as PdsName)) {
        await this.#do(person, 'looks back', () => person.lookBack())
      }
      const draw = prng.next()
      if (draw < 0.02) await this.#do(person, 'changes the handle', () => person.changeHandle())
      else if (draw < 0.05) {
        await this.#do(person, 'goes away', () => person.setActive(false))
        await this.#clock.sleep(prng.between(50, 5_000))
        await this.#do(person, 'comes back', () => person.setActive(true))
      } else if (draw < 0.054 && !this.#forgets) await this.#do(person, 'leaves', () => person.leave())
      else if (draw < 0.07 && !this.#forgets) await this.#do(person, 'moves', () => person.move())
      else {
        const count = draw < 0.4 ? 1 : prng.whole(2, this.#options.writesMax ?? writesMaxDefault)
        await this.#do(person, 'writes', () => person.write(count))
      }
    }
  }

  async #do(person: Person, what: string, act: () => Promise<void>): Promise<void> {
    const {ops} = this.#model.counts
    this.#doing.set(person, what)
    await act()
    this.#doing.delete(person)
    // Acts that change nothing bring the run no nearer to its end.
    if (this.#model.counts.ops > ops) this.#clock.progressed()
  }

  /** What a run that is stuck tells of itself. */
  #goOn(stage: string): void {
    this.#stage = stage
    this.#clock.progressed()
  }

  /** The storm is over: whoever may have forgotten something says anew how things stand, and in time all agree. */
  async #settle(people: readonly Person[]): Promise<void> {
    if (this.#faults.length > 0) return
    // What was forgotten may have revisions of a clock that ran ahead; none below those is believed.
    if (this.#forgot.size > 0) await this.#clock.sleep(leapMs)
    for (const person of people) {
      const {account} = person
      this.#goOn(`has ${account?.handle} say how things stand`)
      await person.lookBack()
      if (!account || account.status === 'deleted') continue
      if (this.#forgot.has(account.pds as PdsName)) {
        account.isExact = false
        await person.setActive(false)
        await person.setActive(true)
        await person.changeHandle()
        await person.touch()
      } else if (account.status !== 'active') await person.setActive(true)
    }
    const untilMs = this.#clock.nowMs + settleMsMax
    const comparison = new Comparison(this.#model, this.#caller, hasTap(this.#options.seed))
    for (let waitMs = lookEveryMs; ; waitMs *= 2) {
      await this.#clock.sleep(Math.min(waitMs, untilMs - this.#clock.nowMs))
      this.#goOn('compares')
      const found = await comparison.differences()
      if (found.length === 0) return
      if (this.#clock.nowMs < untilMs && this.#faults.length === 0) continue
      for (const one of found) this.#fault(one)
      return
    }
  }

  #fault(detail: string): void {
    this.#trace.add('simulation', `a fault: ${detail}`)
    if (this.#faults.length < faultsMax) this.#faults.push(detail)
  }
}
