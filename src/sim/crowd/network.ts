/**
 * A crowd's network in one process: its machines, the people who act, and readers of each stream who hold it against the
 * books. What befalls it is for who has it: a storm (`run.ts`), or one end after the other (`rounds.ts`).
 */
import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {setImmediate as turn} from 'node:timers/promises'
import type {Log} from '#std/log.ts'
import {Prng} from '#std/prng.ts'
import type {Frame} from '#std/wire/frames.ts'
import type {World} from '#std/world.ts'
import {useNativeCrypto} from '#engines/crypto/native.ts'
import {Caller} from '../caller.ts'
import {SimClock} from '../ground/clock.ts'
import {FaultCounts} from '../ground/faults.ts'
import {inPlace} from '../ground/in-place.ts'
import {Life} from '../ground/life.ts'
import type {Machine} from '../ground/machine.ts'
import {SimNetwork} from '../ground/network.ts'
import {Spool} from '../ground/spool.ts'
import {Trace} from '../ground/trace.ts'
import {addresses, type Layout} from '../house.ts'
import type {Outcome} from '../simulation.ts'
import {Crowd} from './crowd.ts'
import {HostLog} from './host.ts'
import {crowdLayout, crowdMachines, hostName, hostUrl} from './house.ts'
import type {LiesDeps} from './lies.ts'
import {JetstreamReader} from './readers/jetstream-reader.ts'
import {People} from './person.ts'
import type {Divergence, Reader} from './readers/reader.ts'
import {RelayReader} from './readers/relay-reader.ts'
import {TapReader} from './readers/tap-reader.ts'

export interface CrowdNetworkOptions {
  readonly seed: number
  readonly accounts: number
  /** Servers that have the accounts; 8 unless given. */
  readonly hosts?: number
  readonly log?: Log
  /** Ends it, as a fault. */
  readonly signal?: AbortSignal
  /** Told each line of the trace. */
  readonly onTrace?: (line: string) => void
}

export interface CrowdOutcome extends Outcome {
  readonly accounts: number
  /** What each reader was told: events, of them again, and on how many connections. */
  readonly told: Readonly<Record<string, {events: number; repeated: number; connections: number}>>
}

const beginMs = Date.UTC(2026, 5, 1, 12)
const hostsDefault = 8
const faultsMax = 20
const lastTurns = 100

/** Has a network, lets `live` be all that happens in it, and says what came of it. */
export async function withCrowd(
  options: CrowdNetworkOptions,
  silentMs: number,
  live: (network: CrowdNetwork) => Promise<void>,
): Promise<CrowdOutcome> {
  useNativeCrypto()
  using _inPlace = inPlace()
  const folder = mkdtempSync(join(tmpdir(), 'wholesky-sim-'))
  const spool = new Spool(join(folder, 'spool'))
  try {
    return await new CrowdNetwork(options, folder, spool).run(silentMs, live)
  } finally {
    spool.close()
    rmSync(folder, {recursive: true, force: true})
  }
}

export class CrowdNetwork {
  readonly prng: Prng
  readonly clock = new SimClock(beginMs)
  readonly trace: Trace
  readonly injected = new FaultCounts()
  readonly faults: string[] = []
  readonly crowd: Crowd
  readonly network: SimNetwork
  readonly layout: Layout
  readonly machines: Readonly<Record<string, Machine>>
  /** Of the relay, the Jetstream and the Tap. */
  readonly readers: readonly [RelayReader, JetstreamReader, TapReader]
  readonly people: People
  /** With what servers may say what is not so. */
  readonly lies: LiesDeps
  /** Asks as anyone does. */
  readonly caller: Caller
  stage = 'begins'
  readonly #options: CrowdNetworkOptions
  readonly #crashPoints = new FaultCounts()
  readonly #leftOpen = new Set<() => void>()

