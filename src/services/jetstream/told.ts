/**
 * Events as they are told: what an event of the stream is made into, one thing for each change of a record, and its JSON.
 * Both the log and the archive hold the DAG-CBOR of what was told, and the text is made when somebody first asks for it.
 */
import {rowKind, type ArchiveRow, type RowKind} from '#atp/archive/block.ts'
import {decodeCbor} from '#atp/data/cbor-decode.ts'
import {encodeCbor} from '#atp/data/cbor-encode.ts'
import {cborToJsonLenient} from '#atp/data/cbor-json.ts'
import {cidSize, type Cid} from '#atp/data/cid.ts'
import type {RepoOp} from '#atp/sync/event.ts'
import type {StreamCommit, StreamEvent} from '#stream/verified-events.ts'
import {emptyBytes} from '#std/bytes.ts'
import {base32Size, writeBase32} from '#std/encoding/base32.ts'
import {toBase64} from '#std/encoding/base64.ts'
import {Malformed} from '#std/malformed.ts'
import {fromLatin1, fromUtf8, utf8Size, writeLatin1} from '#std/text.ts'
import {assert} from '#std/assert.ts'

/** What to say of one event, but for its time. */
export type Told = Pick<ArchiveRow, 'kind' | 'did' | 'collection' | 'rkey' | 'rev' | 'payload'> & {readonly cid?: Cid}

const kinds = {create: rowKind.create, update: rowKind.update, delete: rowKind.delete} as const
const noPath = {collection: '', rkey: '', rev: ''}

/** What is told of an event: one thing for each op of a commit, and nothing of what is no event of an account. */
export function toldOf(event: StreamEvent): Told[] {
  switch (event.t) {
    case '#commit':
      return event.ops.flatMap(op => changeOf(event, op) ?? [])
    case '#identity': {
      const {did, handle, seq, time} = event
      return [
        {...noPath, kind: rowKind.identity, did, payload: encodeCbor({did, handle: handle || undefined, seq, time})},
      ]
    }
    case '#account': {
      const {active, did, seq, time, status} = event
      const payload = encodeCbor({active, did, seq, time, status: status || undefined})
      return [{...noPath, kind: rowKind.account, did, payload}]
    }
    case '#sync': {
      const {blocks = emptyBytes, did, rev, seq, time} = event
      return [{...noPath, kind: rowKind.sync, did, rev, payload: encodeCbor({blocks, did, rev, seq, time})}]
    }
    default:
      return []
  }
}

/** `undefined` for a record that is not there, or cannot be read. */
function changeOf({did, rev, carried}: StreamCommit, {action, path, cid}: RepoOp): Told | undefined {
  const slash = path.indexOf('/')
  const told = {did, kind: kinds[action], collection: path.slice(0, slash), rkey: path.slice(slash + 1), rev}
  if (!cid) return {...told, payload: emptyBytes}
  const payload = carried.get(cid)
  return payload && isReadable(payload) ? {...told, payload, cid} : undefined
}

function isReadable(record: Uint8Array): boolean {
  try {
    cborToJsonLenient(record)
    return true
  } catch (error) {
    if (error instanceof Malformed) return false
    throw error
  }
}

/** Whether it is a change of a record. */
const isChange = (kind: RowKind): boolean => kind <= rowKind.delete || kind === rowKind.resynced

const operations: Readonly<Partial<Record<RowKind, string>>> = {
  [rowKind.create]: 'create',
  [rowKind.update]: 'update',
  [rowKind.delete]: 'delete',
  [rowKind.resynced]: 'create',
}
/** What an event is called on both wires. */
export type KindName = 'commit' | 'identity' | 'account' | 'sync'
const names: Readonly<Record<RowKind, KindName>> = {
  [rowKind.create]: 'commit',
  [rowKind.update]: 'commit',
  [rowKind.delete]: 'commit',
  [rowKind.resynced]: 'commit',
  [rowKind.identity]: 'identity',
  [rowKind.account]: 'account',
  [rowKind.sync]: 'sync',
}
export const kindName = (kind: RowKind): KindName => names[kind]

/** One event, as readers get it. Its texts are made when they are first asked for. */
export abstract class TellableRow implements ArchiveRow {
  abstract readonly seq: number
  abstract readonly witnessedMicros: number
  abstract readonly indexedMicros: number
  abstract readonly kind: RowKind
  abstract readonly did: string
  abstract readonly collection: string
  abstract readonly rkey: string
  abstract readonly rev: string
  abstract readonly payload: Uint8Array
  #body: string | undefined
  #json: string | undefined
  #size: number | undefined

  /** `bafy…`, of the record. */
  protected abstract cidText(): string

  /** Its `time_us`. */
  get timeMicros(): number {
    return this.indexedMicros || this.witnessedMicros
  }

  /** Of a change what stands between the braces of its object; else the whole object. */
  get body(): string {
    return (this.#body ??= this.#bodyText())
  }

  /** As `/subscribe` (v1) tells it. */
  get json(): string {
    return (this.#json ??= this.#jsonText())
  }

  /** Bytes of `json`. */
  get size(): number {
    return (this.#size ??= utf8Size(this.json))
  }

  #jsonText(): string {
    const name = names[this.kind]
    const head = `{"did":"${this.did}","time_us":${this.timeMicros},"kind":"${name}","${name}":`
    return name === 'commit' ? `${head}{${this.body}}}` : `${head}${this.body}}`
  }

  #bodyText(): string {
    const {kind, payload, rev, collection, rkey} = this
    if (!isChange(kind)) return JSON.stringify(memberOf(kind, payload))
    const change = `"rev":"${rev}","operation":"${operations[kind]}","collection":"${collection}","rkey":"${rkey}"`
    if (kind === rowKind.delete) return change
    const record = fromUtf8(cborToJsonLenient(payload))
    assert(record !== undefined, 'JSON is text')
    return `${change},"record":${record},"cid":"${this.cidText()}"`
  }
}

/** In the order of v1. */
function memberOf(kind: RowKind, payload: Uint8Array): object {
  const {active, blocks, did, handle, rev, seq, time, status} = decodeCbor(payload) as Record<string, unknown>
  if (kind === rowKind.identity) return {did, handle, seq, time}
  if (kind === rowKind.account) return {active, did, seq, time, status}
  return {blocks: {$bytes: toBase64((blocks ?? emptyBytes) as Uint8Array)}, did, rev, seq, time}
}

/** Written anew for each CID: to make one takes as long as all the rest of its text. */
const cidLetters = new Uint8Array(1 + base32Size(cidSize))
writeLatin1('b', cidLetters, 0)

/** Of the `cidSize` bytes at `start`. */
export function cidTextOf(bytes: Uint8Array, start: number): string {
  writeBase32(bytes, start, start + cidSize, cidLetters, 1)
  return fromLatin1(cidLetters, 0, cidLetters.length)
}
