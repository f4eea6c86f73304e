/**
 * Passes on the calls that this server does not answer itself, in the name of the account that makes them (spec: XRPC,
 * "Service Proxying"): to the service that the header `atproto-proxy` names, or to the one that its method belongs to,
 * which is nearly always the AppView of this server. Bodies are streamed both ways; of headers only those pass that are
 * about the call and not about the connection.
 */
import {valueToJson} from '#atp/data/json.ts'
import type {ValueMap} from '#atp/data/value.ts'
import {service} from '#atp/identity/did-document.ts'
import {isDid, type Did} from '#atp/syntax/did.ts'
import type {Nsid} from '#atp/syntax/nsid.ts'
import {TimedOut, timeLimit, withDeadline} from '#std/waiting/deadline.ts'
import type {Log} from '#std/log.ts'
import {Reply} from '#std/wire/reply.ts'
import {fromUtf8, jsonOf} from '#std/text.ts'
import type {World} from '#std/world.ts'
import {Lru} from '#engines/cache/lru.ts'
import {accepts} from '#runtime/http/compression.ts'
import {getFeed} from '#lex/gen/app/bsky/feed/getFeed.ts'
import {getFeedGenerator} from '#lex/gen/app/bsky/feed/getFeedGenerator.ts'
import {getFeedSkeleton} from '#lex/gen/app/bsky/feed/getFeedSkeleton.ts'
import {createReport} from '#lex/gen/com/atproto/moderation/createReport.ts'
import type {Identities} from '#sdk/identity.ts'
import {decoded, letGo, limited, mediaType, readBytes} from '#xrpc/body.ts'
import {XrpcError} from '#xrpc/errors.ts'
import type {Authenticator} from '#xrpc/router.ts'
import type {Asker, Caller} from '../permissions/asker.ts'
import {readSizeMax, type ReadAfterWrite} from './read-after-write.ts'
import {parseServiceName, type NamedService, type ServiceEntry, type ServiceTable} from './service-table.ts'
import {demandCallable, type ServiceTokens} from './service-tokens.ts'

const headersMs = 10_000
const wholeMs = 30_000
const feedsMax = 10_000
const feedMs = 600_000
/** Bytes of a body, either way. */
const bodySizeMax = 10_000_000
/** Bytes in which a service may say why it failed. */
const faultSizeMax = 16_384

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

interface Target extends ServiceEntry {
  /** Of this server, whose answers are read and changed; of the configuration; or where a stranger's document says. */
  kind: 'appview' | 'known' | 'foreign'
}

