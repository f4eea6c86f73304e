/** The stream of v2. Whatever is wrong with what a reader asks for is said before it begins. */
import {subscribeEvents, type ErrorName} from '#lex/gen/network/bsky/jetstream/subscribeEvents.ts'
import {faultText} from '#lex/schema/fault.ts'
import type {Frame, Frames} from '#std/wire/frames.ts'
import type {World} from '#std/world.ts'
import {toResponse, XrpcError} from '#xrpc/errors.ts'
import type {Compression} from '../../../../compression.ts'
import {EventsFilter, type Asked} from '../../../../events/events-filter.ts'
import {eventsReader} from '../../../../events/events-reader.ts'
import {infoText} from '../../../../events/event-text.ts'
import type {Store} from '../../../../pages.ts'
import {placeOf, type Place} from '../../../../place.ts'

export const eventsPath = `/xrpc/${subscribeEvents.nsid}`

interface Deps extends Store {
  readonly world: Pick<World, 'now'>
  readonly eventsCompression: Compression
}

/** The frames, or what refuses them. */
export async function framesOf(
  {log, archive, passed, world, eventsCompression}: Deps,
  request: Request,
  signal: AbortSignal,
  incoming: AsyncIterable<Frame>,
): Promise<Frames | Response> {
  try {
    const {filter, cursor, compress} = eventsRequestOf(request, eventsCompression.id)
    const place = await placeOf({log, archive}, cursor)
    const notice = noticeOf(place)
    const deps = {store: {log, archive, passed}, now: world.now, compression: compress ? eventsCompression : undefined}
    return eventsReader(deps, filter, place, notice, signal, incoming)
  } catch (error) {
    if (error instanceof XrpcError) return toResponse(error)
    throw error
  }
}

/** What each parameter of `/subscribe` is called here, or why there is none. */
const olderNames: Readonly<Record<string, string>> = {
  wantedCollections: 'it is collections here',
  wantedDids: 'it is dids here',
  requireHello: 'a reader sends no messages here',
  compress: 'it is zstdDictionary here, with an ID of getZstdDictionary',
}

const refused = (message: string): XrpcError => new XrpcError('InvalidRequest', message)
const declared = (name: ErrorName, message: string): XrpcError => new XrpcError(name, message, {status: 400})

interface EventsRequest {
  readonly filter: EventsFilter
  readonly cursor: number | undefined
  readonly compress: boolean
}

/** Reads what a request asks for; `dictionaryId` is that of the dictionary here. Throws `XrpcError`. */
function eventsRequestOf(request: Request, dictionaryId: number): EventsRequest {
  const {searchParams} = new URL(request.url)
  for (const [name, why] of Object.entries(olderNames)) {
    if (searchParams.has(name)) throw refused(`${name} is of /subscribe: ${why}.`)
  }
  if (request.headers.get('socket-encoding')?.includes('zstd')) {
    throw refused(`Socket-Encoding is of /subscribe: ${olderNames.compress}.`)
  }
  const parsed = subscribeEvents.params.parse(searchParams)
  if (!parsed.ok) throw refused(`Invalid parameters: ${faultText(parsed.fault)}`)
  const {cursor, zstdDictionary, ...asked} = parsed.value
  if (cursor !== undefined && cursor < 0) throw refused('cursor: expected a seq, or microseconds since 1970')
  if (zstdDictionary !== undefined && zstdDictionary !== dictionaryId) {
    throw declared('UnknownZstdDictionary', `The dictionary here is ${dictionaryId}: get it by getZstdDictionary.`)
  }
  const filter = EventsFilter.of(asked as Asked)
  if (typeof filter === 'string') throw refused(filter)
  return {filter, cursor, compress: zstdDictionary !== undefined}
}

/**
 * What the first frame says of where a stream begins, if that is not where it was asked to. Throws `CursorTooOld` for a
 * seq whose event is no longer kept: whoever has an archive is to go on from there.
 */
function noticeOf({not, after}: Place): string | undefined {
  switch (not) {
    case 'kept':
      throw declared('CursorTooOld', `Events before ${after + 1} are no longer kept; the oldest seq is ${after + 1}.`)
    case 'before':
      return infoText('OutdatedCursor', `The oldest event is later than that: the stream begins with seq ${after + 1}.`)
    case 'yet':
      return infoText('FutureCursor', `The newest event is ${after}: the stream begins with the next one.`)
    default:
      return undefined
  }
}
