/**
 * One machine of a simulation: a service in one process after the other, on one disk, by a clock of its own. It may end
 * at any point and begins again with what its disk then holds.
 */
import {join} from 'node:path'
import {createHash} from 'node:crypto'
import {silentLog, type Log} from '#std/log.ts'
import {OutOfSpace} from '#std/out-of-space.ts'
import type {Prng} from '#std/prng.ts'
import type {World} from '#std/world.ts'
import {DataLost} from '#engines/seq-mark.ts'
import type {Service} from '#runtime/service.ts'
import type {VerifiedEvents} from '#stream/verified-events.ts'
import type {SimClock} from './clock.ts'
import {SimDisk, type DiskHealth} from './disk.ts'
import type {FaultCounts} from './faults.ts'
import {Life} from './life.ts'
import type {Peer, SimNetwork} from './network.ts'
import type {Spool} from './spool.ts'
import type {Trace} from './trace.ts'

/** What all machines stand on. */
export interface Ground {
  readonly clock: SimClock
  readonly trace: Trace
  readonly network: SimNetwork
  readonly faults: FaultCounts
  /** Each point that a machine has ended at, by service and name. */
  readonly crashPoints: FaultCounts
  /** A real folder, for databases. */
  readonly folder: string
  readonly onFault: (detail: string) => void
  /** Closes what processes that have ended left open: each once it is quiet, and at the end of the run the rest. */
  readonly leftOpen: Set<() => void>
  /** For what disks have no room for in memory. */
  readonly spool?: Spool
  readonly log?: Log
}

/** What a service is given beside its world. */
export interface Given {
  /** What its operator says after a loss of data. */
  readonly acceptLossTo: number | undefined
  /** The verified events of a relay in the same process. */
  readonly own: readonly VerifiedEvents[]
  /** Of the real disk, for what a service keeps beside its databases and logs. */
  readonly folder: string
}

/** Opens the service of a machine. */
export type Open = (world: World, log: Log, given: Given) => Promise<Service>

/** From the end of a process until what it left open is closed. */
const quietMs = 60_000

interface Plan {
  readonly power: boolean
  /** Points that pass before it ends. */
  left: number
}

export class Machine implements Peer {
  readonly name: string
  /** How far its clock is from true time, in milliseconds. */
  skewMs = 0
  readonly health: DiskHealth = {isFull: false, isSlow: false, isLying: false}
  running: Peer['running']
  /** How often it was started after a loss that its operator had to accept. */
  lossesAccepted = 0
  readonly #ground: Ground
  readonly #prng: Prng
  readonly #open: Open
  #disk: SimDisk
  #life: Life
  #generation = 0
  #plan: Plan | undefined
  #restarting: Promise<void> | undefined

