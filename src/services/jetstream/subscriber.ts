/**
 * One reader of `/subscribe`: what it asks in its URL, what it asks anew in messages, and the events that it gets.
 */
import {rowKind} from '#atp/archive/block.ts'
import {Farewell, farewellCode, type Frame} from '#std/wire/frames.ts'
import type {Compression} from './compression.ts'
import {Filter, type Wanted} from './filter.ts'
import type {Sought} from './archive/sought.ts'
import {pagesFrom, type Store} from './pages.ts'
import {placeOf} from './place.ts'
import {Readings} from './reading.ts'
import type {TellableRow} from './told.ts'

/** Bytes of one message of a reader: 10,000 DIDs and more. */
export const messageSizeMax = 1_000_000
/** A larger limit of size than this is none (v1 keeps it as 32 bits). */
const sizesMax = 2 ** 32 - 1

const isTold = ({kind}: TellableRow): boolean => kind < rowKind.sync
const readings = new Readings({isTold, textOf: ({json}) => json})
/** With the event's number after its time: nothing before that can hold the member's name. */
const numbered = new Readings({
  isTold,
  textOf: ({json, seq}) => json.replace(',"kind"', `,"cursor":${seq},"kind"`),
})

export interface Subscription {
  readonly filter: Filter
  /** `time_us` of the first event wanted, or its number in the log; undefined for what happens from now on. */
  readonly cursor: number | undefined
  /** Whether nothing is sent before the first valid message. */
  readonly requireHello: boolean
  /** Whether each event is a zstd frame and not a text. */
  readonly compress: boolean
  /** Whether each event has its number, as `cursor`. */
  readonly hasNumbers?: boolean
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
  store: Store,
  {filter: first, cursor, requireHello, hasNumbers}: Subscription,
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
  const {after, fromMicros} = await placeOf(store, cursor)
  const sought = (): Sought => filter.sought
  try {
    for await (const page of pagesFrom(store, after, sought, either)) {
      const reading = (hasNumbers ? numbered : readings).of(page)
      const frames = await reading.framesOf(
        record => record.witnessedMicros >= fromMicros && filter.passes(record),
        filter.isOpen && reading.fromMicros >= fromMicros,
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
