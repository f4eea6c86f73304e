/**
 * Goes through what this replica has, page by page and for ever, and holds it against what the primary shows now. What a
 * primary tells of once it can take back in silence: nobody who follows it would notice.
 */
import type {PlcEntry} from '#atp/plc/log.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {OperationStore, Sequenced} from '../store/operation-store.ts'
import type {Finding} from '../store/replica-store.ts'
import {compareHistories} from './compare.ts'
import {readLine, type Line} from './judge.ts'
import {pageMax, type Primary} from './primary.ts'

/** Identities of one page whose whole histories are asked for. */
const suspectsMax = 20
/** What a primary has and never told of is looked at when it is so old: it may be on its way. */
const onItsWayMs = 600_000

/** Where the next page begins, in milliseconds since 1970; -1 at the beginning of all. */
export interface Rechecked {
  readonly findings: readonly Finding[]
  readonly nextMs: number
}

export class Recheck {
  readonly #store: Pick<OperationStore, 'history' | 'takenAfter' | 'newest'>
  readonly #primary: Pick<Primary, 'pageByTime' | 'audit'>

  constructor(
    store: Pick<OperationStore, 'history' | 'takenAfter' | 'newest'>,
    primary: Pick<Primary, 'pageByTime' | 'audit'>,
  ) {
    this.#store = store
    this.#primary = primary
  }

  /** One page, of what was taken after `afterMs`. To be called while the replica has caught up. */
  async page(afterMs: number, signal: AbortSignal): Promise<Rechecked> {
    const lines = (await this.#primary.pageByTime(afterMs, signal)).map(readLine)
    const shown = lines.filter(line => line !== undefined)
    const isFull = lines.length >= pageMax
    const lastMs = shown.reduce((last, {takenMs}) => Math.max(last, takenMs), afterMs)
    const isMoment = shown.every(({takenMs}) => takenMs === lastMs)
    // Of the last millisecond of a full page there may be more; a page of one moment is looked at as far as it goes.
    const endMs = !isFull ? Infinity : isMoment ? lastMs : lastMs - 1
    const theirs = shown.filter(({takenMs}) => takenMs <= endMs)
    const ours = (await this.#store.takenAfter(afterMs, 2 * pageMax)).filter(({takenMs}) => takenMs <= endMs)
    const suspects = differing(ours, theirs, isFull && isMoment)
    const findings: Finding[] = []
    for (const did of [...suspects].slice(0, suspectsMax)) {
      const history = await this.#store.history(did)
      const audit = await this.#primary.audit(did, signal)
      const wrong = compareHistories(did, history, audit)
      findings.push(...wrong)
      if (wrong.length === 0) findings.push(...(await this.#withheld(did, history, audit)))
    }
    return {findings, nextMs: isFull ? endMs : -1}
  }

  async #withheld(did: Did, ours: readonly PlcEntry[], audit: unknown): Promise<Finding[]> {
    const {takenMs: newestMs} = await this.#store.newest()
    return (audit as unknown[])
      .map(readLine)
      .filter(line => line !== undefined)
      .filter(({cid, takenMs}) => takenMs < newestMs - onItsWayMs && !ours.some(entry => entry.cid === cid))
      .map(({cid}) => ({did, kind: 'withheld', detail: `${cid} is in the history and was never told of`}))
  }
}

/** Whose operations are not the same here and there. `isPart`: there may be more of theirs than is shown. */
function differing(ours: readonly Sequenced[], theirs: readonly Line[], isPart: boolean): Set<Did> {
  const suspects = new Set<Did>()
  const known = new Map(theirs.map(line => [`${line.did} ${line.cid}`, line]))
  for (const {did, cid, takenMs, nullified} of ours) {
    const line = known.get(`${did} ${cid}`)
    if (isPart && !line) continue
    if (line?.takenMs !== takenMs || line.nullified !== nullified) suspects.add(did)
  }
  const own = new Set(ours.map(({did, cid}) => `${did} ${cid}`))
  for (const {did, cid} of theirs) if (!own.has(`${did} ${cid}`)) suspects.add(did)
  return suspects
}