export interface ProxyOptions {
  session: Authenticator<Asker>
  /** As `session`, or the owner of an account that was taken down. */
  anyone: Authenticator<Asker>
  tokens: Pick<ServiceTokens, 'mint' | 'reusable'>
  /** For the services that clients name. */
  identities: Pick<Identities, 'document'>
  services: ServiceTable
  readAfterWrite: Pick<ReadAfterWrite, 'covers' | 'merged'>
  /** Throws when that by which the caller was let in has ended since: see `RouterOptions.recheck`. */
  recheck: (request: Request) => Promise<void>
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
    const {session, anyone} = this.#options
    const named = request.headers.get('atproto-proxy')
    if (named === null && ownFamily.test(nsid)) throw unknownMethod()
    if (!/^(?:GET|HEAD|POST)$/.test(request.method)) {
      throw new XrpcError('InvalidRequest', `Use GET or POST, not ${request.method}.`)
    }
    // Whoever was taken down may say that it was a mistake.
    const asker = await (nsid === createReport.nsid ? anyone : session)(request, nsid)
    const caller = this.callerOf(asker, request, nsid)
    demandCallable(caller.scope, nsid, 'proxied')
    const {signal} = request
    const target = named === null ? await this.#fallback(nsid, signal) : await this.#named(named, signal)
    return this.#passed(caller.did, target, request, nsid)
  }

  /**
   * The caller of a method of the service that the call is for. Throws `XrpcError` unless he may call it there; to have a
   * feed read is also to have its own service asked for it.
   */
  callerOf(asker: Asker, request: Request, nsid: Nsid): Caller {
    const names = this.#namesOf(request.headers.get('atproto-proxy'), nsid)
    const methods = nsid === getFeed.nsid ? [getFeedSkeleton.nsid, nsid] : [nsid]
    let caller: Caller | undefined
    for (const lxm of methods) {
      const [first, ...more] = names.map(aud => ({resource: 'rpc', lxm, aud}) as const)
      caller = asker.forAny([first, ...more])
    }
    return caller as Caller
  }

  /** By which names an app may have been allowed to call the service that the call is for; `*` where there is none. */
  #namesOf(header: string | null, nsid: Nsid): readonly string[] {
    if (header !== null) return [header]
    const {appViewNames} = this.#options.services
    const family = this.#familyOf(nsid)
    if (!family) return appViewNames.length > 0 ? appViewNames : ['*']
    const {named} = family
    return [named ? `${named.did}#${named.name}` : '*']
  }

  /** Passes on what an endpoint has read: to the service `name` of `did`. Throws `XrpcError`. */
  async tell(iss: Did, {did, name}: NamedService, request: Request, nsid: Nsid, input: ValueMap): Promise<Response> {
    const {signal} = request
    const {appView} = this.#options.services
    const headers = new Headers(request.headers)
    headers.delete('content-encoding')
    const target = did === appView?.audience ? this.#appView() : await this.#serviceOf({did, name}, signal)
    const body = JSON.stringify(valueToJson(input))
    return this.#passed(iss, target, new Request(request.url, {method: 'POST', headers, body, signal}), nsid)
  }

  /** Whether a call, though there is an endpoint for it here, is meant for another server than ours and its AppView. */
  isForOther(request: Request): boolean {
    const {services} = this.#options
    const header = request.headers.get('atproto-proxy')
    if (header === null) return false
    const named = parseServiceName(header)
    return !named || services.appView === undefined || services.find(named) !== services.appView
  }

  async #passed(iss: Did, target: Target, request: Request, nsid: Nsid): Promise<Response> {
    const token = await this.#token(iss, target, request, nsid)
    const response = await this.#ask(target, request, nsid, token)
    if (target.kind !== 'appview') return response
    return this.#options.readAfterWrite.merged(iss, nsid, request, response, (more, params) =>
      this.#read(iss, target, more, params, request.signal),
    )
  }

  /**
   * The answer of the service that the call names, or else of the AppView, to a call that needs no account; undefined when
   * there is none. Throws `XrpcError`.
   */
  async public(request: Request, nsid: Nsid): Promise<Response | undefined> {
    const {appView} = this.#options.services
    const named = request.headers.get('atproto-proxy')
    if (named !== null) return this.#ask(await this.#named(named, request.signal), request, nsid)
    return appView && this.#ask({...appView, kind: 'appview'}, request, nsid)
  }

  #appView(): Target {
    const {appView} = this.#options.services
    if (!appView) throw unknownMethod()
    return {...appView, kind: 'appview'}
  }

  /** Where a method goes whose call names no service. */
  #fallback(nsid: Nsid, signal: AbortSignal): Target | Promise<Target> {
    const family = this.#familyOf(nsid)
    if (!family) return this.#appView()
    if (family.named) return this.#serviceOf(family.named, signal)
    throw family.isChat
      ? new XrpcError('MethodNotImplemented', `${nsid} needs an atproto-proxy header that names the service.`)
      : new XrpcError('InvalidRequest', `No service configured for ${nsid}`)
  }

  /** Of a method that is not the AppView's: who answers it here, if anybody. By family, since lists of methods grow old. */
  #familyOf(nsid: Nsid): {named: NamedService | undefined; isChat: boolean} | undefined {
    const {moderation, reports, chat} = this.#options.services
    if (/^chat\./i.test(nsid)) return {named: chat, isChat: true}
    if (/^tools\.ozone\./i.test(nsid)) return {named: moderation, isChat: false}
    return nsid === createReport.nsid ? {named: reports, isChat: false} : undefined
  }

  /** The service of a header such as `did:web:api.example.com#bsky_appview`. Refusals are worded as the official ones. */
  #named(header: string, signal: AbortSignal): Promise<Target> {
    const fault = headerFault(header)
    if (fault !== undefined) throw new XrpcError('InvalidRequest', fault)
    const named = parseServiceName(header)
    if (!named) throw new XrpcError('InvalidRequest', 'invalid proxy header format')
    return this.#serviceOf(named, signal)
  }

  async #serviceOf(named: NamedService, signal: AbortSignal): Promise<Target> {
    const {services, identities} = this.#options
    const {did, name} = named
    const entry = services.find(named)
    if (entry) return {...entry, kind: entry === services.appView ? 'appview' : 'known'}
    const found = await identities.document(did, {signal})
    if (!found.ok) throw new XrpcError('InvalidRequest', 'could not resolve proxy did')
    const url = service(found.value, name)
    if (url === undefined) throw new XrpcError('InvalidRequest', 'could not resolve proxy did service url')
    return {audience: did, url, kind: 'foreign'}
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
    const token = await this.#options.tokens.reusable(iss, target.audience, nsid)
    const request = new Request(`${target.url}/?${params.toString()}`, {signal})
    try {
      const response = await this.#ask(target, request, nsid, token)
      return response.ok ? jsonOf(fromUtf8(await readBytes(response.body, readSizeMax, failed))) : undefined
    } catch (error) {
      if (error instanceof XrpcError) return undefined
      throw error
    }
  }

  /** Tokens for reads are used again at the AppView; a stranger may insist on a new one for each call. */
  async #token(iss: Did, target: Target, request: Request, nsid: Nsid): Promise<string> {
    const {tokens} = this.#options
    const {audience, kind} = target
    if (kind === 'appview' && nsid === getFeed.nsid) {
      const token = await this.#feedToken(iss, target, request)
      if (token !== undefined) return token
    }
    const isRead = kind === 'appview' && request.method !== 'POST'
    return isRead ? tokens.reusable(iss, audience, nsid) : tokens.mint(iss, audience, nsid)
  }

  async #ask({audience, url, kind}: Target, request: Request, nsid: Nsid, token?: string): Promise<Response> {
    const {world, guarded, log, recheck} = this.#options
    // It may come as slowly as it likes: its end, without which there is no call there, waits for another look at who sends it.
    const atEnd = (): Promise<void> => recheck(request)
    const body =
      request.method === 'POST' && request.body ? limited(request.body, bodySizeMax, tooBig, unread, atEnd) : null
    const headers = new Headers(token === undefined ? {} : {authorization: `Bearer ${token}`})
    copyHeaders(request.headers, headers, body ? [...requestHeaders, ...bodyHeaders] : requestHeaders)
    const isAppView = kind === 'appview'
    if (isAppView && this.#options.readAfterWrite.covers(nsid)) {
      // What may be changed here has to be read here. Mostly it is passed on as it comes, which costs nothing.
      if (accepts(headers.get('accept-encoding'), 'gzip')) headers.set('accept-encoding', 'gzip')
      else headers.delete('accept-encoding')
    }
    const to = `${url}/xrpc/${nsid}${new URL(request.url).search}`
    const outgoing = {method: request.method, headers, redirect: 'manual', ...(body && {body, duplex: 'half'})} as const
    try {
      if (isAppView) return await whole(await world.fetch(new Request(to, outgoing)))
      return await this.#askOther(kind === 'foreign' ? guarded : world, to, outgoing, request.signal)
    } catch (cause) {
      const refusal = refusalIn(cause)
      if (refusal) throw refusal
      if (!request.signal.aborted) log.warn('a service could not be reached', {audience, nsid, error: cause})
      throw cause instanceof TimedOut || isTimeout(cause)
        ? new XrpcError('UpstreamTimeout', `${audience} did not answer in time.`, {cause})
        : new XrpcError('UpstreamFailure', `${audience} cannot be reached.`, {cause})
    }
  }

  /** Others are given little time; the AppView has that of any request of ours, which costs no timer for each. */
  async #askOther(way: World, url: string, outgoing: RequestInit, given: AbortSignal): Promise<Response> {
    const {world} = this.#options
    // The whole call, and not only its head, may take no longer than this.
    const limit = timeLimit(world, wholeMs, given)
    const {signal} = limit
    const end = (): void => limit[Symbol.dispose]()
    try {
      const asked = new Request(url, {...outgoing, signal})
      return await passedOn(await withDeadline(world, headersMs, signal, () => way.fetch(asked)), end)
    } catch (error) {
      end()
      throw error
    }
  }
}

