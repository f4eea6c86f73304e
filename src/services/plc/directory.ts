/**
 * The directory's one decision: whether an operation may be added. The rules of the log are `#atp/plc`'s; here stand
 * the directory's own limits and the order of things. It knows neither HTTP nor SQL.
 */
import {Malformed} from '#std/malformed.ts'
import type {World} from '#std/world.ts'
import type {Result} from '#std/result.ts'
import {brokenLimit, overRate, type PlcLimits} from '#atp/plc/limits.ts'
import {admit, type PlcEntry} from '#atp/plc/log.ts'
import {dataOf, parseOperation, type PlcData} from '#atp/plc/operation.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {OperationStore} from './store/operation-store.ts'

/** Two submissions for one DID at the same moment: the later is judged anew, so often at most. */
const triesMax = 8

export type Taken = Result<{cid: string}>

/** What an identity is now. */
export type Current = {state: 'active'; data: PlcData} | {state: 'tombstoned'} | {state: 'unknown'}

export class Directory {
  readonly #store: OperationStore
  readonly #world: Pick<World, 'now'>
  readonly #limits: PlcLimits

  constructor(store: OperationStore, world: Pick<World, 'now'>, limits: PlcLimits) {
    this.#store = store
    this.#world = world
    this.#limits = limits
  }

  /** Takes one operation, given as JSON, or says why not. Resolved with `ok` means durable. */
  async take(did: Did, json: unknown): Promise<Taken> {
    try {
      const operation = parseOperation(json)
      const fault = brokenLimit(operation, this.#limits)
      if (fault) return {ok: false, reason: fault, detail: `The directory takes no such operation: ${fault}.`}
      for (let tries = 0; tries < triesMax; tries++) {
        const log = await this.#store.history(did)
        // Two operations of one DID never have the same time, so that every reader sorts them alike.
        const nowMs = Math.max(this.#world.now(), (log.at(-1)?.takenMs ?? -Infinity) + 1)
        const verdict = admit(did, log, operation, nowMs)
        if (!verdict.ok) return verdict
        if (verdict.nullifies.length === 0 && overRate(standing(log), nowMs, this.#limits)) {
          return {ok: false, reason: 'rate-limit', detail: `Too many operations of ${did}; try again later.`}
        }
        const entry = {operation, cid: verdict.cid, nullified: false, takenMs: nowMs}
        const added = await this.#store.add(did, log.length, entry, verdict.nullifies)
        if (added === 'done') return {ok: true, cid: verdict.cid}
      }
      return {ok: false, reason: 'busy', detail: `Others keep changing ${did} at this moment; try again.`}
    } catch (error) {
      if (error instanceof Malformed) return {ok: false, reason: error.reason, detail: error.message}
      throw error
    }
  }

  async current(did: Did): Promise<Current> {
    const last = (await this.#store.history(did)).findLast(entry => !entry.nullified)
    if (!last) return {state: 'unknown'}
    const data = dataOf(last.operation)
    return data ? {state: 'active', data} : {state: 'tombstoned'}
  }
}

const standing = (log: readonly PlcEntry[]): number[] =>
  log.filter(entry => !entry.nullified).map(entry => entry.takenMs)
