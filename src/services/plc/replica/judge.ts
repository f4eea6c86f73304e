/**
 * Judges what a primary says it took: each operation is admitted again to the history that this replica has, at the time
 * that the primary gave it, by the rules that a directory itself goes by (`#atp/plc/log.ts`). What is not admitted is not
 * taken over, and is a finding; all else goes on.
 */
import {Malformed} from '#std/malformed.ts'
import {admit, type PlcEntry} from '#atp/plc/log.ts'
import {operationCid, parseOperation, type PlcOperation} from '#atp/plc/operation.ts'
import {readDatetimeMs} from '#atp/syntax/datetime.ts'
import {type Did, isPlcDid} from '#atp/syntax/did.ts'
import type {OperationStore} from '../store/operation-store.ts'
import type {Finding, FindingKind, Followed, Place} from '../store/replica-store.ts'

/** An operation as a primary lists it; whether it is one that may be is open. */
export interface Line {
  readonly did: Did
  readonly operation: PlcOperation
  readonly cid: string
  readonly takenMs: number
  /** 0 in the older form of the export. */
  readonly seq: number
  /** `undefined` in the newer form. */
  readonly nullified: boolean | undefined
}

export interface Judged {
  readonly followed: readonly Followed[]
  readonly findings: readonly Finding[]
  /** Whose history may have been rewritten: an operation came that does not follow from what is known here. */
  readonly suspects: ReadonlySet<Did>
  /** The line with the highest seq; at 0 when no line had one. */
  readonly last: Place
  /** When the last that was taken over was taken; `undefined` when none was. */
  readonly takenMs: number | undefined
}

/** So far ahead of ours a primary's clock may be. */
const aheadMs = 3_600_000
/** So many are judged before others get their turn of the event loop: a signature takes some 50 microseconds. */
const betweenTurns = 16

/** Reads one line. What it names is checked, what it says is not. */
export function readLine(json: unknown): Line | undefined {
  if (typeof json !== 'object' || json === null) return undefined
  const {did, operation, cid, createdAt, nullified} = json as Record<string, unknown>
  const seq = seqOf(json)
  if (seq === undefined || (nullified !== undefined && typeof nullified !== 'boolean')) return undefined
  if (typeof did !== 'string' || !isPlcDid(did) || typeof cid !== 'string' || typeof createdAt !== 'string') {
    return undefined
  }
  const takenMs = readDatetimeMs(createdAt)
  // Nor is there one from before there were clocks like ours.
  if (takenMs === undefined || takenMs < 0) return undefined
  try {
    return {did, operation: parseOperation(operation), cid, takenMs, seq, nullified}
  } catch (error) {
    if (error instanceof Malformed) return undefined
    throw error
  }
}

/** Where a line stands, and what it says that stands there. */
export function placeOf(json: unknown): Place {
  const cid: unknown = (json as {cid?: unknown} | null | undefined)?.cid
  return {seq: seqOf(json) ?? 0, cid: typeof cid === 'string' ? cid.slice(0, cidLengthMax) : null}
}
const cidLengthMax = 100

/** The place of a line, whatever else is wrong with it, so that nothing unreadable holds up what comes after it. */
function seqOf(json: unknown): number | undefined {
  const seq: unknown = (json as {seq?: unknown} | null | undefined)?.seq ?? 0
  return typeof seq === 'number' && Number.isSafeInteger(seq) && seq >= 0 ? seq : undefined
}

/** Judges lines in their order, each taken when it is its turn. `turn` lets others have theirs. */
export async function judge(
  store: Pick<OperationStore, 'history'>,
  lines: Iterable<unknown>,
  nowMs: number,
  turn: () => Promise<unknown>,
): Promise<Judged> {
  const histories = new Map<Did, PlcEntry[]>()
  const followed: Followed[] = []
  const findings: Finding[] = []
  const suspects = new Set<Did>()
  let last: Place = {seq: 0, cid: null}
  let count = 0
  for (const json of lines) {
    if (++count % betweenTurns === 0) await turn()
    const line = readLine(json)
    const place = placeOf(json)
    if (place.seq > last.seq) last = place
    if (!line) {
      findings.push(unreadable(json))
      continue
    }
    const {did, operation, cid, takenMs, seq} = line
    const found = (kind: FindingKind, detail: string): void => void findings.push({did, kind, detail})
    const log = histories.get(did) ?? (await store.history(did)).map(entry => ({...entry}))
    histories.set(did, log)
    const known = log.find(entry => entry.cid === cid)
    const ownCid = operationCid(operation)
    if (ownCid !== cid) found('wrong-cid', `operation ${ownCid} is given as ${cid}`)
    else if (known && known.takenMs !== takenMs)
      found('changed', `${cid} was taken at ${known.takenMs}, now ${takenMs}`)
    else if (!known) {
      // Which of the two clocks is wrong is open, and nothing may be lost because ours is.
      if (takenMs > nowMs + aheadMs) findings.push(ahead(line, nowMs))
      const verdict = admit(did, log, operation, takenMs)
      if (verdict.ok) {
        const entry = {operation, cid, nullified: false, takenMs}
        followed.push({did, known: log.length, entry, nullifies: verdict.nullifies, seq})
        for (const struck of log) if (verdict.nullifies.includes(struck.cid)) struck.nullified = true
        log.push({...entry})
      } else {
        found('refused', `${cid}: ${verdict.reason}: ${verdict.detail}`)
        suspects.add(did)
      }
    }
  }
  return {followed, findings, suspects, last, takenMs: followed.at(-1)?.entry.takenMs}
}

function ahead({did, cid, takenMs}: Line, nowMs: number): Finding {
  const detail = `${cid} of ${did} was taken at ${takenMs}, and here it is ${nowMs}: one of the two clocks is wrong`
  return {did: '', kind: 'ahead', detail}
}

function unreadable(json: unknown): Finding {
  const detail = `no operation: ${(JSON.stringify(json) ?? 'no JSON').slice(0, 200)}`
  return {did: '', kind: 'unreadable', detail}
}
