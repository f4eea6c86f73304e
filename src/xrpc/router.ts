/**
 * Answers XRPC over HTTP: `Request` in, `Response` out, so the same router serves a listener, another service in this
 * process, and a test. One flat map holds the endpoints. A call is checked in a fixed order: may it be made at all
 * (`admit`), its parameters, its caller, its body; then the handler runs (spec: XRPC, and the order of the official
 * server). Everything that is thrown ends in one place, as an error of `errors.ts`.
 */
import {encodeErrorFrame, encodeMessageFrame} from '#atp/sync/frame.ts'
import {valueToJson} from '#atp/data/json.ts'
import type {Value, ValueMap} from '#atp/data/value.ts'
import {isNsid, type Nsid} from '#atp/syntax/nsid.ts'
import {faultText} from '#lex/schema/fault.ts'
import type {Procedure, Query, Subscription} from '#lex/schema/method.ts'
import {fillDefaults} from '#lex/schema/params.ts'
import {assert} from '#std/assert.ts'
import type {Frames} from '#std/wire/frames.ts'
import {WireFrames} from '#std/wire/wire-frames.ts'
import {Malformed} from '#std/malformed.ts'
import {PlainHeaders} from '#std/wire/plain-headers.ts'
import {Reply} from '#std/wire/reply.ts'
import {parsedUrl} from '#std/wire/request-url.ts'
import {decoded, isEncoding, letGo, limited, mediaType, readBytes, requestJson, streamOf, vouchedSize} from './body.ts'
import {answerReport, replyFault, type AnswerReport} from './answer-check.ts'
import type {Answer, BinaryInput, BinaryOutput, Endpoint, Sent, SentFrames} from './endpoint.ts'
import {answerOf, toResponse, XrpcError} from './errors.ts'

/** Tells who calls. Throws `XrpcError` for one who may not. */
export type Authenticator<Caller> = (request: Request, nsid: string) => Promise<Caller>

/** Told of a call's end: its status and error name, and of a 500 what was thrown. */
export type Finish = (outcome: {status: number; error?: string; fault?: unknown}) => void

export interface RouterOptions<Callers> {
  endpoints: readonly Endpoint<Callers>[]
  auth: {readonly [K in keyof Callers]: Authenticator<Callers[K]>}
  /** Answers methods that are not among the endpoints, to pass them on to another service, say. */
  otherwise?: (request: Request, nsid: Nsid) => Promise<Response>
  /**
   * Comes once the body is there, which may have taken minutes, where a caller was told by `auth`: throws when that by
   * which he was known has ended meanwhile. For a body that is a stream it comes again at the end of that, which fails.
   */
  recheck?: (request: Request) => Promise<void> | undefined
  /** Whether a call is not for the endpoint that there is, but for `otherwise`. */
  isForOther?: (request: Request, nsid: Nsid) => boolean
  /** Comes before all else, for rate limits: throws to refuse. What it sets in `headers` goes out with any answer. */
  admit?: (request: Request, nsid: string, headers: Headers) => void | Promise<void>
  /** Puts what the service's own rooms throw into an `XrpcError`, and gives back all else as it is. */
  errorOf?: (thrown: unknown) => unknown
  /** For metrics and logs: called as a call begins. `nsid` is that of an endpoint, never a stranger's invention. */
  observe?: (nsid: string | undefined, request: Request) => Finish
  /**
   * Checks what handlers answer; a fault is a 500. For tests: it doubles the work. When left out, the switch of the
   * process decides (`answer-check.ts`).
   */
  checkAnswers?: boolean
}

const jsonSizeMax = 150 * 1024
const binarySizeMax = 5 * 1024 * 1024
const preflightSeconds = 86_400

export class Router<Callers> {
  readonly #endpoints: ReadonlyMap<string, Endpoint<Callers>>
  readonly #options: RouterOptions<Callers>

