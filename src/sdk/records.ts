/**
 * One account's records, typed by their lexicons: `repo.create(post, {text, createdAt})`. A record is checked before it
 * is sent, so a mistake is told with its place and not as a server's refusal; what comes back is checked too, for other
 * apps write to the same repo.
 */
import type {BlobRef, ValueMap} from '#atp/data/value.ts'
import type {AtUri} from '#atp/syntax/at-uri.ts'
import type {CidString} from '#atp/syntax/cid-string.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {Tid} from '#atp/syntax/tid.ts'
import {createRecord} from '#lex/gen/com/atproto/repo/createRecord.ts'
import {deleteRecord} from '#lex/gen/com/atproto/repo/deleteRecord.ts'
import {getRecord} from '#lex/gen/com/atproto/repo/getRecord.ts'
import {listRecords} from '#lex/gen/com/atproto/repo/listRecords.ts'
import {putRecord} from '#lex/gen/com/atproto/repo/putRecord.ts'
import {uploadBlob} from '#lex/gen/com/atproto/repo/uploadBlob.ts'
import type {Unknown} from '#lex/schema/define.ts'
import {faultText} from '#lex/schema/fault.ts'
import type {Plain} from '#lex/schema/plain.ts'
import type {RecordSchema} from '#lex/schema/structure.ts'
import {Malformed} from '#std/malformed.ts'
import type {BinaryBody, Client} from '#xrpc/client.ts'
import {UpstreamError} from '#xrpc/errors.ts'

/** A record as its author writes it: its type is said by the schema. */
export type Draft<T> = Plain<Omit<T, '$type'>>

export interface StoredRecord<T> {
  readonly uri: AtUri
  readonly cid: CidString
  readonly value: T
}

/** Where a record was written. */
export interface Written {
  readonly uri: AtUri
  readonly cid: CidString
  /** The state of the repository that holds it, if the server says; and its commit, for `swapCommit`. */
  readonly rev: Tid | undefined
  readonly commit: CidString | undefined
}

export interface WriteOptions {
  /** Only if this is still the repository's newest commit; else the server answers `InvalidSwap`. */
  swapCommit?: string
}

export interface RecordPage<T> {
  readonly records: readonly StoredRecord<T>[]
  /** Those that are not as their lexicon says, which are not among the records. */
  readonly invalid: readonly AtUri[]
  /** Where the next page begins, if there may be one. */
  readonly cursor: string | undefined
}

/** Which records of a collection. */
export interface PageOptions {
  /** 50, or up to 100. */
  limit?: number
  cursor?: string
  /** The oldest key first. */
  reverse?: boolean
  signal?: AbortSignal
}

const pageLimit = 100
/** How often a record is changed anew that somebody else changes meanwhile. */
const editsMax = 5

/** The records of `did`. Writing needs a client with a session of that account; reading does not. */
export class Repo {
  readonly did: Did
  readonly #client: Client

  constructor(client: Client, did: Did) {
    this.#client = client
    this.did = did
  }

