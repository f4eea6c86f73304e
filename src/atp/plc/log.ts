/**
 * The history of one did:plc identity and what may be added to it (spec: did-method-plc v0.3.0, "Key Rotation &
 * Account Recovery" and "Audit Logs"). A directory asks `admit` before it takes an operation; whoever distrusts the
 * directory replays its audit log through the same function with `verifyAuditLog`, each operation at the time that
 * the directory gave it. Nothing here reads a clock.
 */
import {assert} from '#std/assert.ts'
import {Malformed} from '#std/malformed.ts'
import {refused, type Explained, type Ok, type Result} from '#std/result.ts'
import {datetimeMs, isDatetime} from '../syntax/datetime.ts'
import type {Did} from '../syntax/did.ts'
import {
  dataOf,
  genesisDid,
  operationCid,
  parseOperation,
  signerOf,
  type PlcData,
  type PlcOperation,
  type SignatureFault,
} from './operation.ts'

/** One operation as a directory keeps it, and as `/log/audit` gives it but for `did` and the form of the time. */
export interface PlcEntry {
  operation: PlcOperation
  /** CID text. */
  cid: string
  /** A recovery has struck it from the history that counts. */
  nullified: boolean
  /** Milliseconds since 1970 when the directory took it. */
  takenMs: number
}

/** A more powerful key may strike out operations for so long after the first of them was taken, this long included. */
export const recoveryWindowMs = 72 * 3_600_000

export type LogFault =
  | SignatureFault
  | 'genesis-tombstone'
  | 'genesis-with-prev'
  | 'genesis-of-other-did'
  | 'legacy-not-genesis'
  | 'prev-missing'
  | 'prev-unknown'
  | 'prev-nullified'
  | 'prev-tombstoned'
  | 'recovery-by-weaker-key'
  | 'recovery-too-late'
  | 'time-not-after'

export interface Admitted extends Ok {
  /** CID text of the new operation. */
  cid: string
  /** CIDs of the operations that it strikes out, oldest first; empty unless it is a recovery. */
  nullifies: string[]
}

function badSignature(fault: SignatureFault): Explained<SignatureFault> {
  const details: Record<SignatureFault, string> = {
    'signature-padded': '"sig" is padded with "="',
    'signature-not-base64url': '"sig" is not base64url',
    'signature-spare-bits': '"sig" has bits set past its last byte',
    'signature-not-64-bytes': '"sig" is not 64 bytes',
    'signature-der': '"sig" is in the ASN.1 form, not the 64 bytes of r and s',
    'signature-high-s': '"sig" is the high-S twin of a good signature',
    'signature-by-no-key': 'none of the rotation keys that may sign this has signed it',
  }
  return refused(fault, details[fault])
}

function admitGenesis(did: Did, operation: PlcOperation): Admitted | Explained<LogFault> {
  const data = dataOf(operation)
  if (!data) return refused('genesis-tombstone', 'an identity cannot begin with a tombstone')
  if (operation.prev !== null) return refused('genesis-with-prev', 'the first operation follows none')
  const signer = signerOf(operation, data.rotationKeys)
  if (typeof signer === 'string') return badSignature(signer)
  const begun = genesisDid(operation)
  if (begun !== did) return refused('genesis-of-other-did', `this operation begins ${begun}, not ${did}`)
  return {ok: true, cid: operationCid(operation), nullifies: []}
}

/**
 * Whether `operation`, taken at `nowMs`, may be added to `log`: the whole history so far, oldest first, with what has
 * been nullified, each operation admitted in its time. Empty for an identity that is to begin. It changes nothing; the
 * caller marks what is nullified.
 */
