/**
 * One reader of `/subscribe`: what it asks in its URL, what it asks anew in messages, and the events that it gets.
 * Readers that want everything are given the very same array, so that it is put on the wire once for all of them.
 */
import type {Batch, EventLog} from '#engines/event-log/event-log.ts'
import {Farewell, farewellCode, type Frame} from '#std/wire/frames.ts'
import type {Compression} from './compression.ts'
import {Filter, type Wanted} from './filter.ts'
import {decodeRecord, sourceOfRecord, type LogRecord} from './log-record.ts'

/** Bytes of one message of a reader: 10,000 DIDs and more. */
export const messageSizeMax = 1_000_000
/** A cursor below this is a number of the log, and any other a time: it was September 2001 when times came so far. */
const timesFrom = 1e15
/** `time_us` may run ahead of the log's own time by this, while events come faster than the clock ticks. */
const aheadMs = 1_000
/** A larger limit of size than this is none (v1 keeps it as 32 bits). */
const sizesMax = 2 ** 32 - 1

export interface Subscription {
  readonly filter: Filter
  /** `time_us` of the first event wanted, or its number in the log; undefined for what happens from now on. */
  readonly cursor: number | undefined
  /** Whether nothing is sent before the first valid message. */
  readonly requireHello: boolean
  /** Whether each event is a zstd frame and not a text. */
  readonly compress: boolean
}

/** Reads what a request asks for, or says in a sentence what is wrong with it. */
export function subscriptionOf(request: Request, canCompress: boolean): Subscription | string {
  const {searchParams} = new URL(request.url)
  const encoding = request.headers.get('socket-encoding') ?? ''
  const compress = searchParams.get('compress') === 'true' || encoding.includes('zstd')
  if (compress && !canCompress) return 'compress: this server has no dictionary to compress with; ask without it'
  const cursor = searchParams.get('cursor') || undefined
  if (cursor !== undefined && !/^-?\d{1,19}$/.test(cursor)) return 'cursor: expected microseconds since 1970'
  const filter = Filter.of({
    wantedCollections: searchParams.getAll('wantedCollections'),
    wantedDids: searchParams.getAll('wantedDids'),
    maxMessageSizeBytes: sizeOf(searchParams.get('maxMessageSizeBytes')),
  })
  if (typeof filter === 'string') return filter
  const requireHello = searchParams.get('requireHello') === 'true'
  return {filter, cursor: cursor === undefined ? undefined : Number(cursor), requireHello, compress}
}

/** Whatever is no size is no limit. */
const sizeOf = (text: string | null): number => {
  const size = text !== null && /^\+?\d+$/.test(text) ? Number(text) : 0
  return size <= sizesMax ? size : 0
}

/** The filter that a message asks for, or nothing for a kind that is not known here. Throws `Farewell`. */
function filterOfMessage(message: string): Filter | undefined {
  const parsed = parsedJson(message)
  if (!isObject(parsed) || typeof (parsed.type ?? '') !== 'string') throw malformed('a message is {"type", "payload"}')
  if (parsed.type !== 'options_update') return undefined
  const {payload} = parsed
  if (!isObject(payload)) throw malformed('payload: expected an object')
  const {wantedCollections, wantedDids, maxMessageSizeBytes} = payload
  if (!isTexts(wantedCollections ?? [])) throw malformed('wantedCollections: expected texts')
  if (!isTexts(wantedDids ?? [])) throw malformed('wantedDids: expected texts')
  if (!Number.isInteger(maxMessageSizeBytes ?? 0)) throw malformed('maxMessageSizeBytes: expected a whole number')
  const filter = Filter.of({
    wantedCollections: wantedCollections ?? [],
    wantedDids: wantedDids ?? [],
    maxMessageSizeBytes: maxMessageSizeBytes ?? 0,
  } as Wanted)
  if (typeof filter === 'string') throw new Farewell(filter, farewellCode.policyViolation)
  return filter
}

const malformed = (detail: string): Farewell => new Farewell(detail, farewellCode.invalidPayload)

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every(item => typeof item === 'string')

