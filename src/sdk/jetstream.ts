/**
 * Follows a Jetstream: the firehose as JSON, filtered by the server. It is a quarter of the size and needs no
 * decoding, and in exchange nothing in it can be verified: the server is believed (Jetstream v1 `/subscribe`). Goes on
 * after a lost connection from the last event; one that was seen may come again, so handle each as often as it comes.
 */
import {jsonToValueLenient} from '#atp/data/json.ts'
import {isMap, type Value, type ValueMap} from '#atp/data/value.ts'
import {type CidString, isCidString} from '#atp/syntax/cid-string.ts'
import {type Datetime, isDatetime} from '#atp/syntax/datetime.ts'
import {type Did, isDid} from '#atp/syntax/did.ts'
import {type Handle, isHandle} from '#atp/syntax/handle.ts'
import {isNsid, type Nsid} from '#atp/syntax/nsid.ts'
import {isRecordKey, type RecordKey} from '#atp/syntax/record-key.ts'
import {isTid, type Tid} from '#atp/syntax/tid.ts'
import {Channel} from '#std/waiting/async.ts'
import type {Frame} from '#std/wire/frames.ts'
import {Malformed} from '#std/malformed.ts'
import {fromUtf8} from '#std/text.ts'
import type {World} from '#std/world.ts'
import {type Connection, reconnecting} from './reconnecting.ts'

/** What to send: everything when left out. */
export interface JetstreamFilter {
  /** NSIDs, or all under one: `app.bsky.feed.*`. Commits only; at most 100. */
  readonly wantedCollections?: readonly string[]
  /** At most 10,000. */
  readonly wantedDids?: readonly string[]
  /** Leaves out events of more bytes. */
  readonly maxMessageSizeBytes?: number
}

interface JetstreamBase {
  readonly did: Did
  /** When the server saw it, in microseconds since 1970: the cursor. */
  readonly timeMicros: number
}
export interface JetstreamCommit extends JetstreamBase {
  readonly kind: 'commit'
  readonly rev: Tid
  readonly operation: 'create' | 'update' | 'delete'
  readonly collection: Nsid
  readonly rkey: RecordKey
  /** Absent for a delete, as is `cid`. */
  readonly record: ValueMap | undefined
  readonly cid: CidString | undefined
}
export interface JetstreamIdentity extends JetstreamBase {
  readonly kind: 'identity'
  readonly seq: number
  readonly time: Datetime
  readonly handle: Handle | undefined
}
export interface JetstreamAccount extends JetstreamBase {
  readonly kind: 'account'
  readonly seq: number
  readonly time: Datetime
  readonly active: boolean
  readonly status: string | undefined
}
export type JetstreamEvent = JetstreamCommit | JetstreamIdentity | JetstreamAccount

const refuse = (reason: string, detail: string): never => {
  throw new Malformed('jetstream', reason, detail)
}

function text<T extends string>(map: ValueMap, name: string, is: (text: string) => text is T & string): T {
  const value = map[name]
  return typeof value === 'string' && is(value) ? value : refuse('bad-member', `"${name}" is not as it should be`)
}
const optional = <T extends string>(map: ValueMap, name: string, is: (text: string) => text is T & string) =>
  map[name] === undefined || map[name] === null ? undefined : text<T>(map, name, is)

const integer = (map: ValueMap, name: string): number => {
  const value = map[name]
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : refuse('bad-member', `"${name}" is none`)
}
const part = (map: ValueMap, name: string): ValueMap => {
  const value = map[name]
  return isMap(value) ? value : refuse('bad-member', `"${name}" is not an object`)
}
const isOperation = (word: string): word is JetstreamCommit['operation'] => /^(create|update|delete)$/.test(word)
const isStatus = (word: string): word is string => word.length <= 128

/** Reads one event; `undefined` for a kind that is not known here. Throws `Malformed('jetstream', …)`. */
export function parseJetstreamEvent(json: string): JetstreamEvent | undefined {
  const event = readJson(json)
  if (!isMap(event)) return refuse('not-an-object', 'an event is an object')
  const base = {did: text<Did>(event, 'did', isDid), timeMicros: integer(event, 'time_us')}
  switch (event.kind) {
    case 'commit':
      return commitOf(base, part(event, 'commit'))
    case 'identity': {
      const identity = part(event, 'identity')
      const handle = optional<Handle>(identity, 'handle', isHandle)
      const time = text<Datetime>(identity, 'time', isDatetime)
      return {...base, kind: 'identity', seq: integer(identity, 'seq'), time, handle}
    }
    case 'account': {
      const account = part(event, 'account')
      if (typeof account.active !== 'boolean') return refuse('bad-member', '"active" is not true or false')
      const time = text<Datetime>(account, 'time', isDatetime)
      const status = optional<string>(account, 'status', isStatus)
      return {...base, kind: 'account', seq: integer(account, 'seq'), time, active: account.active, status}
    }
    default:
      return undefined
  }
}

