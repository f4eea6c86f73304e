/** `network.bsky.jetstream`: every method that a Jetstream answers. */
import type {EventLog} from '#engines/event-log/event-log.ts'
import type {Frame, Frames} from '#std/wire/frames.ts'
import type {World} from '#std/world.ts'
import {toResponse, XrpcError} from '#xrpc/errors.ts'
import {Router} from '#xrpc/router.ts'
import type {Compression} from '../compression.ts'
import type {Store} from '../pages.ts'
import {operatorBy, type ArchiveDeps, type Callers, type ImportDeps} from './callers.ts'
import {endpoint as getImportStatus} from './network/bsky/jetstream/getImportStatus.ts'
import {endpoint as getBlock} from './network/bsky/jetstream/getBlock.ts'
import {endpoint as getSegment} from './network/bsky/jetstream/getSegment.ts'
import {endpoint as getZstdDictionary} from './network/bsky/jetstream/getZstdDictionary.ts'
import {endpoint as importTimestamps} from './network/bsky/jetstream/importTimestamps.ts'
import {endpoint as listSegments} from './network/bsky/jetstream/listSegments.ts'
import {endpoint as planSnapshot} from './network/bsky/jetstream/planSnapshot.ts'
import {eventsPath, framesOf} from './network/bsky/jetstream/subscribeEvents.ts'

export interface JetstreamParts extends ArchiveDeps, ImportDeps {
  /** Of the operator. */
  readonly token: string | undefined
  readonly log: EventLog
  readonly world: Pick<World, 'now'>
  /** For readers of `subscribeEvents`. */
  readonly eventsCompression: Compression
}

export class JetstreamApi {
  readonly #parts: JetstreamParts
  readonly #router: Router<Callers>

  constructor(parts: JetstreamParts) {
    this.#parts = parts
    this.#router = new Router<Callers>({
      endpoints: [
        getZstdDictionary,
        planSnapshot,
        listSegments,
        getSegment,
        getBlock,
        importTimestamps,
        getImportStatus,
      ].map(make => make(parts)),
      auth: {operator: operatorBy(parts.token)},
    })
  }

  async fetch(request: Request): Promise<Response> {
    if (request.method !== 'GET' || new URL(request.url).pathname !== eventsPath) return this.#router.fetch(request)
    const headers = {upgrade: 'websocket'}
    return toResponse(new XrpcError('UpgradeRequired', 'A subscription needs a WebSocket.', {headers}))
  }

  /** Of `subscribeEvents`, which is not in the frames that other subscriptions are in. */
  frames(
    request: Request,
    signal: AbortSignal,
    incoming: AsyncIterable<Frame>,
    passed?: Store['passed'],
  ): Promise<Frames | Response> {
    return framesOf({...this.#parts, passed}, request, signal, incoming)
  }
}