/** What the caller is given of a stranger's answer, as it comes. `end` is called when all of it has, or no more will. */
async function passedOn(response: Response, end: () => void): Promise<Response> {
  const headers = await answerHeadersOf(response)
  const broken = (cause: unknown): XrpcError => (end(), failed(cause))
  const body =
    response.body &&
    limited(
      response.body,
      bodySizeMax,
      () => (end(), tooBig()),
      broken,
      async () => end(),
    )
  if (!body) end()
  return new Response(body, {status: response.status, headers})
}

/** The AppView's answer in one piece: it is a page, and a stream for it would cost more than the rest of the call. */
async function whole(response: Response): Promise<Response> {
  const headers = await answerHeadersOf(response)
  const isWhole = response instanceof Reply && !response.bodyUsed
  // Some answers have no body, not even an empty one.
  const content = isWhole ? response.content : response.body && (await readBytes(response.body, bodySizeMax, failed))
  return new Reply(content, {status: response.status, headers})
}

/** A fault of the other service is a 502 of ours; what it refuses, it refuses. Throws `XrpcError`. */
async function answerHeadersOf(response: Response): Promise<Headers> {
  const {status, body, headers} = response
  if (status === 500) throw await faultOf(response)
  const refused = status < 200 || (status >= 300 && status < 400)
  if (refused || Number(headers.get('content-length') ?? 0) > bodySizeMax) {
    letGo(body)
    throw failed()
  }
  const passed = new Headers({'cache-control': 'private', vary: 'Authorization', 'x-content-type-options': 'nosniff'})
  copyHeaders(headers, passed, answerHeaders)
  // Whatever another server says, it is no page of this one.
  if (mediaType(passed.get('content-type')) !== 'application/json') {
    passed.set('content-security-policy', `default-src 'none'; sandbox`)
  }
  return passed
}

