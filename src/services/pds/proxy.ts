/**
 * Passes on the calls that this server does not answer itself, in the name of the account that makes them (spec: XRPC,
 * "Service Proxying"): to the service that the header `atproto-proxy` names, or to the AppView of this server. Bodies
 * are streamed both ways; of headers only those pass that are about the call and not about the connection.
 */
import {service} from '#atp/identity/did-document.ts'
import {isDid, type Did} from '#atp/syntax/did.ts'
import type {Nsid} from '#atp/syntax/nsid.ts'
import {TimedOut, withDeadline} from '#std/deadline.ts'
import type {Log} from '#std/log.ts'
import {Reply} from '#std/reply.ts'
import type {World} from '#std/world.ts'
import {Lru} from '#engines/cache/lru.ts'
import {getFeed} from '#lex/gen/app/bsky/feed/getFeed.ts'
import {getFeedGenerator} from '#lex/gen/app/bsky/feed/getFeedGenerator.ts'
import {getFeedSkeleton} from '#lex/gen/app/bsky/feed/getFeedSkeleton.ts'
import type {Identities} from '#sdk/identity.ts'
import {letGo, limited, readBytes} from '#xrpc/body.ts'
import {XrpcError} from '#xrpc/errors.ts'
import type {Authenticator} from '#xrpc/router.ts'
import type {SessionCaller} from './callers.ts'
import type {ReadAfterWrite} from './read-after-write.ts'
import {demandCallable, type ServiceTokens} from './service-tokens.ts'

const headersMs = 10_000
const wholeMs = 30_000
const feedsMax = 10_000
const feedMs = 600_000
/** Bytes of a body, either way. */
const bodySizeMax = 10_000_000

const requestHeaders = ['accept', 'accept-encoding', 'accept-language', 'atproto-accept-labelers', 'x-bsky-topics']
const bodyHeaders = ['content-type', 'content-encoding']
const answerHeaders = [
  'atproto-content-labelers',
  'atproto-repo-rev',
  'content-encoding',
  'content-language',
  'content-length',
  'content-type',
  'retry-after',
]

/** Families of methods that a PDS answers itself: without a target a method of them is unknown, not another's. */
const ownFamily = /^com\.atproto\.(?:admin|identity|repo|server|sync)\./i

interface Target {
  did: Did
  url: string
  /** Whether strangers named the URL. */
  foreign: boolean
}

export interface ProxyOptions {
  session: Authenticator<SessionCaller>
  tokens: Pick<ServiceTokens, 'mint' | 'reusable'>
  /** For the services that clients name. */
  identities: Pick<Identities, 'document'>
  appView: {did: Did; url: string} | undefined
  readAfterWrite: Pick<ReadAfterWrite, 'covers' | 'merged'>
  world: World
  /** For the URLs that clients name. */
  guarded: World
  log: Log
}

export class Proxy {
  readonly #options: ProxyOptions
  /** The services of feeds, by the AT-URI of the feed. */
  readonly #feeds: Lru<string, Did>

  constructor(options: ProxyOptions) {
    this.#options = options
    this.#feeds = new Lru({countMax: feedsMax, ttlMs: feedMs, now: options.world.now})
  }

  /** The answer of the service that the call is for. Throws `XrpcError`. */
  async fetch(request: Request, nsid: Nsid): Promise<Response> {
    const {session, readAfterWrite} = this.#options
    const named = request.headers.get('atproto-proxy')
    if (named === null && ownFamily.test(nsid)) throw unknownMethod()
    if (!/^(?:GET|HEAD|POST)$/.test(request.method)) {
      throw new XrpcError('InvalidRequest', `A method is called by GET or POST, not by ${request.method}.`)
    }
    const caller = await session(request, nsid)
    demandCallable(caller.scope, nsid)
    const target = named === null ? this.#appView() : await this.#named(named, request.signal)
    const token = await this.#token(caller.did, target, request, nsid)
    const response = await this.#ask(target, request, nsid, token)
    if (target.foreign) return response
    return readAfterWrite.merged(caller.did, nsid, request, response, (more, params) =>
      this.#read(caller.did, target, more, params, request.signal),
    )
  }

  /** The AppView's answer to a call that needs no account; undefined when there is no AppView. */
  async public(request: Request, nsid: Nsid): Promise<Response | undefined> {
    const {appView} = this.#options
    return appView && this.#ask({...appView, foreign: false}, request, nsid)
  }

