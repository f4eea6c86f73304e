/** How far a replica has come, for operators: where it stands, how fast it goes, when it will have caught up. */
import type {Metrics} from '#runtime/health/metrics.ts'
import type {World} from '#std/world.ts'

/** `waiting`: the primary does not answer as it should, and is asked again later. */
export type ReplicaState = 'catching-up' | 'live' | 'waiting'

export interface ProgressShown {
  state: ReplicaState
  /** The newest seq of the primary that was dealt with. */
  seq: number
  /** Operations taken over since the start of the program. */
  operations: number
  operationsPerSecond: number
  /** Age of the newest operation that was taken over, as long as it has not caught up. */
  behindSeconds: number
  /** Until it has caught up, at the pace of late; `null` when there is none to go by. */
  etaSeconds: number | null
}

/** The pace is that of the last so many milliseconds, or of twice as many. */
const paceMs = 10_000

export class Progress {
  state: ReplicaState = 'catching-up'
  readonly #world: Pick<World, 'now'>
  #seq = 0
  #operations = 0
  #newestMs: number | undefined
  /** When the measure began, and how far it was then. */
  #from: Mark | undefined
  #next: Mark | undefined

  constructor(world: Pick<World, 'now'>) {
    this.#world = world
  }

  /** `operations` more were taken over, the last of them taken at `newestMs`; the primary's newest seq is `seq`. */
  took(seq: number, operations: number, newestMs: number | undefined): void {
    this.#seq = seq
    this.#operations += operations
    this.#newestMs = newestMs ?? this.#newestMs
    if (this.#newestMs === undefined) return
    const mark = {atMs: this.#world.now(), operations: this.#operations, newestMs: this.#newestMs}
    this.#from ??= mark
    this.#next ??= mark
    if (mark.atMs - this.#next.atMs < paceMs) return
    this.#from = this.#next
    this.#next = mark
  }

  show(): ProgressShown {
    const nowMs = this.#world.now()
    const from = this.#from
    const spentMs = from ? nowMs - from.atMs : 0
    const pace = from && spentMs > 0 ? (this.#operations - from.operations) / spentMs : 0
    const isLive = this.state === 'live'
    const behindMs = isLive || this.#newestMs === undefined ? 0 : Math.max(0, nowMs - this.#newestMs)
    // By the time of the operations, since nobody says how many there are.
    const historyPace = from && spentMs > 0 ? ((this.#newestMs ?? 0) - from.newestMs) / spentMs : 0
    return {
      state: this.state,
      seq: this.#seq,
      operations: this.#operations,
      operationsPerSecond: Math.round(pace * 100_000) / 100,
      behindSeconds: Math.round(behindMs / 1_000),
      etaSeconds: isLive ? 0 : historyPace > 0 ? Math.round(behindMs / historyPace / 1_000) : null,
    }
  }

  observe(metrics: Metrics): void {
    const gauge = (name: string, help: string, read: (shown: ProgressShown) => number): void =>
      metrics.gauge(name, help, {}, () => read(this.show()))
    gauge('plc_replica_seq', 'The newest seq of the primary that was dealt with.', ({seq}) => seq)
    gauge('plc_replica_live', 'Whether the replica has caught up with its primary.', ({state}) =>
      Number(state === 'live'),
    )
    gauge('plc_replica_pace', 'Operations a second that are taken over.', shown => shown.operationsPerSecond)
    gauge('plc_replica_behind_seconds', 'Age of the newest operation taken over.', shown => shown.behindSeconds)
    gauge('plc_replica_left_seconds', 'Until it has caught up; -1 when unknown.', ({etaSeconds}) => etaSeconds ?? -1)
  }
}

interface Mark {
  readonly atMs: number
  readonly operations: number
  readonly newestMs: number
}