/** What the other service says of its own fault, by its name and in its words, if it does. */
async function faultOf(response: Response): Promise<XrpcError> {
  const body = response.body && decoded(response.body, response.headers.get('content-encoding'))
  if (!body) return failed()
  const bytes = await readBytes(body, faultSizeMax, failed).catch(() => undefined)
  const {error, message} = (jsonOf(fromUtf8(bytes ?? new Uint8Array())) ?? {}) as {error?: unknown; message?: unknown}
  if (typeof error !== 'string' || !/^\w{1,128}$/.test(error)) return failed()
  return new XrpcError(error, typeof message === 'string' ? message : failed().message, {status: 502})
}

function copyHeaders(from: Headers, to: Headers, names: readonly string[]): void {
  for (const name of names) {
    const value = from.get(name)
    if (value !== null) to.set(name, value)
  }
}

function headerFault(header: string): string | undefined {
  const [did, name, ...more] = header.split('#')
  if (did === '' && name !== undefined) return 'no did specified in proxy header'
  if (!name) return 'no service id specified in proxy header'
  if (more.length > 0) return 'invalid proxy header format'
  return header.includes(' ') ? 'proxy header cannot contain spaces' : undefined
}

/** What was refused here on the way: of a body that is being sent, a client wraps it into a failure of its own. */
function refusalIn(thrown: unknown): XrpcError | undefined {
  const within = thrown instanceof Error ? thrown.cause : undefined
  return [thrown, within].find(error => error instanceof XrpcError)
}

const isTimeout = (error: unknown): boolean => error instanceof Error && error.name === 'TimeoutError'

const tooBig = (): XrpcError => new XrpcError('PayloadTooLarge', `The body is larger than ${bodySizeMax} bytes.`)
const unread = (cause: unknown): XrpcError =>
  new XrpcError('InvalidRequest', 'The request body could not be read.', {cause})
const failed = (cause?: unknown): XrpcError =>
  new XrpcError('UpstreamFailure', 'The service that this call was passed on to failed.', {cause})
const unknownMethod = (): XrpcError => new XrpcError('MethodNotImplemented', 'Method Not Implemented')