  constructor(options: CrowdNetworkOptions, folder: string, spool: Spool) {
    this.#options = options
    const {seed, accounts, hosts: hostCount = hostsDefault} = options
    this.prng = new Prng(`crowd ${seed}`)
    this.trace = new Trace(this.clock, {sink: options.onTrace})
    this.crowd = new Crowd({accounts, hosts: hostCount, prng: this.prng.of('crowd')})
    const logs = Array.from({length: hostCount}, (_, i) => new HostLog(i, spool))
    const hosts = new Map<string, Machine>()
    const onFault = (detail: string): void => this.fault(detail)
    const shared = {clock: this.clock, trace: this.trace, faults: this.injected, onFault}
    this.network = new SimNetwork({...shared, hosts, prng: this.prng.of('network')})
    this.layout = crowdLayout(hostCount, seed % 2 === 0)
    const ground = {
      ...shared,
      network: this.network,
      crashPoints: this.#crashPoints,
      leftOpen: this.#leftOpen,
      spool,
      folder,
      log: options.log,
    }
    const made = crowdMachines(this.layout, {ground, prng: this.prng.of('machines'), crowd: this.crowd, logs})
    this.machines = made.machines
    for (const [host, machine] of made.hosts) hosts.set(host, machine)
    this.caller = new Caller('people', this.clock, this.network)
    this.readers = this.#readersOf()
    const nowAt = (host: number): number => Math.floor(this.clock.nowMs + this.machines[hostName(host)].skewMs)
    this.lies = {crowd: this.crowd, logs, prng: this.prng.of('lies'), nowAt}
    this.people = new People({
      crowd: this.crowd,
      logs,
      urls: logs.map((_, i) => hostUrl(i)),
      sleep: ms => this.clock.sleep(ms),
      nowAt,
      directory: {
        put: async (did, operation) => {
          const answer = await this.caller.post(`${addresses.plc}/${did}`, operation as never)
          return answer.outcome === 'done'
        },
        last: did => this.caller.json(`${addresses.plc}/${did}/log/last`),
      },
    })
  }

  #readersOf(): readonly [RelayReader, JetstreamReader, TapReader] {
    const onDivergence = ({at, did, event, detail}: Divergence): void =>
      this.fault(`${at}, account ${did}, event ${event}: ${detail}`)
    const outside = new Life(() => {})
    const world: Pick<World, 'now' | 'sleep' | 'subscribe'> = {
      now: () => this.clock.nowMs,
      sleep: ms => this.clock.sleep(ms),
      subscribe: (request: Request, signal: AbortSignal, outgoing?: AsyncIterable<Frame>) =>
        this.network.subscribe(`people of ${new URL(request.url).host}`, outside, request, signal, outgoing),
    }
    const deps = {crowd: this.crowd, world, onDivergence}
    return [
      new RelayReader('relay', addresses.relay, deps),
      new JetstreamReader('Jetstream', addresses.jetstream, deps),
      new TapReader('Tap', addresses.tap, deps),
    ]
  }

  async run(silentMs: number, live: (network: CrowdNetwork) => Promise<void>): Promise<CrowdOutcome> {
    try {
      await this.clock.runUntil(this.#live(live), {silentMs, signal: this.#options.signal})
    } catch (error) {
      this.fault(`The run ${this.stage}: ${error instanceof Error ? String(error.stack) : String(error)}`)
    } finally {
      for (const reader of this.readers) reader.leave()
      for (const machine of Object.values(this.machines)) machine.stop()
      // What was under way comes to where it waits for what never comes.
      for (let turns = 0; turns < lastTurns; turns++) await turn()
      for (const close of this.#leftOpen) close()
    }
    const {joined, ops, commits} = this.crowd
    return {
      seed: this.#options.seed,
      faults: this.faults,
      accounts: joined,
      events: ops,
      commits,
      told: Object.fromEntries(
        this.readers.map(({of, told, repeated, connections}) => [of, {events: told, repeated, connections}]),
      ),
      simulatedMs: this.simulatedMs,
      injected: this.injected,
      crashPoints: this.#crashPoints,
      traceHash: this.trace.hash,
      traceLines: this.trace.count,
      newest: this.trace.newest,
    }
  }

  async #live(live: (network: CrowdNetwork) => Promise<void>): Promise<void> {
    for (const [name, machine] of Object.entries(this.machines)) {
      this.goOn(`starts ${name}`)
      await machine.start()
    }
    const reading = this.readers.map((reader: Reader) => reader.run())
    await live(this)
    for (const reader of this.readers) reader.leave()
    await Promise.all(reading)
  }

  get simulatedMs(): number {
    return this.clock.nowMs - beginMs
  }

  /** What a run that is stuck tells of itself. */
  goOn(stage: string): void {
    this.stage = stage
    this.clock.progressed()
  }

  /** Resolves once all machines are up. */
  async up(): Promise<void> {
    for (const [name, machine] of Object.entries(this.machines)) {
      this.goOn(`waits for ${name} to be up`)
      await machine.settled()
    }
  }

  /** Which reader has not been told of everything by now, in words; undefined when all have. */
  behind(): string | undefined {
    for (const reader of this.readers) {
      const {count, example} = reader.behind()
      if (count > 0) return `of the ${reader.of}, ${count} accounts are not told of to the end: ${example}`
    }
    return undefined
  }

  /** What readers make of the whole, where that is not what there is. */
  misplaced(): string[] {
    return this.readers.flatMap(reader => reader.misplaced().map(one => `at the ${reader.of}, ${one}`))
  }

  fault(detail: string): void {
    this.trace.add('simulation', `a fault: ${detail}`)
    if (this.faults.length < faultsMax) this.faults.push(detail)
  }
}
