/**
 * Answers about single records and repositories that are asked for again and again, such as profiles: to read one and to
 * write it as JSON is a third of what its call costs. They are held until the next write to the database, whatever that
 * changes: so none of them is ever older than what its caller was told.
 */
import type {Did} from '#atp/syntax/did.ts'
import type {Nsid} from '#atp/syntax/nsid.ts'
import {copyOf} from '#std/bytes.ts'
import type {RepoStore} from '../repos/repo-store.ts'
import {recordJson} from './record-json.ts'

export interface RecordAnswer {
  readonly cid: string
  /** The body of an answer of `getRecord`. Not to be changed. */
  readonly json: Uint8Array<ArrayBuffer>
}

/** Bytes that are held; and what one more costs beside its own. */
const sizeMax = 4 * 2 ** 20
const sizeEach = 400

export class KnownAnswers {
  readonly #store: Pick<RepoStore, 'record' | 'collections' | 'version'>
  readonly #records = new Map<string, RecordAnswer>()
  readonly #collections = new Map<Did, readonly Nsid[]>()
  #version = -1
  #size = 0

  constructor(store: Pick<RepoStore, 'record' | 'collections' | 'version'>) {
    this.#store = store
  }

  /** What is at `path`, unless it was taken down. */
  async record(did: Did, path: string): Promise<RecordAnswer | undefined> {
    this.#forgetOld()
    const key = `${did}/${path}`
    const known = this.#records.get(key)
    if (known) return known
    const version = this.#version
    const record = await this.#store.record(did, path)
    if (!record) return undefined
    const json = recordJson(did, record)
    const answer = {cid: record.cid.toString(), json: copyOf(json, 0, json.length)}
    if (this.#hasRoom(version, json.length)) this.#records.set(key, answer)
    return answer
  }

  /** As `RepoStore.collections`. */
  async collections(did: Did): Promise<readonly Nsid[]> {
    this.#forgetOld()
    const known = this.#collections.get(did)
    if (known) return known
    const version = this.#version
    const collections = await this.#store.collections(did)
    const size = collections.reduce((sum, name) => sum + name.length, 0)
    if (this.#hasRoom(version, size)) this.#collections.set(did, collections)
    return collections
  }

  /** Counts one more of what was read at `version`. */
  #hasRoom(version: number, size: number): boolean {
    if (version !== this.#store.version()) return false
    if (this.#size + size + sizeEach > sizeMax) this.#clear()
    this.#size += size + sizeEach
    return true
  }

  #forgetOld(): void {
    const version = this.#store.version()
    if (version === this.#version) return
    this.#clear()
    this.#version = version
  }

  #clear(): void {
    this.#records.clear()
    this.#collections.clear()
    this.#size = 0
  }
}
