import {deepEqual, equal, ok} from 'node:assert/strict'
import {readdirSync, readFileSync} from 'node:fs'
import {test} from 'node:test'
import {needVectors, vector} from '../../../test/vectors.ts'
import {Keypair} from '../crypto/key.ts'
import type {Did} from '../syntax/did.ts'
import type {Handle} from '../syntax/handle.ts'
import {atprotoData, createIdentity, tombstoneIdentity, updateIdentity, withIdentity} from './build.ts'
import {
  admit,
  recoveryWindowMs,
  verifyAuditLog,
  verifyLog,
  type AuditFault,
  type LogFault,
  type PlcEntry,
} from './log.ts'
import {operationCid, signOperation, type PlcCreate, type PlcOperation, type PlcUpdate} from './operation.ts'

test('the window of recovery is 72 hours', () => equal(recoveryWindowMs, 259_200_000))

interface AuditEntry {
  did: Did
  operation: PlcOperation
  cid: string
  nullified: boolean
  createdAt: string
}

const read = (path: string): AuditEntry[] => JSON.parse(readFileSync(vector(path), 'utf8')) as AuditEntry[]

/** Whether what `/log` would give agrees with the audit log. */
const standing = (log: AuditEntry[]): PlcOperation[] =>
  log.filter(entry => !entry.nullified).map(entry => entry.operation)

test('every valid log of the vectors comes out valid', needVectors, () => {
  const files = readdirSync(vector('plc/valid'))
  equal(files.length, 10)
  for (const file of files) {
    const log = read(`plc/valid/${file}`)
    const state = verifyAuditLog(log[0].did, log)
    ok(state.ok, `${file}: ${state.ok ? '' : state.reason}`)
    const last = log.findLast(entry => !entry.nullified)
    equal(state.head, last?.cid)
    equal(state.data === undefined, last?.operation.type === 'plc_tombstone')
    const {log: _, ...plain} = state
    deepEqual(verifyLog(log[0].did, standing(log)), plain, file)
  }
})

test('every invalid log of the vectors is refused for its own reason', needVectors, () => {
  const reasons: Record<string, AuditFault> = {
    log_invalid_nullification_reused_key: 'recovery-by-weaker-key',
    log_invalid_nullification_too_slow: 'recovery-too-late',
    log_invalid_sig_b64_newline: 'signature-not-base64url',
    log_invalid_sig_b64_padding_bits: 'signature-spare-bits',
    log_invalid_sig_b64_padding_chars: 'signature-padded',
    log_invalid_sig_der: 'signature-der',
    log_invalid_sig_k256_high_s: 'signature-high-s',
    log_invalid_sig_p256_high_s: 'signature-high-s',
    log_invalid_update_nullified: 'prev-nullified',
    log_invalid_update_tombstoned: 'prev-tombstoned',
  }
  const files = readdirSync(vector('plc/invalid'))
  deepEqual(
    files.map(file => file.replace('.json', '')),
    Object.keys(reasons),
  )
  for (const file of files) {
    const log = read(`plc/invalid/${file}`)
    const state = verifyAuditLog(log[0].did, log)
    equal(state.ok ? 'valid' : state.reason, reasons[file.replace('.json', '')], file)
  }
})

let drawn = 0
/** Keys that are the same on each run. */
const random = (size: number): Uint8Array<ArrayBuffer> => new Uint8Array(size).fill(++drawn)
const newKey = (): Keypair => Keypair.generate('k256', random)
const [strong, middle, weak, stranger] = [newKey(), Keypair.generate('p256', random), newKey(), newKey()]
const data = atprotoData({
  handle: 'alice.example.com' as Handle,
  signingKey: newKey().didKey,
  pds: 'https://pds.example.com',
  rotationKeys: [strong.didKey, middle.didKey, weak.didKey],
})
const {did, operation: genesis} = createIdentity(data, weak)
const rename = (previous: PlcOperation, handle: string, signer: Keypair): PlcUpdate =>
  updateIdentity(previous, data => withIdentity(data, {handle: handle as Handle}), signer)