function readJson(json: string): Value {
  let parsed: unknown
  try {
    parsed = JSON.parse(json)
  } catch (error) {
    return refuse('syntax', (error as Error).message)
  }
  try {
    return jsonToValueLenient(parsed)
  } catch (error) {
    if (error instanceof Malformed) return refuse(error.reason, error.message)
    throw error
  }
}

function commitOf(base: JetstreamBase, commit: ValueMap): JetstreamCommit {
  const operation = text<JetstreamCommit['operation']>(commit, 'operation', isOperation)
  const deleted = operation === 'delete'
  return {
    ...base,
    kind: 'commit',
    rev: text<Tid>(commit, 'rev', isTid),
    operation,
    collection: text<Nsid>(commit, 'collection', isNsid),
    rkey: text<RecordKey>(commit, 'rkey', isRecordKey),
    record: deleted ? undefined : part(commit, 'record'),
    cid: deleted ? undefined : text<CidString>(commit, 'cid', isCidString),
  }
}

export interface JetstreamOptions extends JetstreamFilter {
  world: Pick<World, 'now' | 'random' | 'sleep' | 'subscribe'>
  /** `https://jetstream2.us-east.bsky.network`. */
  service: string
  /** Ends the iteration. */
  signal: AbortSignal
  /** Microseconds since 1970; left out for what happens from now on. */
  cursor?: number
  onDrop?: (reason: string, detail: string) => void
  onConnection?: (connection: Connection) => void
}

/** Messages of ours that wait to be sent on one connection. */
const outgoingMax = 16

/** `for await (const event of new Jetstream(…))`. One iteration at a time. */
export class Jetstream implements AsyncIterable<JetstreamEvent, void> {
  /** The time of the last event that the caller has taken and come back from: where to go on after a restart. */
  cursor: number | undefined
  /** How many were dropped, by reason. */
  readonly dropped = new Map<string, number>()
  readonly #options: JetstreamOptions
  #filter: JetstreamFilter
  #outgoing: Channel<Frame> | undefined

  constructor(options: JetstreamOptions) {
    const {wantedCollections, wantedDids, maxMessageSizeBytes} = options
    this.#options = options
    this.#filter = {wantedCollections, wantedDids, maxMessageSizeBytes}
    this.cursor = options.cursor
  }

  /** Asks for other events from now on, in place of the filter before. */
  update(filter: JetstreamFilter): void {
    this.#filter = filter
    this.#sendFilter()
  }

  get #isFiltered(): boolean {
    return Object.values(this.#filter).some(part => part !== undefined)
  }

  /** As a message, since a filter of thousands of DIDs fits no URL. A connection that takes no more is lost anyway. */
  #sendFilter(): void {
    this.#outgoing?.offer(JSON.stringify({type: 'options_update', payload: this.#filter}))
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<JetstreamEvent, void> {
    const {world, signal, onConnection} = this.#options
    const connections = reconnecting({
      world,
      signal,
      onConnection,
      request: () => this.#request(),
      outgoing: () => {
        this.#outgoing?.close()
        this.#outgoing = new Channel<Frame>(outgoingMax)
        if (this.#isFiltered) this.#sendFilter()
        return this.#outgoing
      },
    })
    try {
      for await (const frames of connections) {
        for (const frame of frames) {
          const event = this.#read(frame)
          if (!event) continue
          yield event
          this.cursor = event.timeMicros
        }
      }
    } finally {
      this.#outgoing?.close()
    }
  }

  #request(): Request {
    const url = new URL('/subscribe', this.#options.service)
    // Then the server sends nothing before it has the filter.
    if (this.#isFiltered) url.searchParams.set('requireHello', 'true')
    if (this.cursor !== undefined) url.searchParams.set('cursor', String(this.cursor))
    return new Request(url)
  }

  #read(frame: Frame): JetstreamEvent | undefined {
    try {
      const json = typeof frame === 'string' ? frame : fromUtf8(frame)
      return json === undefined ? refuse('bad-utf8', 'a frame that is no text') : parseJetstreamEvent(json)
    } catch (error) {
      if (!(error instanceof Malformed)) throw error
      this.dropped.set(error.reason, (this.dropped.get(error.reason) ?? 0) + 1)
      this.#options.onDrop?.(error.reason, error.message)
      return undefined
    }
  }
}