export function admit(
  did: Did,
  log: readonly PlcEntry[],
  operation: PlcOperation,
  nowMs: number,
): Admitted | Explained<LogFault> {
  if (log.length === 0) return admitGenesis(did, operation)
  if (operation.type === 'create') return refused('legacy-not-genesis', 'a "create" operation can only be the first')
  if (operation.prev === null) return refused('prev-missing', `${did} has begun already, so "prev" cannot be null`)

  // Mostly the last: who looks from the other end goes through all of it for each operation of a long history.
  const at = log.findLastIndex(entry => entry.cid === operation.prev)
  const previous = log.at(at)
  if (at < 0 || !previous) return refused('prev-unknown', `${did} has no operation ${operation.prev}`)
  if (previous.nullified) return refused('prev-nullified', `operation ${operation.prev} was nullified`)
  const data = dataOf(previous.operation)
  if (!data) return refused('prev-tombstoned', `operation ${operation.prev} ended ${did}`)

  if (nowMs < log[log.length - 1].takenMs) return refused('time-not-after', 'the operation before it was taken later')
  const struck = log.slice(at + 1).filter(entry => !entry.nullified)
  const fault =
    struck.length === 0 ? successorFault(operation, data) : recoveryFault(operation, data, log, struck, nowMs)
  return fault ?? {ok: true, cid: operationCid(operation), nullifies: struck.map(entry => entry.cid)}
}

function successorFault(operation: PlcOperation, {rotationKeys}: PlcData): Explained<LogFault> | undefined {
  const signer = signerOf(operation, rotationKeys)
  return typeof signer === 'string' ? badSignature(signer) : undefined
}

/** A recovery forks the history at an older operation; it needs a stronger key than the one it overrules. */
function recoveryFault(
  operation: PlcOperation,
  {rotationKeys}: PlcData,
  log: readonly PlcEntry[],
  struck: readonly PlcEntry[],
  nowMs: number,
): Explained<LogFault> | undefined {
  const overruled = signerOf(struck[0].operation, rotationKeys)
  assert(typeof overruled === 'number', 'every operation in a log was admitted to it')
  const signer = signerOf(operation, rotationKeys.slice(0, overruled))
  if (typeof signer === 'string') {
    return typeof signerOf(operation, rotationKeys) === 'string'
      ? badSignature(signer)
      : refused('recovery-by-weaker-key', 'only a key above the one that signed may strike an operation out')
  }
  // Equal times would leave the order of the two branches to chance wherever the log is sorted by time.
  if (nowMs <= log[log.length - 1].takenMs) {
    return refused('time-not-after', 'a recovery must be taken after every operation that it strikes out')
  }
  if (nowMs - struck[0].takenMs > recoveryWindowMs) {
    return refused('recovery-too-late', 'more than 72 hours have passed since the operation that it would strike out')
  }
  return undefined
}

/** What a checked history comes to. */
export interface PlcState extends Ok {
  /** `undefined` when the identity is tombstoned. */
  data: PlcData | undefined
  /** CID text of the last operation that stands: the `prev` of the next. */
  head: string
}

export type AuditFault =
  | LogFault
  | 'empty-log'
  | 'bad-entry'
  | 'bad-operation'
  | 'other-did'
  | 'bad-cid'
  | 'bad-nullified'

const stateOf = (log: readonly PlcEntry[]): PlcState => {
  const last = log.findLast(entry => !entry.nullified) as PlcEntry
  return {ok: true, data: dataOf(last.operation), head: last.cid}
}

/** Entries of one identity's history that are looked at: the rate limits would need years for as many. */
export const historyMax = 10_000

/** Marks in `log` what an operation has struck out. */
export function strikeOut(log: readonly PlcEntry[], nullifies: readonly string[]): void {
  if (nullifies.length === 0) return
  const struck = new Set(nullifies)
  for (const entry of log) if (struck.has(entry.cid)) entry.nullified = true
}

/**
 * Checks a whole audit log, as `/log/audit` gives it in JSON: `{did, operation, cid, nullified, createdAt}[]`, oldest
 * first. Each operation is admitted again at its `createdAt`, its CID computed again, and the `nullified` marks must
 * come out as they stand. `index` is the faulty entry's.
 */
export function verifyAuditLog(
  did: Did,
  json: unknown,
): (PlcState & {log: PlcEntry[]}) | (Explained<AuditFault> & {index: number}) {
  const audit = new AuditReplay(did)
  for (const entry of Array.isArray(json) ? (json as unknown[]) : []) if (!audit.add(entry)) break
  return audit.verdict()
}

