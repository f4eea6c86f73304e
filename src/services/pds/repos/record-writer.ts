/**
 * From what a client asks for to what a repository takes: records are validated, and keys chosen. What the writes do to
 * what is there, and the commit itself, is the work of `repos.ts`.
 */
import {Malformed} from '#std/malformed.ts'
import type {Ok} from '#std/result.ts'
import {legacyCidOf} from '#atp/data/blob-uses.ts'
import {encodeCbor} from '#atp/data/cbor-encode.ts'
import type {Cid} from '#atp/data/cid.ts'
import {isMap, type ValueMap} from '#atp/data/value.ts'
import type {RepoWrite} from '#atp/repo/repo.ts'
import {blocksSizeMax, opsMax} from '#atp/sync/event.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {Nsid} from '#atp/syntax/nsid.ts'
import type {RecordKey} from '#atp/syntax/record-key.ts'
import type {Registry, ValidationMode} from '#lex/registry.ts'
import type {RecordSchema} from '#lex/schema/structure.ts'
import type {Unknown} from '#lex/schema/define.ts'
import {faultText} from '#lex/schema/fault.ts'
import {isUnchecked, type RecordTypes} from '../lexicons/record-types.ts'
import type {BlobRowStore} from '../store/repos/blob-row-store.ts'
import type {Repos, WriteOptions, Written} from './repos.ts'
import {Refusal} from '../refusal.ts'

/** One write as a client asks for it, as `RepoWrite`. */
export type WriteRequest =
  | {action: 'create'; collection: Nsid; rkey: RecordKey | undefined; record: Unknown}
  | {action: 'update' | 'put'; collection: Nsid; rkey: RecordKey; record: Unknown}
  | {action: 'delete' | 'remove'; collection: Nsid; rkey: RecordKey}

export interface WriteResult {
  uri: string
  /** Absent for a delete. */
  cid: Cid | undefined
  /** Absent for a delete, and when no validation was wanted. */
  validationStatus: 'valid' | 'unknown' | undefined
}

export interface WriteOutcome {
  /** Absent when nothing changed. */
  commit: {cid: string; rev: string} | undefined
  results: WriteResult[]
}

interface Parts {
  repos: Repos
  blobRows: Pick<BlobRowStore, 'row'>
  /** Record types that are known from the start. */
  registry: Registry
  /** Those that others have published. */
  recordTypes: Pick<RecordTypes, 'schemaFor'>
  /** Whether one more of them may be looked for at the word of this account. */
  mayLookUp: (did: Did) => Promise<boolean>
}

/** How long a write waits for a lexicon that is not at hand, if it must be valid by it. */
const lexiconWaitMs = 3_000

