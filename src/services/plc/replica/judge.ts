/**
 * Judges what a primary says it took: each operation is admitted again to the history that this replica has, at the time
 * that the primary gave it, by the rules that a directory itself goes by (`#atp/plc/log.ts`). What is not admitted is not
 * taken over, and is a finding; all else goes on.
 */
import {Malformed} from '#std/malformed.ts'
import {refused, type Explained} from '#std/result.ts'
import {specLimits} from '#atp/plc/limits.ts'
import {admit, historyMax, strikeOut, type PlcEntry} from '#atp/plc/log.ts'
import {dataOf, encodeOperation, operationCid, parseOperation, type PlcOperation} from '#atp/plc/operation.ts'
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
  /** Of the lines, the first so many: the others are for the next act. At least one, where there is one. */
  readonly count: number
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
/**
 * So much is judged before others get their turn of the event loop: four for each line and one for each key that may have
 * signed it, of which each takes some 50 microseconds to rule out.
 */
const betweenTurns = 32
const costOfLine = 4
/** The bytes of an operation that any directory has ever taken, and operations that one may strike out: a week's limit is 100. */
const {sizeMax} = specLimits
const struckMax = 1_000
/** Entries of the histories that one act holds. */
const heldMax = 50_000

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
  let [count, held, spent] = [0, 0, 0]
  for (const json of lines) {
    count++
    const line = readLine(json)
    const place = placeOf(json)
    if (place.seq > last.seq) last = place
    if (!line) {
      findings.push(unreadable(json))
      // What cannot be read may have taken long.
      await turn()
      continue
    }
    const {did, operation, cid, takenMs, seq} = line
    const found = (kind: FindingKind, detail: string): void => void findings.push({did, kind, detail})
    let log = histories.get(did)
    if (!log) {
      log = (await store.history(did)).map(entry => ({...entry}))
      histories.set(did, log)
      held += log.length
    }
    const known = log.find(entry => entry.cid === cid)
    const ownCid = operationCid(operation)
    if (ownCid !== cid) found('wrong-cid', `operation ${ownCid} is given as ${cid}`)
    else if (known && known.takenMs !== takenMs)
      found('changed', `${cid} was taken at ${known.takenMs}, now ${takenMs}`)
    else if (!known) {
      // Which of the two clocks is wrong is open, and nothing may be lost because ours is.
      if (takenMs > nowMs + aheadMs) findings.push(ahead(line, nowMs))
      const verdict = admitted(line, log)
      if (verdict.ok) {
        const entry = {operation, cid, nullified: false, takenMs}
        followed.push({did, known: log.length, entry, nullifies: verdict.nullifies, seq})
        strikeOut(log, verdict.nullifies)
        log.push({...entry})
      } else {
        found('refused', `${cid}: ${verdict.reason}: ${verdict.detail}`)
        suspects.add(did)
      }
    }
    if (held >= heldMax) break
    spent += costOf(operation, log)
    if (spent < betweenTurns) continue
    spent = 0
    await turn()
  }
  return {count, followed, findings, suspects, last, takenMs: followed.at(-1)?.entry.takenMs}
}

/** As `admit`, within the bounds of what any directory takes, so that no operation costs more than its share. */
function admitted({did, operation, takenMs}: Line, log: readonly PlcEntry[]): ReturnType<typeof admit> | TooMuch {
  const {length: size} = encodeOperation(operation)
  if (size > sizeMax) return refused('too-big', `${size} bytes, of ${sizeMax} at most`)
  if (log.length >= historyMax) return refused('too-many', `the history has ${historyMax} operations already`)
  const verdict = admit(did, log, operation, takenMs)
  if (!verdict.ok || verdict.nullifies.length <= struckMax) return verdict
  return refused('too-many', `it strikes out ${verdict.nullifies.length} operations, of ${struckMax} at most`)
}

type TooMuch = Explained<'too-big' | 'too-many'>

/** What it may have taken to judge it. */
function costOf(operation: PlcOperation, log: readonly PlcEntry[]): number {
  const before = log.findLast(entry => entry.cid === operation.prev)?.operation ?? operation
  return costOfLine + (dataOf(before)?.rotationKeys.length ?? 0)
}

function ahead({did, cid, takenMs}: Line, nowMs: number): Finding {
  const detail = `${cid} of ${did} was taken at ${takenMs}, and here it is ${nowMs}: one of the two clocks is wrong`
  return {did: '', kind: 'ahead', detail}
}

function unreadable(json: unknown): Finding {
  const detail = `no operation: ${(JSON.stringify(json) ?? 'no JSON').slice(0, 200)}`
  return {did: '', kind: 'unreadable', detail}
}