  #appView(): Target {
    const {appView} = this.#options
    if (!appView) throw unknownMethod()
    return {...appView, foreign: false}
  }

  /** The service of a header such as `did:web:api.example.com#bsky_appview`. */
  async #named(header: string, signal: AbortSignal): Promise<Target> {
    const {appView, identities} = this.#options
    const [, did, name] = /^([^#\s]+)#([\w.-]{1,128})$/.exec(header) ?? []
    if (did === undefined || !isDid(did)) {
      throw new XrpcError('InvalidRequest', 'atproto-proxy: a DID, "#" and the name of a service are expected.')
    }
    if (appView?.did === did) return this.#appView()
    const found = await identities.document(did, {signal})
    const url = found.ok ? service(found.value, name) : undefined
    if (url === undefined) throw new XrpcError('InvalidRequest', `atproto-proxy: ${did} names no service #${name}.`)
    return {did, url, foreign: true}
  }

  /**
   * For a page of a feed the token is for the feed's own service, to which the AppView passes it on. A feed that the
   * AppView does not know is its to refuse.
   */
  async #feedToken(iss: Did, target: Target, request: Request): Promise<string | undefined> {
    const {tokens} = this.#options
    const feed = new URL(request.url).searchParams.get('feed') ?? ''
    const known = this.#feeds.get(feed)
    const did = known ?? (await this.#feedService(iss, target, request, feed))
    if (did === undefined) return undefined
    this.#feeds.set(feed, did)
    return tokens.mint(iss, did, getFeedSkeleton.nsid)
  }

  async #feedService(iss: Did, target: Target, {signal}: Request, feed: string): Promise<Did | undefined> {
    const found = await this.#read(iss, target, getFeedGenerator.nsid, new URLSearchParams({feed}), signal)
    const json = found as {view?: {did?: unknown}} | undefined
    const did = json?.view?.did
    return typeof did === 'string' && isDid(did) ? did : undefined
  }

  /** The body that the AppView answers to a call of ours; undefined when it refuses or fails. */
  async #read(iss: Did, target: Target, nsid: Nsid, params: URLSearchParams, signal: AbortSignal): Promise<unknown> {
    const token = await this.#options.tokens.reusable(iss, target.did, nsid)
    const request = new Request(`${target.url}/?${params.toString()}`, {signal})
    try {
      const response = await this.#ask(target, request, nsid, token)
      return response.ok ? await response.json() : undefined
    } catch (error) {
      if (error instanceof XrpcError || error instanceof SyntaxError) return undefined
      throw error
    }
  }

  /** Tokens for reads are used again at the AppView; a stranger may insist on a new one for each call. */
  async #token(iss: Did, target: Target, request: Request, nsid: Nsid): Promise<string> {
    const {tokens} = this.#options
    const {did, foreign} = target
    if (!foreign && nsid === getFeed.nsid) {
      const token = await this.#feedToken(iss, target, request)
      if (token !== undefined) return token
    }
    return foreign || request.method === 'POST' ? tokens.mint(iss, did, nsid) : tokens.reusable(iss, did, nsid)
  }

  async #ask({did, url, foreign}: Target, request: Request, nsid: Nsid, token?: string): Promise<Response> {
    const {world, log} = this.#options
    const body = request.method === 'POST' && request.body ? limited(request.body, bodySizeMax, tooBig, unread) : null
    const headers = new Headers(token === undefined ? {} : {authorization: `Bearer ${token}`})
    copyHeaders(request.headers, headers, body ? [...requestHeaders, ...bodyHeaders] : requestHeaders)
    if (!foreign && this.#options.readAfterWrite.covers(nsid)) headers.delete('accept-encoding')
    const to = `${url}/xrpc/${nsid}${new URL(request.url).search}`
    const outgoing = {method: request.method, headers, redirect: 'manual', ...(body && {body, duplex: 'half'})} as const
    try {
      if (foreign) return passedOn(await this.#askStranger(to, outgoing, request.signal))
      return await whole(await world.fetch(new Request(to, outgoing)))
    } catch (cause) {
      if (cause instanceof XrpcError) throw cause
      if (!request.signal.aborted) log.warn('a service could not be reached', {service: did, nsid, error: cause})
      throw cause instanceof TimedOut || isTimeout(cause)
        ? new XrpcError('UpstreamTimeout', `${did} did not answer in time.`, {cause})
        : new XrpcError('UpstreamFailure', `${did} cannot be reached.`, {cause})
    }
  }

  /** Strangers are given little time; the AppView has that of any request of ours, which costs no timer for each. */
  #askStranger(url: string, outgoing: RequestInit, given: AbortSignal): Promise<Response> {
    const {world, guarded} = this.#options
    // The whole call, and not only its head, may take no longer than this.
    const signal = AbortSignal.any([given, AbortSignal.timeout(wholeMs)])
    return withDeadline(world, headersMs, signal, () => guarded.fetch(new Request(url, {...outgoing, signal})))
  }
}

/** What the caller is given of a stranger's answer, as it comes. */
function passedOn(response: Response): Response {
  const headers = answerHeadersOf(response)
  const body = response.body && limited(response.body, bodySizeMax, tooBig, failed)
  return new Response(body, {status: response.status, headers})
}

/** The AppView's answer in one piece: it is a page, and a stream for it would cost more than the rest of the call. */
async function whole(response: Response): Promise<Response> {
  const headers = answerHeadersOf(response)
  const isWhole = response instanceof Reply && !response.bodyUsed
  const content = isWhole ? response.content : await readBytes(response.body, bodySizeMax, failed)
  return new Reply(content, {status: response.status, headers})
}

/** A fault of the other service is a 502 of ours; what it refuses, it refuses. Throws `XrpcError`. */
function answerHeadersOf({status, body, headers}: Response): Headers {
  const refused = status === 500 || status < 200 || (status >= 300 && status < 400)
  if (refused || Number(headers.get('content-length') ?? 0) > bodySizeMax) {
    letGo(body)
    throw failed()
  }
  const passed = new Headers({'cache-control': 'private', vary: 'Authorization'})
  copyHeaders(headers, passed, answerHeaders)
  return passed
}

function copyHeaders(from: Headers, to: Headers, names: readonly string[]): void {
  for (const name of names) {
    const value = from.get(name)
    if (value !== null) to.set(name, value)
  }
}

const isTimeout = (error: unknown): boolean => error instanceof Error && error.name === 'TimeoutError'

const tooBig = (): XrpcError => new XrpcError('PayloadTooLarge', `More than ${bodySizeMax} bytes are not passed on.`)
const unread = (cause: unknown): XrpcError =>
  new XrpcError('InvalidRequest', 'The request body could not be read.', {cause})
const failed = (cause?: unknown): XrpcError =>
  new XrpcError('UpstreamFailure', 'The service that this call was passed on to failed.', {cause})
const unknownMethod = (): XrpcError => new XrpcError('MethodNotImplemented', 'Method Not Implemented')