export class RecordWriter {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** All of the writes, in one commit, or none. Throws `Refusal`. Resolved means durable. */
  async write(
    did: Did,
    requests: readonly WriteRequest[],
    validate: boolean | undefined,
    options: Omit<WriteOptions, 'onePerSubject'> = {},
  ): Promise<WriteOutcome> {
    const mode: ValidationMode = validate === undefined ? 'optimistic' : validate ? 'require' : 'skip'
    const writes: RepoWrite[] = []
    const results: WriteResult[] = []
    for (const request of requests) {
      const {collection} = request
      const rkey = request.rkey ?? (this.#parts.repos.newRecordKey() as RecordKey)
      let validationStatus: WriteResult['validationStatus']
      if (!('record' in request)) writes.push({action: request.action, collection, rkey})
      else {
        const record = await this.#upgraded(did, withType(request.record, collection))
        validationStatus = await this.#validate(did, collection, rkey, record, mode)
        writes.push({action: request.action, collection, rkey, record, bytes: encoded(record, collection)})
      }
      results.push({uri: `at://${did}/${collection}/${rkey}`, cid: undefined, validationStatus})
    }
    const onePerSubject = validate !== false
    const written = checked(await this.#parts.repos.write(did, writes, {...options, onePerSubject}))
    for (const result of results) result.cid = written.cids.get(result.uri.slice(`at://${did}/`.length))
    const {commit} = written
    return {commit: commit && {cid: commit.cid.toString(), rev: commit.rev}, results}
  }

  /** A profile of before 2023 with its pictures in today's form: clients write back what they read. */
  async #upgraded(did: Did, record: ValueMap): Promise<ValueMap> {
    if (record.$type !== 'app.bsky.actor.profile') return record
    const upgraded = {...record}
    for (const name of ['avatar', 'banner']) {
      const cid = isMap(record[name]) ? legacyCidOf(record[name]) : undefined
      const row = cid && (await this.#parts.blobRows.row(did, cid))
      if (row) upgraded[name] = {$type: 'blob', ref: row.cid, mimeType: row.mimeType, size: row.size}
    }
    return upgraded
  }

  async #validate(
    did: Did,
    collection: Nsid,
    rkey: string,
    record: ValueMap,
    mode: ValidationMode,
  ): Promise<WriteResult['validationStatus']> {
    const {registry} = this.#parts
    const isKnown = mode === 'skip' || registry.record(collection) !== undefined
    const schema = isKnown ? undefined : await this.#published(did, collection, record, mode)
    let validation = registry.validateRecord(collection, rkey, record, mode, schema)
    // Of what refers to a lexicon that is not at hand nobody can say that it is wrong.
    if (!validation.ok && isUnchecked(validation.fault) && mode === 'optimistic')
      validation = {ok: true, status: 'unknown'}
    if (!validation.ok) throw badRecord(collection, faultText(validation.fault).slice(0, faultLengthMax))
    return mode === 'skip' ? undefined : validation.status
  }

  /** The record type as somebody has published it, if it is at hand; only who insists on it waits for it. */
  async #published(
    did: Did,
    collection: Nsid,
    record: ValueMap,
    mode: ValidationMode,
  ): Promise<RecordSchema | undefined> {
    const {recordTypes, mayLookUp} = this.#parts
    const waitMs = mode === 'require' ? lexiconWaitMs : 0
    return recordTypes.schemaFor(collection, record, {waitMs, mayLook: () => mayLookUp(did)})
  }
}

/** A stranger's lexicon may have much to say. */
const faultLengthMax = 500

const badRecord = (collection: Nsid, detail: string): Refusal =>
  new Refusal('bad-record', `Invalid ${collection} record: ${detail}`)

/** JSON nests deeper, and has longer arrays and names, than a block of a repository may have. */
function encoded(record: ValueMap, collection: Nsid): Uint8Array<ArrayBuffer> {
  try {
    return encodeCbor(record)
  } catch (error) {
    if (!(error instanceof Malformed)) throw error
    throw badRecord(collection, error.message)
  }
}

/** A record may leave out its type, which its collection says; it may not say another. */
function withType(unknown: Unknown, collection: Nsid): ValueMap {
  const record = unknown as ValueMap // the router decodes every body into values
  if (record.$type === undefined) return {...record, $type: collection}
  if (record.$type === collection) return record
  throw new Refusal('bad-record', `Expected "$type" to be ${collection}.`)
}

function checked(written: Written): Written & Ok {
  if (written.ok) return written
  throw new Refusal(written.reason, 'detail' in written ? written.detail : sentence(written))
}

function sentence(fault: Exclude<Written, Ok | {detail: string}>): string {
  switch (fault.reason) {
    case 'stale':
      return 'The repository has changed in the meantime. Read it again and retry.'
    case 'repo-missing':
      return 'This account has no repository here.'
    case 'too-many-writes':
      return `A commit can hold at most ${opsMax} writes. Split them up.`
    case 'too-big':
      return `These writes are more than ${blocksSizeMax.toLocaleString('en')} bytes in one commit. Split them up.`
    case 'record-exists':
      return `A record already exists at ${fault.path}. Use put to replace it.`
    case 'record-missing':
      return `No record found at ${fault.path}.`
    case 'duplicate-path':
      return `Two of the writes have the same path, ${fault.path}.`
  }
}