/** The log that these operations make, each taken at its time; every one of them must be admissible. */
function logOf(...taken: [operation: PlcOperation, takenMs: number][]): PlcEntry[] {
  const log: PlcEntry[] = []
  for (const [operation, takenMs] of taken) {
    const verdict = admit(did, log, operation, takenMs)
    ok(verdict.ok, verdict.ok ? '' : verdict.reason)
    for (const entry of log) if (verdict.nullifies.includes(entry.cid)) entry.nullified = true
    log.push({operation, cid: verdict.cid, nullified: false, takenMs})
  }
  return log
}

function refused(log: PlcEntry[], operation: PlcOperation, nowMs: number, reason: LogFault): void {
  const verdict = admit(did, log, operation, nowMs)
  equal(verdict.ok ? 'admitted' : verdict.reason, reason)
}

test('an identity begins with an operation that hashes to it, signed by one of its own keys', () => {
  deepEqual(admit(did, [], genesis, 0), {ok: true, cid: operationCid(genesis), nullifies: []})
  refused([], createIdentity(data, stranger).operation, 0, 'signature-by-no-key')
  refused(
    [],
    createIdentity(withIdentity(data, {pds: 'https://else.example.com'}), weak).operation,
    0,
    'genesis-of-other-did',
  )
  refused([], rename(genesis, 'bob.example.com', weak), 0, 'genesis-with-prev')
  refused([], tombstoneIdentity(genesis, weak), 0, 'genesis-tombstone')
})

test('each operation names the last one that stands, and is signed by a key of that one', () => {
  const second = updateIdentity(genesis, data => withIdentity(data, {rotationKeys: [middle.didKey]}), weak)
  const log = logOf([genesis, 0], [second, 1])
  equal(admit(did, log, rename(second, 'bob.example.com', middle), 2).ok, true)
  refused(log, rename(second, 'bob.example.com', weak), 2, 'signature-by-no-key')
  refused(log, genesis, 2, 'prev-missing')
  refused(log, {...second, prev: operationCid(rename(genesis, 'x.example.com', weak))}, 2, 'prev-unknown')
  refused(log, rename(second, 'bob.example.com', middle), 0, 'time-not-after')
})

test('a legacy operation can only be the first', () => {
  const legacy = signOperation<PlcCreate>(
    {
      type: 'create',
      signingKey: weak.didKey,
      recoveryKey: strong.didKey,
      handle: 'alice.example.com',
      service: 'pds.example.com',
      prev: null,
    },
    weak,
  )
  refused(logOf([genesis, 0]), legacy, 1, 'legacy-not-genesis')
})

test('a stronger key strikes out what a weaker one did, within 72 hours and not a millisecond more', () => {
  const theft = rename(genesis, 'thief.example.com', weak)
  const more = rename(theft, 'worse.example.com', weak)
  const log = logOf([genesis, 0], [theft, 1000], [more, 2000])
  const rescue = rename(genesis, 'alice.example.com', middle)
  const struck = [operationCid(theft), operationCid(more)]
  deepEqual(admit(did, log, rescue, 1000 + recoveryWindowMs), {ok: true, cid: operationCid(rescue), nullifies: struck})
  refused(log, rescue, 1001 + recoveryWindowMs, 'recovery-too-late')
  refused(log, rename(genesis, 'alice.example.com', weak), 3000, 'recovery-by-weaker-key')
  refused(log, rename(genesis, 'alice.example.com', stranger), 3000, 'signature-by-no-key')
  refused(log, rescue, 2000, 'time-not-after')
})

test('a rescue may be overruled by a still stronger key, and what is struck out cannot be built upon', () => {
  const theft = rename(genesis, 'thief.example.com', weak)
  const rescue = rename(genesis, 'alice.example.com', middle)
  const log = logOf([genesis, 0], [theft, 1000], [rescue, 2000])
  refused(log, rename(theft, 'again.example.com', weak), 3000, 'prev-nullified')
  const final = rename(genesis, 'final.example.com', strong)
  deepEqual(admit(did, log, final, 3000), {ok: true, cid: operationCid(final), nullifies: [operationCid(rescue)]})
})

