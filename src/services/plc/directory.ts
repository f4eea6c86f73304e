/**
 * The directory's decisions: whether an operation may be added, at what time, and whether one that should never have been
 * may be taken away. The rules of the log are `#atp/plc`'s; here stand the directory's own limits and the order of
 * things. It knows neither HTTP nor SQL.
 */
import {Malformed} from '#std/malformed.ts'
import type {World} from '#std/world.ts'
import {refused, type Explained, type Result} from '#std/result.ts'
import {brokenLimit, overRate, type PlcLimits} from '#atp/plc/limits.ts'
import {admit, type PlcEntry} from '#atp/plc/log.ts'
import {dataOf, parseOperation, type PlcData, type PlcOperation} from '#atp/plc/operation.ts'
import type {Did} from '#atp/syntax/did.ts'
import {overRateRefusal, type RefusalReason} from './refusals.ts'
import type {OperationStore} from './store/operation-store.ts'

/** Two submissions for one DID at the same moment: the later is judged anew, so often at most. */
const triesMax = 8
/** A clock that stands so far behind the newest operation has been put back. */
const putBackMs = 1_000

export type Taken = Result<{cid: string}, Explained<RefusalReason>>

/** What became of the wish to take operations away. */
export type Removal = Result<
  {operations: readonly PlcOperation[]},
  Explained<'unknown-did' | 'unknown-operation' | 'after-nullification' | 'valid-operation' | 'busy'>
>

/** What an identity is now. */
export type Current = {state: 'active'; data: PlcData} | {state: 'tombstoned'} | {state: 'unknown'}

export class Directory {
  readonly #store: OperationStore
  readonly #world: Pick<World, 'now'>
  readonly limits: PlcLimits
  /** When the newest operation was taken. */
  #newestMs: number | undefined

  constructor(store: OperationStore, world: Pick<World, 'now'>, limits: PlcLimits) {
    this.#store = store
    this.#world = world
    this.limits = limits
  }

  /** Takes one operation, given as JSON, or says why not. Resolved with `ok` means durable. */
  async take(did: Did, json: unknown): Promise<Taken> {
    try {
      const operation = parseOperation(json)
      const fault = brokenLimit(operation, this.limits)
      if (fault) return refused(fault, `the directory takes no such operation: ${fault}`)
      this.#newestMs ??= (await this.#store.newest()).takenMs
      for (let tries = 0; tries < triesMax; tries++) {
        const log = await this.#store.history(did)
        const takenMs = this.#timeAfter(log)
        const verdict = admit(did, log, operation, takenMs)
        if (!verdict.ok) return verdict
        const over = verdict.nullifies.length === 0 && overRate(standing(log), takenMs, this.limits)
        if (over) return overRateRefusal(over)
        this.#newestMs = Math.max(this.#newestMs, takenMs)
        const entry = {operation, cid: verdict.cid, nullified: false, takenMs}
        const added = await this.#store.add(did, log.length, entry, verdict.nullifies)
        if (added === 'done') return {ok: true, cid: verdict.cid}
      }
      return refused('busy', `others keep changing ${did} at this moment`)
    } catch (error) {
      if (error instanceof Malformed) return refused('not-an-operation', error.message)
      throw error
    }
  }

  /**
   * Now, but later than all else of the same identity, and never before what was taken of another: who reads on by time
   * would miss it. After the clock was put back each is a millisecond later than the one before, so that not all of an
   * hour's have one time, of which no page could end.
   */
  #timeAfter(log: readonly PlcEntry[]): number {
    const nowMs = this.#world.now()
    const newestMs = this.#newestMs as number
    const restMs = newestMs - nowMs > putBackMs ? 1 : 0
    return Math.max(nowMs, newestMs + restMs, (log.at(-1)?.takenMs ?? -Infinity) + 1)
  }

  async current(did: Did): Promise<Current> {
    const last = await this.#store.current(did)
    if (!last) return {state: 'unknown'}
    const data = dataOf(last)
    return data ? {state: 'active', data} : {state: 'tombstoned'}
  }

  /**
   * Takes away an operation that the rules do not allow, and all that came after it in the same history. One that they
   * allow is never taken away, whoever asks.
   */
  async removeInvalid(did: Did, cid: string): Promise<Removal> {
    const log = await this.#store.history(did)
    if (log.length === 0) return refused('unknown-did', 'did does not exist')
    const index = log.findIndex(entry => entry.cid === cid)
    if (index < 0) return refused('unknown-operation', 'operation does not exist')
    const before = log.slice(0, index)
    if (before.some(({nullified}) => nullified)) {
      const detail = 'removing ops from DIDs with prior nullifications is not currently supported'
      return refused('after-nullification', detail)
    }
    const {operation, takenMs} = log[index]
    if (admit(did, before, operation, takenMs).ok) {
      return refused('valid-operation', 'valid operations cannot be removed')
    }
    const removed = await this.#store.remove(did, log.length, index, this.#world.now())
    if (removed === 'stale') return refused('busy', 'the history has changed meanwhile')
    return {ok: true, operations: log.slice(index).map(entry => entry.operation)}
  }
}

const standing = (log: readonly PlcEntry[]): number[] =>
  log.filter(entry => !entry.nullified).map(entry => entry.takenMs)
