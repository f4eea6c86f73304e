/**
 * How strictly one host is held to Sync 1.1, which goes one way by itself: a host that has shown that it names the tree
 * before each commit is warned when it does not, and after a while held to it for good. One that cannot yet is observed:
 * what it sends passes on its signature and on holding what it says, and is counted. The operator may fix the stage.
 */
import type {SyncStage} from '../store/relay-store.ts'

/** Commits that are looked back upon, once or twice so many. */
const windowCount = 1_000
/** So many have to be seen before anything follows from them. */
const commitsMin = 50
/** At this part of failures, or below it, a host is held to more. */
const goodRate = 0.02
/** Above this part a host that is warned is only observed again. */
const badRate = 0.1
/** For so long a host is warned before it is held to it. */
export const warnMs = 24 * 3_600_000

export interface RatchetOptions {
  readonly stage: SyncStage
  /** Since when, in milliseconds since 1970. */
  readonly sinceMs: number
  readonly now: () => number
  /** What the configuration wants, whatever is measured. */
  readonly fixed: SyncStage | undefined
  /** Told of each turn of the ratchet. */
  readonly onTurn: (stage: SyncStage, nowMs: number, rate: number) => void
}

interface Counts {
  commits: number
  failures: number
}

export class Ratchet {
  readonly #options: RatchetOptions
  #stage: SyncStage
  #sinceMs: number
  #before: Counts = {commits: 0, failures: 0}
  #recent: Counts = {commits: 0, failures: 0}
  /** What the operator wants of this host, whatever is measured; null for nothing. */
  set: SyncStage | null

  constructor(options: RatchetOptions, set: SyncStage | null) {
    this.#options = options
    this.#stage = options.stage
    this.#sinceMs = options.sinceMs
    this.set = set
  }

  get stage(): SyncStage {
    return this.set ?? this.#options.fixed ?? this.#stage
  }

  /** Part of the newest commits that did not keep Sync 1.1; undefined before the first. */
  get failureRate(): number | undefined {
    const commits = this.#before.commits + this.#recent.commits
    return commits === 0 ? undefined : (this.#before.failures + this.#recent.failures) / commits
  }

  /** Told of each commit, whether it passed or not. */
  judged(failed: boolean): void {
    if (this.#recent.commits >= windowCount) {
      this.#before = this.#recent
      this.#recent = {commits: 0, failures: 0}
    }
    this.#recent.commits++
    if (failed) this.#recent.failures++
    this.#look()
  }

  #look(): void {
    const rate = this.failureRate
    if (rate === undefined || this.#before.commits + this.#recent.commits < commitsMin) return
    const nowMs = this.#options.now()
    if (this.#stage === 'observe' && rate <= goodRate) this.#turn('warn', nowMs, rate)
    else if (this.#stage === 'warn' && rate > badRate) this.#turn('observe', nowMs, rate)
    else if (this.#stage === 'warn' && rate <= goodRate && nowMs - this.#sinceMs >= warnMs) {
      this.#turn('enforce', nowMs, rate)
    }
  }

  #turn(stage: SyncStage, nowMs: number, rate: number): void {
    this.#stage = stage
    this.#sinceMs = nowMs
    this.#options.onTurn(stage, nowMs, rate)
  }
}