  constructor(options: RouterOptions<Callers>) {
    this.#options = options
    this.#endpoints = new Map(options.endpoints.map(endpoint => [endpoint.lexicon.nsid, endpoint]))
    assert(this.#endpoints.size === options.endpoints.length, 'no method has two endpoints')
  }

  /** Answers everything under `/xrpc/`; other paths are a 404. Never rejects. */
  async fetch(request: Request): Promise<Response> {
    if (request.method === 'OPTIONS') return preflight(request)
    const url = parsedUrl(request)
    const nsid = nsidOf(url.pathname)
    const endpoint = this.#endpoints.get(nsid ?? '')
    const finish = this.#options.observe?.(endpoint?.lexicon.nsid, request)
    const headers = new PlainHeaders(openToAll)
    try {
      const response = await this.#answer(request, url, nsid, endpoint, headers)
      finish?.({status: response.status})
      return response
    } catch (thrown) {
      // Who has left is answered for form's sake: that we gave up with him is no fault.
      const hasLeft = request.signal.aborted && thrown === request.signal.reason
      const error = hasLeft ? new XrpcError('InvalidRequest', 'The caller has gone.') : this.#errorOf(thrown)
      finish?.(outcomeOf(error, thrown))
      return withHeaders(toResponse(error), headers, request)
    }
  }

  /**
   * A subscription: its frames until the stream or `signal` ends, or a `Response` that refuses before there is one.
   * What is wrong with the call itself is told as an error frame (spec: event stream, "Connection").
   */
  frames(request: Request, signal: AbortSignal): Frames | Response {
    const url = parsedUrl(request)
    const endpoint = this.#endpoints.get(nsidOf(url.pathname) ?? '')
    if (!endpoint || !isSubscription(endpoint)) {
      return toResponse(new XrpcError('MethodNotImplemented', 'There is no such subscription here.'))
    }
    return this.#stream(endpoint, request, url, signal)
  }

  async #answer(
    request: Request,
    url: URL,
    nsid: Nsid | undefined,
    endpoint: Endpoint<Callers> | undefined,
    headers: PlainHeaders,
  ): Promise<Response> {
    if (nsid === undefined) throw notFound(url.pathname)
    const {admit, otherwise, isForOther} = this.#options
    await admit?.(request, nsid, headers)
    if (!endpoint || (isForOther?.(request, nsid) ?? false)) {
      if (otherwise) return withHeaders(await otherwise(request, nsid), headers, request)
      throw new XrpcError('MethodNotImplemented', 'Method Not Implemented')
    }
    if (isSubscription(endpoint)) throw upgradeRequired(request)
    demandVerb(request, endpoint.lexicon.type)
    const params = paramsOf(endpoint.lexicon, url)
    const caller = await this.#callerOf(endpoint, request)
    if (endpoint.auth !== 'none') {
      // What anybody may have without credentials, caches may keep.
      if (request.headers.has('authorization')) headers.set('cache-control', 'private')
      headers.append('vary', 'Authorization')
    }
    const recheck = endpoint.auth === 'none' ? undefined : () => this.#options.recheck?.(request)
    const input = isProcedure(endpoint) ? await inputOf(endpoint, request, recheck) : undefined
    if (input !== undefined) await recheck?.()
    const call = {
      params,
      caller,
      input,
      request,
      headers,
      // Made when it is asked for, which few do.
      get signal(): AbortSignal {
        return request.signal
      },
    }
    const answer = await endpoint.run(call)
    const report = this.#report
    if (answer instanceof Response) {
      const fault = report && answer instanceof Reply ? replyFault(endpoint.lexicon, answer) : undefined
      if (fault !== undefined) report?.(endpoint.lexicon.nsid, fault)
      return withHeaders(answer, headers, request)
    }
    return written(endpoint.lexicon, answer, headers, request, report)
  }

  #errorOf(thrown: unknown): XrpcError {
    const {errorOf} = this.#options
    return answerOf(errorOf ? errorOf(thrown) : thrown)
  }

  get #report(): AnswerReport | undefined {
    const {checkAnswers: isChecked} = this.#options
    if (isChecked === undefined) return answerReport()
    return isChecked ? refuseAnswer : undefined
  }

  #callerOf({auth, lexicon}: Endpoint<Callers>, request: Request): Promise<unknown> | undefined {
    return auth === 'none' ? undefined : this.#options.auth[auth](request, lexicon.nsid)
  }

  async *#stream(
    endpoint: SubscriptionEndpoint<Callers>,
    request: Request,
    url: URL,
    signal: AbortSignal,
  ): AsyncGenerator<SentFrames> {
    const finish = this.#options.observe?.(endpoint.lexicon.nsid, request)
    let outcome: Parameters<Finish>[0] = {status: 200}
    try {
      await this.#options.admit?.(request, endpoint.lexicon.nsid, new PlainHeaders())
      const params = paramsOf(endpoint.lexicon, url)
      const caller = await this.#callerOf(endpoint, request)
      for await (const sent of endpoint.run({params, caller, request, signal})) {
        yield isFrames(sent) ? sent : messageFrame(endpoint.lexicon.nsid, sent as ValueMap)
      }
    } catch (thrown) {
      if (signal.aborted) return
      const error = this.#errorOf(thrown)
      outcome = outcomeOf(error, thrown)
      yield encodeErrorFrame(error.error, error.message)
    } finally {
      finish?.(outcome)
    }
  }
}