  /** Writes a new record; the server makes its key when none is given. Throws `Malformed('record', …)`. */
  async create<T, K extends string>(
    type: RecordSchema<T, K>,
    draft: Draft<NoInfer<T>>,
    rkey?: Plain<NoInfer<K>>,
    {swapCommit}: WriteOptions = {},
  ): Promise<Written> {
    const record = checked(type, draft)
    const written = await this.#client.procedure(createRecord, {
      repo: this.did,
      collection: type.nsid,
      record,
      rkey: rkey as string | undefined,
      swapCommit,
    })
    return writtenOf(written)
  }

  /**
   * Writes a record at this key, over the one that is there. With `swap`, only over the version of that CID, or with
   * null only if there is none; else the server answers `InvalidSwap`. Throws `Malformed('record', …)`.
   */
  async put<T, K extends string>(
    type: RecordSchema<T, K>,
    rkey: Plain<NoInfer<K>>,
    draft: Draft<NoInfer<T>>,
    swap?: string | null,
    {swapCommit}: WriteOptions = {},
  ): Promise<Written> {
    const record = checked(type, draft)
    const written = await this.#client.procedure(putRecord, {
      repo: this.did,
      collection: type.nsid,
      rkey: rkey as string,
      record,
      swapRecord: swap,
      swapCommit,
    })
    return writtenOf(written)
  }

  /**
   * Writes what `change` makes of the record that is there, or of none; nothing when it gives nothing. Whoever else writes
   * it meanwhile is not undone: then `change` is called again with what is there now, some times at most. Throws
   * `UpstreamError` `InvalidSwap` after that, `Malformed('record', …)` for what may not be written.
   */
  async edit<T, K extends string>(
    type: RecordSchema<T, K>,
    rkey: Plain<NoInfer<K>>,
    change: (before: StoredRecord<T> | undefined) => Draft<NoInfer<T>> | undefined,
  ): Promise<Written | undefined> {
    for (let edits = 1; ; edits++) {
      const before = await this.get(type, rkey)
      const draft = change(before)
      if (draft === undefined) return undefined
      try {
        return await this.put(type, rkey, draft, before?.cid ?? null)
      } catch (error) {
        const isOvertaken = error instanceof UpstreamError && error.error === 'InvalidSwap'
        if (!isOvertaken || edits === editsMax) throw error
      }
    }
  }

  /** The record at this key, or `undefined` when there is none. Throws `Malformed('record', …)` for one of another type. */
  async get<T, K extends string>(
    type: RecordSchema<T, K>,
    rkey: Plain<NoInfer<K>>,
  ): Promise<StoredRecord<T> | undefined> {
    try {
      const at = {repo: this.did, collection: type.nsid, rkey: rkey as string}
      const {uri, cid, value} = await this.#client.query(getRecord, at)
      const fault = type.check(value, true)
      if (fault) throw new Malformed('record', fault.reason, `${uri}: ${faultText(fault)}`)
      return {uri, cid: cid as CidString, value: value as T}
    } catch (error) {
      if (error instanceof UpstreamError && error.error === 'RecordNotFound') return undefined
      throw error
    }
  }

  /** Some records of a type, the newest key first, or with `reverse` the oldest: 50, or `limit` up to 100. */
  async page<T, K extends string>(type: RecordSchema<T, K>, options: PageOptions = {}): Promise<RecordPage<T>> {
    const page = await this.uncheckedPage(type.nsid, options)
    const records: StoredRecord<T>[] = []
    const invalid: AtUri[] = []
    for (const {uri, cid, value} of page.records) {
      if (type.check(value, true) === undefined) records.push({uri, cid, value: value as T})
      else invalid.push(uri)
    }
    return {records, invalid, cursor: page.cursor}
  }

  /** As `page`, of any collection: its records as they are. Not every server keeps to the limit that it is given. */
  async uncheckedPage(
    collection: string,
    {limit, cursor, reverse, signal}: PageOptions = {},
  ): Promise<Pick<RecordPage<Unknown>, 'records' | 'cursor'>> {
    const params = {repo: this.did, collection, limit, cursor, reverse}
    const page = await this.#client.query(listRecords, params, {signal})
    // A server that gives the same page again would never end.
    const isLast = page.records.length === 0 || page.cursor === cursor
    return {records: page.records, cursor: isLast ? undefined : page.cursor}
  }

  /** All records of a type, in the order of `page`. Those that are not as their lexicon says are left out. */
  async *list<T, K extends string>(
    type: RecordSchema<T, K>,
    options: {reverse?: boolean} = {},
  ): AsyncGenerator<StoredRecord<T>, void> {
    let cursor: string | undefined
    do {
      const page = await this.page(type, {...options, limit: pageLimit, cursor})
      yield* page.records
      cursor = page.cursor
    } while (cursor !== undefined)
  }

  /**
   * Deletes the record at this key, if there is one; with `swap`, only the version of that CID, else the server answers
   * `InvalidSwap`.
   */
  async delete<T, K extends string>(
    type: RecordSchema<T, K>,
    rkey: Plain<NoInfer<K>>,
    swap?: string,
    {swapCommit}: WriteOptions = {},
  ): Promise<void> {
    await this.#client.procedure(deleteRecord, {
      repo: this.did,
      collection: type.nsid,
      rkey: rkey as string,
      swapRecord: swap,
      swapCommit,
    })
  }

  /** Uploads a file, for a record to refer to. What no record refers to is deleted after a while. */
  async uploadBlob(body: BinaryBody, encoding: string): Promise<BlobRef> {
    return (await this.#client.procedure(uploadBlob, body, {encoding})).blob
  }
}

const writtenOf = ({uri, cid, commit}: {uri: AtUri; cid: CidString; commit?: {cid: CidString; rev: Tid}}): Written => ({
  uri,
  cid,
  rev: commit?.rev,
  commit: commit?.cid,
})

function checked<T, K extends string>(type: RecordSchema<T, K>, draft: Draft<T>): ValueMap {
  const record = {$type: type.nsid, ...(draft as ValueMap)}
  const fault = type.check(record)
  if (fault) throw new Malformed('record', fault.reason, `${type.nsid}: ${faultText(fault)}`)
  return record
}
