/**
 * Services that make feeds: anybody's, on any server. Each is found by the DID that the feed's record names, and asked
 * on the viewer's behalf with the token that the viewer's server has made for it.
 */
import {service} from '#atp/identity/did-document.ts'
import {type Did, isDid} from '#atp/syntax/did.ts'
import {getFeedSkeleton, type Output} from '#lex/gen/app/bsky/feed/getFeedSkeleton.ts'
import type {Identities} from '#sdk/identity.ts'
import {Overloaded} from '#std/waiting/async.ts'
import {TimedOut, withDeadline} from '#std/waiting/deadline.ts'
import type {Places} from '#std/waiting/places.ts'
import type {World} from '#std/world.ts'
import {Client} from '#xrpc/client.ts'
import {UpstreamError, XrpcError} from '#xrpc/errors.ts'

const timeoutMs = 10_000
/** Bytes of a page: a hundred posts, each with 2,000 for its feed to know it by. It is parsed while nobody else is served. */
const pageSizeMax = 512 * 1024
/** Pages of feeds that are asked for at a time. */
export const feedPlaces = {max: 64, perKeyMax: 16, perGroupMax: 32, waitingMax: 500, waitingPerKeyMax: 100} as const
/** What a feed is told of the request: who asks, and in which languages and on which topics. */
const passedOn = ['authorization', 'accept-language', 'x-bsky-topics']

interface Deps {
  readonly identities: Pick<Identities, 'document'>
  /** For URLs that strangers name. */
  readonly guarded: Pick<World, 'fetch'>
  readonly world: Pick<World, 'sleep'>
  /** By the server that is asked. */
  readonly places: Places
}

export class FeedServices {
  readonly #deps: Deps

  constructor(deps: Deps) {
    this.#deps = deps
  }

  /** Where the service of that DID is; `undefined` when there is none. */
  async endpointOf(did: string, signal: AbortSignal): Promise<string | undefined> {
    if (!isDid(did)) return undefined
    const found = await this.#deps.identities.document(did as Did, {signal})
    return found.ok ? service(found.value, 'bsky_fg') : undefined
  }

  /** One page of a feed, as its service makes it. Throws `XrpcError`: the service's own refusals, or that it failed. */
  async skeleton(
    did: string,
    params: {feed: string; limit: number; cursor?: string},
    request: Request,
    signal: AbortSignal,
  ): Promise<Output> {
    const endpoint = await this.endpointOf(did, signal)
    if (endpoint === undefined) {
      throw new XrpcError('InvalidRequest', `invalid feed generator service details in did document: ${did}`)
    }
    const headers: Record<string, string> = {}
    for (const name of passedOn) {
      const value = request.headers.get(name)
      if (value !== null) headers[name] = value
    }
    const {guarded, world, places} = this.#deps
    const client = new Client({service: endpoint, fetch: guarded.fetch, answerSizeMax: pageSizeMax})
    try {
      const {host} = new URL(endpoint)
      return await withDeadline(world, timeoutMs, signal, ends =>
        places.with(host, () => client.query(getFeedSkeleton, params, {signal: ends, headers}), ends),
      )
    } catch (error) {
      if (error instanceof TimedOut || error instanceof Overloaded) {
        throw new XrpcError('UpstreamFailure', 'feed unavailable', {cause: error})
      }
      if (!(error instanceof UpstreamError) || (error.status < 500 && error.status !== 401)) throw error
      if (error.error === 'InvalidResponse') {
        throw new XrpcError('InvalidFeedResponse', 'feed provided an invalid response', {status: 502, cause: error})
      }
      throw new XrpcError('UpstreamFailure', 'feed unavailable', {cause: error})
    }
  }
}