/** Anyone may call from anywhere, and read all of the answer. */
const openToAll = ['access-control-allow-origin', '*', 'access-control-expose-headers', '*']

const outcomeOf = ({status, error}: XrpcError, thrown: unknown): Parameters<Finish>[0] =>
  status === 500 ? {status, error, fault: thrown} : {status, error}

type SubscriptionEndpoint<Callers> = Extract<Endpoint<Callers>, {lexicon: Subscription}>
type ProcedureEndpoint<Callers> = Extract<Endpoint<Callers>, {lexicon: Procedure}>
const isSubscription = <C>(endpoint: Endpoint<C>): endpoint is SubscriptionEndpoint<C> =>
  endpoint.lexicon.type === 'subscription'
const isProcedure = <C>(endpoint: Endpoint<C>): endpoint is ProcedureEndpoint<C> =>
  endpoint.lexicon.type === 'procedure'

/** The method that a path names. One slash at its end is let pass, as the official server does. */
function nsidOf(path: string): Nsid | undefined {
  if (!path.startsWith('/xrpc/')) return undefined
  const name = path.slice('/xrpc/'.length, path.endsWith('/') ? -1 : undefined)
  return isNsid(name) ? name : undefined
}

const notFound = (path: string): XrpcError =>
  path.startsWith('/xrpc/')
    ? new XrpcError('InvalidRequest', 'invalid xrpc path')
    : new XrpcError('XRPCNotSupported', 'There is nothing at this path.')

const upgradeRequired = (request: Request): XrpcError =>
  request.method === 'GET'
    ? new XrpcError('UpgradeRequired', 'A subscription needs a WebSocket.', {headers: {Upgrade: 'websocket'}})
    : new XrpcError('InvalidRequest', 'A subscription is opened by GET.', {status: 405, headers: {Allow: 'GET'}})

/** 400 and not 405, which is what the official server answers and clients know. */
function demandVerb(request: Request, type: 'query' | 'procedure'): void {
  const verb = type === 'procedure' ? 'POST' : 'GET'
  if (request.method === verb || (verb === 'GET' && request.method === 'HEAD')) return
  throw new XrpcError('InvalidRequest', `Incorrect HTTP method (${request.method}) expected ${verb}`)
}

function paramsOf(lexicon: Query | Procedure | Subscription, url: URL): unknown {
  const parsed = lexicon.params.parse(url.searchParams)
  if (parsed.ok) return parsed.value
  throw new XrpcError('InvalidRequest', `Invalid parameters: ${faultText(parsed.fault)}`)
}

/** A body of JSON goes by the name that the official server's parser has for it, any other by that of its status. */
const tooBig = (sizeMax: number, isJson: boolean) => (): XrpcError =>
  new XrpcError(
    isJson ? 'PayloadTooLargeError' : 'PayloadTooLarge',
    `The request body is larger than ${sizeMax} bytes.`,
  )

/** The checked body of a request: a data value when the lexicon asks for JSON, else a stream that is counted. */
async function inputOf(
  {lexicon, bodySizeMax}: {lexicon: Procedure; bodySizeMax?: number | undefined},
  request: Request,
  atEnd: (() => Promise<void> | undefined) | undefined,
): Promise<unknown> {
  if (!lexicon.input) return demandNoBody(request)
  const {encoding, schema} = lexicon.input
  const sizeMax = bodySizeMax ?? (schema ? jsonSizeMax : binarySizeMax)
  const size = sizeOf(request)
  if (size === undefined ? !request.body : size === 0) {
    throw new XrpcError('InvalidRequest', 'A request body is expected but none was provided')
  }
  const type = mediaType(request.headers.get('content-type'))
  if (!type) throw new XrpcError('InvalidRequest', 'Request encoding (Content-Type) required but not provided')
  if (!isEncoding(type, encoding)) {
    throw new XrpcError('InvalidRequest', `Wrong request encoding (Content-Type): ${type}`)
  }
  const contentEncoding = request.headers.get('content-encoding')
  const refusal = tooBig(sizeMax, schema !== undefined)
  if (size !== undefined && size > sizeMax) throw refusal()
  // A body that is wanted whole, and as long as the transport says, needs no stream around it.
  if (schema && contentEncoding === null && vouchedSize(request) !== undefined) {
    return jsonInput(schema, await request.bytes().catch(failBroken))
  }
  const body = request.body && decoded(request.body, contentEncoding)
  if (!body) throw new XrpcError('UnsupportedMediaType', `Content-Encoding ${contentEncoding} is not known here.`)
  if (schema) return jsonInput(schema, await readBytes(body, sizeMax, refusal).catch(failBroken))
  const known = contentEncoding === null ? size : undefined
  return {encoding: type, size: known, body: limited(body, sizeMax, refusal, brokenBody, atEnd)} satisfies BinaryInput
}

