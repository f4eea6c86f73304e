/**
 * Clients, found by their id. The document is fetched from a server that a stranger names: behind the guard, without
 * redirects, and within bounds of size, time and type. It holds for ten minutes; who could not be found is asked again
 * after half a minute at the earliest, so that nobody has us knock at another's door.
 */
import type {JWK} from 'jose'
import {SingleFlight} from '#std/waiting/async.ts'
import {withDeadline} from '#std/waiting/deadline.ts'
import type {World} from '#std/world.ts'
import {fromUtf8, jsonOf} from '#std/text.ts'
import {letGo, mediaType, readBytes} from '#xrpc/body.ts'
import {clientOf, clientUrlOf, isLoopbackId, keySetOf, loopbackClient, unfit, type Client} from './client.ts'
import {WeightedCache} from '../../lexicons/weighted-cache.ts'
import {OAuthError} from '../oauth-error.ts'

const clientLifeMs = 600_000
const faultLifeMs = 30_000
/** A key set may be asked for again after so long when a key is not in it, for it may be new. */
const keysAgainMs = 60_000
const fetchMs = 10_000
const documentSizeMax = 512 * 1024
/** Bytes of documents that are held, and of key sets. Those of real clients have some two thousand; a stranger's may have half a million. */
const heldSizeMax = 8_000_000
/** What holding one takes beside its bytes. */
const entrySize = 3_000

/** What was found, or why nothing was. */
type Found<T> = {value: T; atMs: number} | {fault: OAuthError}

interface Document {
  json: unknown
  /** Bytes that it came in. */
  size: number
}

export interface ClientsOptions {
  /** For URLs that strangers name. */
  guarded: Pick<World, 'fetch'>
  world: Pick<World, 'now' | 'sleep'>
}

export class Clients {
  readonly #options: ClientsOptions
  readonly #clients: WeightedCache<string, Found<Client>>
  readonly #keySets: WeightedCache<string, Found<readonly JWK[]>>
  readonly #flights = new SingleFlight<string, Found<Client>>()
  readonly #keyFlights = new SingleFlight<string, Found<readonly JWK[]>>()

  constructor(options: ClientsOptions) {
    const {now} = options.world
    this.#options = options
    this.#clients = new WeightedCache(heldSizeMax, now)
    this.#keySets = new WeightedCache(heldSizeMax, now)
  }

  /** Whether finding this client asks its server. */
  isHeld(id: string): boolean {
    return isLoopbackId(id) || this.#clients.get(id) !== undefined
  }

  /** The client of this id. Throws `OAuthError` when there is none, or it is not as it should be. */
  async find(id: string): Promise<Client> {
    if (isLoopbackId(id)) return loopbackClient(id)
    const {href} = clientUrlOf(id)
    const known = this.#clients.get(id)
    return valueOf(
      known ??
        (await this.#flights.do(id, () =>
          this.#ask(
            this.#clients,
            id,
            () => this.#fetch(id, href, 'metadata'),
            json => clientOf(id, json),
          ),
        )),
    )
  }

  /**
   * The client's key of this name. One that is not in the set at hand may have been added since: then the set is fetched
   * once more. Throws `OAuthError` when there is none.
   */
  async key({id, auth}: Client, kid: string): Promise<JWK> {
    const {keys, keysUri} = auth ?? {}
    const named = (set: readonly JWK[]): JWK | undefined => set.find(key => key.kid === kid)
    if (keysUri === undefined) return named(keys ?? []) ?? noKey(id, kid)
    const known = this.#keySets.get(keysUri)
    const isOld = !known || ('atMs' in known && this.#options.world.now() - known.atMs >= keysAgainMs)
    const held = known && named(valueOf(known))
    if (held) return held
    const set = isOld ? valueOf(await this.#askKeys(id, keysUri)) : []
    return named(set) ?? noKey(id, kid)
  }

  #askKeys(id: string, uri: string): Promise<Found<readonly JWK[]>> {
    return this.#keyFlights.do(uri, () =>
      this.#ask(
        this.#keySets,
        uri,
        () => this.#fetch(id, uri, 'key set'),
        json => keySetOf(id, json),
      ),
    )
  }

  async #ask<T>(
    cache: WeightedCache<string, Found<T>>,
    key: string,
    ask: () => Promise<Document>,
    read: (json: unknown) => T,
  ): Promise<Found<T>> {
    try {
      const {json, size} = await ask()
      const found = {value: read(json), atMs: this.#options.world.now()}
      cache.set(key, found, entrySize + size, clientLifeMs)
      return found
    } catch (error) {
      if (!(error instanceof OAuthError)) throw error
      const fault = {fault: error}
      cache.set(key, fault, entrySize, faultLifeMs)
      return fault
    }
  }

  async #fetch(id: string, url: string, what: string): Promise<Document> {
    const {guarded, world} = this.#options
    const asked = async (signal: AbortSignal): Promise<Uint8Array> => {
      const request = new Request(url, {headers: {accept: 'application/json'}, redirect: 'error', signal})
      const response = await guarded.fetch(request)
      const type = mediaType(response.headers.get('content-type')) ?? 'nothing'
      if (response.status !== 200 || !/^application\/(?:[\w.-]+\+)?json$/.test(type)) {
        letGo(response.body)
        if (response.status !== 200)
          throw unfit(id, `has no ${what} at ${url}: it answers with status ${response.status}`)
        throw unfit(id, `has no ${what} at ${url}: it is of type ${type}, and has to be application/json`)
      }
      return readBytes(response.body as ReadableStream<Uint8Array<ArrayBuffer>> | null, documentSizeMax, () =>
        unfit(id, `has a ${what} of more than ${documentSizeMax} bytes`),
      )
    }
    const bytes = await withDeadline(world, fetchMs, undefined, asked).catch((error: unknown) => {
      if (error instanceof OAuthError) throw error
      // The reason is for the log alone: it could tell of what lies behind us.
      throw unfit(
        id,
        `has no ${what} at ${url}: it cannot be fetched, without redirects, from the public internet`,
        error,
      )
    })
    const json = jsonOf(fromUtf8(bytes))
    if (json === undefined) throw unfit(id, `has a ${what} at ${url} that is no JSON`)
    return {json, size: bytes.length}
  }
}

function valueOf<T>(found: Found<T>): T {
  if ('fault' in found) throw found.fault
  return found.value
}

function noKey(id: string, kid: string): never {
  throw new OAuthError('invalid_client', `The client ${id} has no key with the kid ${kid.slice(0, 100)}.`)
}