  constructor(name: string, ground: Ground, prng: Prng, open: Open) {
    this.name = name
    this.#ground = ground
    this.#prng = prng
    this.#open = open
    this.#life = this.#newLife()
    this.#disk = new SimDisk(this.#owner(this.#life), {
      folder: this.#folder(),
      prng: prng.of('disk'),
      health: this.health,
      spool: ground.spool,
    })
  }

  /** Starts it for the first time. */
  start(): Promise<void> {
    return this.#run(undefined)
  }

  /** It ends between two steps, `steps` of them from now. `power`: with the power of its disk. */
  crashAfter(steps: number, power: boolean): void {
    this.#plan ??= {left: steps, power}
  }

  /** It goes on as it is, if it was to end. */
  forgetPlan(): void {
    this.#plan = undefined
  }

  /** Resolves once it is up again, if it was down. */
  async settled(): Promise<void> {
    while (this.#restarting) await this.#restarting
  }

  get isPlannedToCrash(): boolean {
    return this.#plan !== undefined
  }

  /** Puts aside what its databases hold at this moment. */
  backUp(): void {
    this.#disk.backUp(this.#backup)
  }

  /** Ends it, and starts it with the databases as they were when they were put aside. */
  restoreBackup(names: readonly string[]): void {
    this.#end('for a backup to be put back', false)
    this.#disk.restore(this.#backup, names)
  }

  /** Ends it for good. */
  stop(): void {
    this.#plan = undefined
    this.#life.end()
    this.running = undefined
  }

  get #backup(): string {
    return join(this.#ground.folder, `${this.name}-backup`)
  }

  #folder(): string {
    return join(this.#ground.folder, `${this.name}-${this.#generation}`)
  }

  #newLife(): Life {
    return new Life(name => this.#passed(name))
  }

  #passed(point: string): void {
    const plan = this.#plan
    if (!plan || plan.left-- > 0 || !this.running) return
    this.#plan = undefined
    const {faults, crashPoints} = this.#ground
    faults.add(plan.power ? 'power-loss' : 'killed')
    crashPoints.add(`${this.name.replace(/\d+$/, '')} ${point}`)
    this.#end(`at "${point}"${plan.power ? ' without power' : ''}`, plan.power)
  }

  #end(how: string, power: boolean): void {
    const {trace, clock, faults} = this.#ground
    trace.add(this.name, `ends ${how}`)
    if (this.health.isLying && power) faults.add('lying-sync')
    this.#life.end()
    this.running = undefined
    this.#generation++
    const life = (this.#life = this.#newLife())
    this.#disk = this.#disk.after(this.#owner(life), {
      next: this.#folder(),
      power,
      torn: () => faults.add('torn-write'),
    })
    const downMs = this.#prng.between(50, 20_000)
    const restarting = clock
      .sleep(downMs)
      .then(() => this.#run(undefined))
      .catch((error: unknown) => this.#ground.onFault(`${this.name} does not start: ${String(error)}`))
      .finally(() => {
        if (this.#restarting === restarting) this.#restarting = undefined
      })
    this.#restarting = restarting
  }

  async #run(acceptLossTo: number | undefined): Promise<void> {
    const {trace, onFault, log} = this.#ground
    const life = this.#life
    const own = (log ?? silentLog).with({machine: this.name})
    try {
      const service = await this.#open(this.#world(life), own, {acceptLossTo, own: [], folder: this.#ground.folder})
      if (life.isOver) return
      this.running = {service, life}
      await service.start()
      if (life.isOver) return
      service.ended.catch((error: unknown) => {
        if (life.isOver) return
        onFault(`${this.name} ended by itself: ${error instanceof Error ? error.stack : String(error)}`)
      })
      trace.add(this.name, 'is up')
    } catch (error) {
      if (error instanceof DataLost && acceptLossTo === undefined) {
        this.lossesAccepted++
        trace.add(this.name, 'has lost data, which is accepted')
        return this.#run(Number(/PDS_ACCEPT_LOSS_TO=(\d+)/.exec(error.message)?.[1]))
      }
      if (life.isOver) return
      if (!(error instanceof OutOfSpace)) throw error
      // As whoever runs it would: it is started again until there is room.
      return this.#end('since its disk is full', false)
    }
  }

  #owner(life: Life): ConstructorParameters<typeof SimDisk>[0] {
    const {clock, leftOpen, faults} = this.#ground
    return {
      point: name => life.point(name),
      pause: ms => life.of(clock.sleep(ms)),
      nowMs: () => clock.nowMs,
      isEnded: () => life.isOver,
      opened: close => {
        leftOpen.add(close)
        // What it is in the midst of takes none of the time that passes here, so it is long quiet by then.
        life.onEnd(() => clock.after(quietMs, () => leftOpen.delete(close) && close()))
      },
      wroteShort: () => faults.add('short-write'),
    }
  }

  #world(life: Life): World {
    const {clock, network} = this.#ground
    const {name} = this
    const prng = this.#prng.of(`chance ${this.#generation}`)
    return {
      now: () => Math.floor(clock.nowMs + this.skewMs),
      sleep: (ms, signal) => life.of(clock.sleep(ms, signal)),
      random: size => Uint8Array.from({length: size}, () => prng.whole(0, 255)),
      fetch: request => life.of(network.fetch(name, life, request)),
      subscribe: async (request, signal, outgoing) => {
        const frames = await life.of(network.subscribe(name, life, request, signal, outgoing))
        return frames instanceof Response ? frames : heardBy(life, frames)
      },
      disk: this.#disk,
      // As quick as it is weak: nobody attacks the people of a simulation.
      slowHash: async (password, salt, size) =>
        createHash('sha512').update(salt).update(password).digest().subarray(0, size),
    }
  }
}

/** `frames`, as long as there is somebody to hear them. */
async function* heardBy<T>(life: Life, frames: AsyncIterable<T>): AsyncGenerator<T, void> {
  const iterator = frames[Symbol.asyncIterator]()
  try {
    for (;;) {
      const {done, value} = await life.of(iterator.next())
      if (done) return
      yield value
    }
  } finally {
    void iterator.return?.()
  }
}