function jsonInput(schema: NonNullable<NonNullable<Procedure['input']>['schema']>, bytes: Uint8Array): ValueMap {
  let value: ValueMap
  try {
    value = requestJson(bytes)
  } catch (error) {
    if (error instanceof Malformed) throw new XrpcError('InvalidRequest', error.message)
    throw error
  }
  const fault = schema.check(value)
  if (fault) throw new XrpcError('InvalidRequest', `Invalid input: ${faultText(fault)}`)
  fillDefaults(schema, value)
  return value
}

/** A stream that fails while it is read is the sender's doing: a lost connection, or data that do not decompress. */
const brokenBody = (cause: unknown): XrpcError =>
  cause instanceof XrpcError ? cause : new XrpcError('InvalidRequest', 'The request body could not be read.', {cause})

function failBroken(cause: unknown): never {
  throw brokenBody(cause)
}

const unexpected = () => new XrpcError('InvalidRequest', 'A request body was provided when none was expected')

async function demandNoBody(request: Request): Promise<undefined> {
  await readBytes(request.body, 0, unexpected).catch(failBroken)
  return undefined
}

/** `Content-Length`, where there is a sensible one. The count while reading is what decides. */
function sizeOf(request: Request): number | undefined {
  const text = request.headers.get('content-length')
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : undefined
}

/** An answer that is not as its lexicon says is a fault of ours. */
export const refuseAnswer: AnswerReport = (nsid, fault) =>
  assert(false, `${nsid} answers as its lexicon says: ${fault}`)

/** The response for what a handler gave back. */
function written(
  lexicon: Query | Procedure,
  answer: Exclude<Answer, Response>,
  headers: Headers,
  request: Request,
  report: AnswerReport | undefined,
): Response {
  const {output, nsid} = lexicon
  if (!output) {
    assert(answer === undefined, `${nsid} answers nothing`)
    return new Reply(null, {headers})
  }
  if (output.schema) {
    const fault = report && output.schema.check(answer)
    if (fault) report?.(nsid, faultText(fault))
    headers.set('content-type', 'application/json')
    const text = JSON.stringify(valueToJson(answer as Value))
    return new Reply(request.method === 'HEAD' ? null : text, {headers})
  }
  const {encoding, body} = answer as BinaryOutput
  headers.set('content-type', encoding)
  if (typeof body !== 'string' && !(body instanceof Uint8Array)) {
    const stream = streamOf(body)
    if (request.method !== 'HEAD') return new Response(stream, {headers})
    letGo(stream)
    return new Response(null, {headers})
  }
  return new Reply(request.method === 'HEAD' ? null : body, {headers})
}

/** The response with our headers beside its own, which win, and without its body when only the head was asked for. */
function withHeaders(response: Response, headers: PlainHeaders, request: Request): Response {
  const joined = new PlainHeaders(headers.list)
  for (const [name, value] of response.headers) joined.set(name, value)
  const {status, statusText} = response
  if (response instanceof Reply) {
    const {content, isPassing} = response
    return new Reply(request.method === 'HEAD' ? null : content, {status, headers: joined, isPassing})
  }
  if (request.method === 'HEAD') letGo(response.body)
  return new Response(request.method === 'HEAD' ? null : response.body, {status, statusText, headers: joined})
}

/** Browsers ask before they send an `Authorization` header; anyone may call from anywhere. */
function preflight(request: Request): Response {
  const headers = new Headers({
    'access-control-allow-origin': '*',
    'access-control-allow-methods': 'GET, HEAD, POST',
    'access-control-max-age': String(preflightSeconds),
    vary: 'Access-Control-Request-Headers',
  })
  // "*" would leave out `Authorization`, so what is asked for is what is allowed.
  const asked = request.headers.get('access-control-request-headers')
  if (asked) headers.set('access-control-allow-headers', asked)
  return new Response(null, {status: 204, headers})
}

const isFrames = (sent: Sent<Subscription>): sent is SentFrames =>
  sent instanceof Uint8Array || sent instanceof WireFrames || Array.isArray(sent)

/** `$type` leaves the body and becomes the frame's `t`, in short form when it is of this lexicon. */
function messageFrame(nsid: string, {$type, ...body}: ValueMap): Uint8Array {
  assert(typeof $type === 'string', `a message of ${nsid} has a $type`)
  return encodeMessageFrame($type.startsWith(`${nsid}#`) ? $type.slice(nsid.length) : $type, body)
}