test('a tombstone ends the identity, and can itself be struck out', () => {
  const end = tombstoneIdentity(genesis, weak)
  const log = logOf([genesis, 0], [end, 1000])
  refused(log, rename({...genesis, prev: null}, 'x.example.com', stranger), 2000, 'signature-by-no-key')
  const after = signOperation<PlcUpdate>({type: 'plc_operation', ...data, prev: operationCid(end)}, strong)
  refused(log, after, 2000, 'prev-tombstoned')
  equal(admit(did, log, rename(genesis, 'back.example.com', strong), 2000).ok, true)
})

const auditOf = (log: PlcEntry[]): AuditEntry[] =>
  log.map(({takenMs, ...entry}) => ({did, ...entry, createdAt: new Date(takenMs).toISOString()}))

test('an audit log is refused when the directory lies about any part of it', () => {
  const theft = rename(genesis, 'thief.example.com', weak)
  const rescue = rename(genesis, 'alice.example.com', strong)
  const log = auditOf(logOf([genesis, 0], [theft, 1000], [rescue, 2000]))
  const change = (index: number, part: object): unknown[] =>
    log.map((entry, i) => (i === index ? {...entry, ...part} : entry))
  const reasons: [json: unknown, reason: AuditFault, index: number][] = [
    [null, 'empty-log', 0],
    [[], 'empty-log', 0],
    [[1], 'bad-entry', 0],
    [change(1, {createdAt: 'yesterday'}), 'bad-entry', 1],
    [change(1, {createdAt: '1970'}), 'bad-entry', 1],
    [change(1, {operation: {type: 'plc_operation'}}), 'bad-operation', 1],
    [change(1, {did: 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa'}), 'other-did', 1],
    [change(1, {cid: log[0].cid}), 'bad-cid', 1],
    [change(1, {nullified: false}), 'bad-nullified', 1],
    [change(2, {createdAt: new Date(0).toISOString()}), 'time-not-after', 2],
    [change(2, {createdAt: new Date(1001 + recoveryWindowMs).toISOString()}), 'recovery-too-late', 2],
  ]
  equal(verifyAuditLog(did, log).ok, true)
  for (const [json, reason, index] of reasons) {
    const state = verifyAuditLog(did, json)
    deepEqual(state.ok ? 'valid' : [state.reason, state.index], [reason, index])
  }
})

test('the log of what stands must be one chain', () => {
  const second = rename(genesis, 'b.example.com', weak)
  const third = rename(second, 'c.example.com', weak)
  const state = verifyLog(did, [genesis, second, third])
  ok(state.ok)
  deepEqual([state.head, state.data?.alsoKnownAs], [operationCid(third), ['at://c.example.com']])
  for (const chain of [
    [genesis, third],
    [genesis, second, rename(genesis, 'd.example.com', strong)],
  ]) {
    const state = verifyLog(did, chain)
    equal(state.ok ? 'valid' : state.reason, 'prev-unknown')
  }
})

/** The head of the log of what stands, or why it is refused and where. */
function found(...operations: PlcOperation[]): string | [reason: string, index: number] {
  const state = verifyLog(did, operations)
  return state.ok ? state.head : [state.reason, state.index]
}

test('a log of what stands has each operation after the one it names', () => {
  const second = rename(genesis, 'bob.example.com', weak)
  const third = rename(second, 'carol.example.com', middle)
  equal(found(genesis, second, third), operationCid(third))
  // A stronger key may strike out what was done; the log of what stands does not hold what was struck out.
  deepEqual(found(genesis, second, rename(genesis, 'dan.example.com', strong)), ['prev-unknown', 2])
  deepEqual(found(genesis, third), ['prev-unknown', 1])
  deepEqual(found(second), ['genesis-with-prev', 0])
  deepEqual(found(genesis, genesis), ['prev-missing', 1])
})