/** The same, entry by entry, for whoever has others to serve meanwhile. */
export class AuditReplay {
  readonly #did: Did
  readonly #log: PlcEntry[] = []
  readonly #marked: boolean[] = []
  #fault: (Explained<AuditFault> & {index: number}) | undefined

  constructor(did: Did) {
    this.#did = did
  }

  /** Whether the entry may stand where it does: after one that may not, none does. */
  add(json: unknown): boolean {
    if (this.#fault) return false
    const index = this.#log.length
    const step =
      index < historyMax ? replay(this.#did, this.#log, json) : refused('bad-entry', `more than ${historyMax} entries`)
    if (step.ok) this.#marked.push(step.marked)
    else this.#fault = {...step, index}
    return step.ok
  }

  /** What all of it comes to. */
  verdict(): (PlcState & {log: PlcEntry[]}) | (Explained<AuditFault> & {index: number}) {
    const [log, marked] = [this.#log, this.#marked]
    if (this.#fault) return this.#fault
    if (log.length === 0) return {...refused('empty-log', 'the log has no entry'), index: 0}
    const index = log.findIndex((entry, i) => entry.nullified !== marked[i])
    if (index >= 0) {
      const detail = `the log says nullified: ${marked[index]}, but its operations make it ${log[index].nullified}`
      return {...refused('bad-nullified', detail), index}
    }
    return {...stateOf(log), log}
  }
}

/** Adds one JSON entry to `log`, with what it nullifies. `marked` is what the entry says of itself. */
function replay(did: Did, log: PlcEntry[], json: unknown): Result<{marked: boolean}, Explained<AuditFault>> {
  if (typeof json !== 'object' || json === null) return refused('bad-entry', 'an entry is not an object')
  const entry = json as Record<string, unknown>
  const takenMs = typeof entry.createdAt === 'string' && isDatetime(entry.createdAt) ? datetimeMs(entry.createdAt) : NaN
  if (typeof entry.cid !== 'string' || typeof entry.nullified !== 'boolean' || Number.isNaN(takenMs)) {
    return refused('bad-entry', 'an entry needs "cid", "nullified" and "createdAt"')
  }
  if (entry.did !== did) {
    // What is no text may have no text either: an object whose "toString" is a number, lists within lists.
    const other = typeof entry.did === 'string' ? entry.did.slice(0, 64) : 'something else'
    return refused('other-did', `an entry of ${other} in the log of ${did}`)
  }
  const operation = readOperation(entry.operation)
  if ('ok' in operation) return operation
  const verdict = admit(did, log, operation, takenMs)
  if (!verdict.ok) return verdict
  if (verdict.cid !== entry.cid) return refused('bad-cid', `the operation's CID is ${verdict.cid}`)
  strikeOut(log, verdict.nullifies)
  log.push({operation, cid: verdict.cid, nullified: false, takenMs})
  return {ok: true, marked: entry.nullified}
}

function readOperation(json: unknown): PlcOperation | Explained<'bad-operation'> {
  try {
    return parseOperation(json)
  } catch (error) {
    if (error instanceof Malformed) return refused('bad-operation', error.message)
    throw error
  }
}

/**
 * Checks the operations that stand, as `/log` gives them in JSON, oldest first. Without times and what was nullified
 * it cannot show that a recovery was in order: that is what the audit log is for.
 */
export function verifyLog(did: Did, json: unknown): PlcState | (Explained<AuditFault> & {index: number}) {
  if (!Array.isArray(json) || json.length === 0) return {...refused('empty-log', 'the log has no entry'), index: 0}
  if (json.length > historyMax) return {...refused('bad-entry', `more than ${historyMax} entries`), index: historyMax}
  const log: PlcEntry[] = []
  for (const [index, entry] of json.entries()) {
    const operation = readOperation(entry)
    if ('ok' in operation) return {...operation, index}
    if (index > 0 && operation.prev !== null && operation.prev !== log[index - 1].cid) {
      return {...refused('prev-unknown', '"prev" is not the operation just before'), index}
    }
    const verdict = admit(did, log, operation, 0)
    if (!verdict.ok) return {...verdict, index}
    log.push({operation, cid: verdict.cid, nullified: false, takenMs: 0})
  }
  return stateOf(log)
}