/**
 * The events, as texts, or as frames of `compression`, if it is given. A message that is not in order ends the stream by
 * a `Farewell`: 1007 for what is no message, 1008 for options that cannot be met, as the reference server does it.
 */
export async function* subscriber(
  log: EventLog,
  {filter: first, cursor, requireHello}: Subscription,
  signal: AbortSignal,
  incoming: AsyncIterable<Frame>,
  compression?: Compression,
): AsyncGenerator<readonly Frame[]> {
  const ended = new AbortController()
  const either = AbortSignal.any([signal, ended.signal])
  const hello = Promise.withResolvers<void>()
  either.addEventListener('abort', () => hello.resolve(), {once: true})
  let filter = first
  let refusal: unknown
  const listen = async (): Promise<void> => {
    for await (const message of incoming) {
      if (either.aborted) return
      // Options come as texts: bytes are passed over.
      const asked = typeof message === 'string' ? filterOfMessage(message) : undefined
      if (!asked) continue
      filter = asked
      hello.resolve()
    }
  }
  void listen().catch((error: unknown) => {
    refusal = error
    ended.abort()
  })
  // Live is when the reader says so: what happens before is not told.
  if (requireHello) await hello.promise
  const {after, fromMicros} = await startOf(log, cursor)
  try {
    for await (const batch of log.tail(after, either)) {
      const reading = readingOf(batch)
      const frames = reading.framesOf(
        record => record.timeMicros >= fromMicros && filter.passes(record),
        filter.isOpen && reading.records[0].timeMicros >= fromMicros,
        compression,
      )
      // Nothing is given, too: it is another's turn.
      yield frames
    }
  } finally {
    ended.abort()
  }
  if (refusal) throw refusal
}

/**
 * The seq after which to read for a cursor, and the `time_us` to begin at. A cursor that lies ahead means live, and one
 * before the oldest event that is kept begins with that.
 */
async function startOf(log: EventLog, cursor: number | undefined): Promise<{after: number; fromMicros: number}> {
  const {last} = log.bounds()
  const live = {after: last, fromMicros: 0}
  if (cursor !== undefined && cursor < timesFrom) {
    return cursor > last ? live : {after: Math.max(0, cursor - 1), fromMicros: 0}
  }
  const [newest] = (await log.read(last - 1, 1)).events
  if (cursor === undefined || !newest || sourceOfRecord(newest).timeMicros < cursor) return live
  return {after: (await log.seqAtTime(Math.floor(cursor / 1_000) - aheadMs)) - 1, fromMicros: cursor}
}

const nothing: readonly Frame[] = []
const readings = new WeakMap<Batch, Reading>()

/**
 * A batch taken apart, once for all readers in step. Readers who get the same of it are given the very same array, so
 * that it is put in wire form once for all of them. Nobody need hold the arrays longer than it takes to send them.
 */
class Reading {
  readonly records: readonly LogRecord[]
  readonly #texts: readonly string[]
  readonly #made = new Map<string, WeakRef<readonly Frame[]>>()

  constructor(batch: Batch) {
    this.records = batch.events.map(decodeRecord)
    this.#texts = this.records.map(({json}) => json)
  }

  /** What passes, as texts or as frames of `compression`; `all` says that everything does. */
  framesOf(passes: (record: LogRecord) => boolean, all: boolean, compression?: Compression): readonly Frame[] {
    if (all && !compression) return this.#texts
    let wanted = this.records
    let key = ''
    if (!all) {
      wanted = this.records.filter(record => {
        const isWanted = passes(record)
        key += isWanted ? '1' : '0'
        return isWanted
      })
      if (wanted.length === 0) return nothing
    }
    if (compression) key += 'z'
    const known = this.#made.get(key)?.deref()
    if (known) return known
    const made = wanted.map(record => (compression ? compression.frameOf(record) : record.json))
    this.#made.set(key, new WeakRef(made))
    return made
  }
}

function readingOf(batch: Batch): Reading {
  let reading = readings.get(batch)
  if (!reading) readings.set(batch, (reading = new Reading(batch)))
  return reading
}
