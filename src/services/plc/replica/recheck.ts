/**
 * Goes through what this replica has, page by page and for ever, and holds it against what the primary shows now. What a
 * primary tells of once it can take back in silence: nobody who follows it would notice.
 */
import {setImmediate as nextTurn} from 'node:timers/promises'
import type {PlcEntry} from '#atp/plc/log.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {OperationStore, Sequenced} from '../store/operation-store.ts'
import type {Finding} from '../store/replica-store.ts'
import {readAudit, type Audit} from './audit.ts'
import {compareHistories} from './compare.ts'
import {readLine, type Line} from './judge.ts'
import {pageMax, parsedLine, PrimaryFault, type Primary} from './primary.ts'

/** Identities whose whole histories are asked for at a time. */
const suspectsMax = 20
/** So often a page is begun anew because a history could not be had. */
const faultsMax = 5
/** Operations here that are held against a page. */
const oursMax = 2 * pageMax
/** What a primary has and never told of is looked at when it is so old: it may be on its way. */
const onItsWayMs = 600_000
/** Lines that are read before others get their turn. */
const betweenTurns = 16

/** Where the next page begins, in milliseconds since 1970; -1 at the beginning of all. */
export interface Rechecked {
  readonly findings: readonly Finding[]
  readonly nextMs: number
}

export class Recheck {
  readonly #store: Pick<OperationStore, 'history' | 'takenAfter' | 'newest'>
  readonly #primary: Pick<Primary, 'pageByTime' | 'audit'>
  /** Whose histories were asked for already of the page that begins there: the next call asks for the others. */
  #asked = {afterMs: NaN, dids: new Set<Did>(), faults: 0}

  constructor(
    store: Pick<OperationStore, 'history' | 'takenAfter' | 'newest'>,
    primary: Pick<Primary, 'pageByTime' | 'audit'>,
  ) {
    this.#store = store
    this.#primary = primary
  }

  /**
   * One page, of what was taken after `afterMs`. To be called while the replica has caught up. Whatever the primary shows,
   * it ends after `afterMs`, or all has been gone through, or there is still somebody to ask for.
   */
  async page(afterMs: number, signal: AbortSignal): Promise<Rechecked> {
    const lines = await this.#primary.pageByTime(afterMs, signal)
    const shown: Line[] = []
    for (const [i, text] of lines.entries()) {
      if (i % betweenTurns === 0) await nextTurn()
      const line = readLine(parsedLine(text))
      if (line) shown.push(line)
    }
    const theirs = shown.filter(({takenMs}) => takenMs > afterMs)
    const ours = await this.#store.takenAfter(afterMs, oursMax)
    const isFull = lines.length >= pageMax && theirs.length > 0
    const end = isFull ? endOf(theirs) : {ms: Infinity, isMoment: false}
    // Where they show less than there is, it is held against what is here piece by piece.
    const endMs = Math.min(end.ms, ours.length < oursMax ? Infinity : endOf(ours).ms)
    const within = ({takenMs}: {takenMs: number}): boolean => takenMs <= endMs
    const suspects = differing(ours.filter(within), theirs.filter(within), end.isMoment)
    if (this.#asked.afterMs !== afterMs) this.#asked = {afterMs, dids: new Set(), faults: 0}
    const left = [...suspects].filter(did => !this.#asked.dids.has(did))
    const now = left.slice(0, suspectsMax)
    const findings: Finding[] = []
    for (const did of now) findings.push(...(await this.#looked(did, signal)))
    if (left.length > now.length) {
      for (const did of now) this.#asked.dids.add(did)
      return {findings, nextMs: afterMs}
    }
    this.#asked.afterMs = NaN
    return {findings, nextMs: endMs === Infinity ? -1 : endMs}
  }

  async #looked(did: Did, signal: AbortSignal): Promise<Finding[]> {
    const history = await this.#store.history(did)
    try {
      const text = await this.#primary.audit(did, signal)
      const audit = text === undefined ? undefined : await readAudit(did, text, nextTurn)
      const wrong = compareHistories(did, history, audit)
      return wrong.length > 0 ? wrong : await this.#withheld(did, history, audit)
    } catch (error) {
      // One history that is never to be had must not keep all others from being looked at.
      if (!(error instanceof PrimaryFault) || ++this.#asked.faults < faultsMax) throw error
      this.#asked.faults = 0
      return [{did, kind: 'withheld', detail: `its history differs, and is not to be had: ${error.message}`}]
    }
  }

  async #withheld(did: Did, ours: readonly PlcEntry[], audit: Audit | undefined): Promise<Finding[]> {
    const {takenMs: newestMs} = await this.#store.newest()
    const own = new Set(ours.map(({cid}) => cid))
    return (audit?.lines ?? [])
      .filter(({cid, takenMs}) => takenMs < newestMs - onItsWayMs && !own.has(cid))
      .map(({cid}) => ({did, kind: 'withheld', detail: `${cid} is in the history and was never told of`}))
  }
}

/** Up to where a page that is full is whole: of its last millisecond there may be more, unless it is of one alone. */
function endOf(page: readonly {readonly takenMs: number}[]): {ms: number; isMoment: boolean} {
  const lastMs = page.reduce((last, {takenMs}) => Math.max(last, takenMs), -Infinity)
  const isMoment = page.every(({takenMs}) => takenMs === lastMs)
  return {ms: isMoment ? lastMs : lastMs - 1, isMoment}
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
