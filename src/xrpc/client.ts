/**
 * Calls XRPC methods, with types from the lexicon modules. It needs nothing but a `fetch` from `Request` to
 * `Response`: the network's, a `World`'s, or a router's own, for a call within the process. An answer is checked
 * before it is given back, for what another server says is a stranger's word; every failure is an `UpstreamError`.
 */
import {valueToJson} from '#atp/data/json.ts'
import type {Value} from '#atp/data/value.ts'
import {TimedOut} from '#std/waiting/deadline.ts'
import {Malformed} from '#std/malformed.ts'
import {faultText} from '#lex/schema/fault.ts'
import type {InputOf, OutputOf, ParamsOf, Procedure, Query} from '#lex/schema/method.ts'
import type {Plain} from '#lex/schema/plain.ts'
import {answerJson, letGo, readBytes, streamOf} from './body.ts'
import {errorOf, UpstreamError} from './errors.ts'

/** Puts its mark on requests, and has a second try when one is refused. A password session is one, OAuth another. */
export interface Credentials {
  authorize(request: Request): Promise<void>
  /** Whether the same call, authorised anew, could succeed. Asked only if it can be sent again. */
  renew(refusal: UpstreamError, request: Request): Promise<boolean>
  /** How often that is asked of one call; once, unless given. */
  readonly renewalsMax?: number
}

export interface ClientOptions {
  /** Where to: `https://pds.example.com`. A function is asked at each call, for a home that can move. */
  service: string | (() => string)
  fetch: (request: Request) => Promise<Response>
  /** Sent with every call; those of the call win. */
  headers?: Readonly<Record<string, string>>
  credentials?: Credentials
  /** Bytes of an answer that is JSON. Answers that are streams have no bound here. */
  answerSizeMax?: number
  /** False takes answers as they are, for servers known to be right or known to be wrong. */
  checkAnswers?: boolean
}

export interface CallOptions {
  headers?: Readonly<Record<string, string>>
  signal?: AbortSignal
}

/** Bodies that are not JSON. A stream can be sent once only, so such a call is not tried again. */
export type BinaryBody = Uint8Array<ArrayBuffer> | Blob | string | AsyncIterable<Uint8Array>
export interface ProcedureCall extends CallOptions {
  params?: Readonly<Record<string, unknown>>
  /** The media type of a body that is not JSON, where the lexicon leaves it open. */
  encoding?: string
}

/** An answer with what came around it. */
export interface Answered<O> {
  status: number
  headers: Headers
  output: O
}

type Given<M> = InputOf<M> extends ReadableStream ? BinaryBody : Plain<InputOf<M>>
/** Parameters may be left out altogether when none is required. */
type QueryArguments<M> =
  Record<never, never> extends ParamsOf<M>
    ? [params?: Plain<ParamsOf<M>>, options?: CallOptions]
    : [params: Plain<ParamsOf<M>>, options?: CallOptions]
type ProcedureArguments<M> =
  InputOf<M> extends undefined
    ? [input?: undefined, options?: ProcedureCall]
    : [input: Given<M>, options?: ProcedureCall]

const answerSizeMaxDefault = 10_000_000
const errorSizeMax = 64 * 1024
const messageLengthMax = 2_000
const redirectsMax = 3

export class Client {
  readonly #options: ClientOptions

  constructor(options: ClientOptions) {
    this.#options = options
  }

  /** This client with other options, such as another fetch or more headers. */
  with(options: Partial<ClientOptions>): Client {
    return new Client({...this.#options, ...options})
  }

  async query<M extends Query>(method: M, ...[params, options]: QueryArguments<M>): Promise<OutputOf<M>> {
    return (await this.queryAnswer(method, ...([params, options] as QueryArguments<M>))).output
  }

  /** As `query`, with status and headers. */
  queryAnswer<M extends Query>(
    method: M,
    ...[params, options = {}]: QueryArguments<M>
  ): Promise<Answered<OutputOf<M>>> {
    return this.#call(method, params as object, undefined, options)
  }

  async procedure<M extends Procedure>(method: M, ...[input, options]: ProcedureArguments<M>): Promise<OutputOf<M>> {
    return (await this.procedureAnswer(method, ...([input, options] as ProcedureArguments<M>))).output
  }

  /** As `procedure`, with status and headers. */
  procedureAnswer<M extends Procedure>(
    method: M,
    ...[input, options = {}]: ProcedureArguments<M>
  ): Promise<Answered<OutputOf<M>>> {
    return this.#call(method, options.params, input, options)
  }

  async #call<M extends Query | Procedure>(
    method: M,
    params: object | undefined,
    input: unknown,
    options: ProcedureCall,
  ): Promise<Answered<OutputOf<M>>> {
    const {credentials, service} = this.#options
    const body = method.type === 'procedure' ? bodyOf(method, input, options.encoding) : undefined
    const make = (): Request => {
      const home = typeof service === 'function' ? service() : service
      const url = new URL(`/xrpc/${method.nsid}`, home)
      url.search = method.params.format(params ?? {}).toString()
      const headers = new Headers(this.#options.headers)
      for (const [name, value] of Object.entries(options.headers ?? {})) headers.set(name, value)
      if (body) headers.set('content-type', body.encoding)
      return new Request(url, {
        method: method.type === 'procedure' ? 'POST' : 'GET',
        headers,
        signal: options.signal,
        ...(body ? {body: body.init, duplex: 'half'} : {}),
      })
    }
    const attempt = async (request: Request): Promise<Answered<OutputOf<M>>> => {
      // What the caller writes himself is his own affair.
      if (!request.headers.has('authorization')) await credentials?.authorize(request)
      const response = await this.#send(request, options.signal)
      if (!response.ok) throw await refusalOf(response)
      return {status: response.status, headers: response.headers, output: await this.#outputOf(method, response)}
    }
    let request = make()
    const own = request.headers.has('authorization')
    for (let renewals = credentials?.renewalsMax ?? 1; ; renewals--) {
      try {
        return await attempt(request)
      } catch (error) {
        if (own || !credentials || !(error instanceof UpstreamError) || body?.once) throw error
        if (renewals === 0 || !(await credentials.renew(error, request))) throw error
        request = make()
      }
    }
  }

  /** Follows redirects of queries, which a `fetch` within the process does not do by itself. */
  async #send(request: Request, signal: AbortSignal | undefined): Promise<Response> {
    let asked = request
    for (let redirects = 0; ; redirects++) {
      const response = await this.#fetch(asked, signal)
      const location = response.headers.get('location')
      if (response.status < 300 || response.status >= 400 || location === null || request.method !== 'GET') {
        return response
      }
      letGo(response.body)
      const target = URL.parse(location, asked.url)
      if (!target || redirects === redirectsMax) {
        throw invalid('The service redirects without end.')
      }
      const headers = new Headers(asked.headers)
      if (target.origin !== new URL(asked.url).origin) headers.delete('authorization')
      asked = new Request(target, {headers, signal})
    }
  }

  async #fetch(request: Request, signal: AbortSignal | undefined): Promise<Response> {
    try {
      return await this.#options.fetch(request)
    } catch (cause) {
      throw failureOf(cause, request, signal)
    }
  }

  async #outputOf<M extends Query | Procedure>(method: M, response: Response): Promise<OutputOf<M>> {
    const {output} = method
    if (!output?.schema) {
      if (output) return (response.body ?? new Blob().stream()) as OutputOf<M>
      letGo(response.body)
      return undefined as OutputOf<M>
    }
    const {answerSizeMax = answerSizeMaxDefault, checkAnswers = true} = this.#options
    try {
      const tooBig = () => invalid(`The answer is larger than ${answerSizeMax} bytes.`)
      const value = answerJson(await readBytes(response.body, answerSizeMax, tooBig))
      const fault = checkAnswers ? output.schema.check(value, true) : undefined
      if (fault) throw invalid(`The answer to ${method.nsid} is not as its lexicon says: ${faultText(fault)}`)
      return value as OutputOf<M>
    } catch (error) {
      if (error instanceof UpstreamError) throw error
      if (error instanceof Malformed) throw invalid(error.message)
      throw new UpstreamError('UpstreamFailure', 'The answer broke off.', {cause: error})
    }
  }
}

const invalid = (message: string) => new UpstreamError('InvalidResponse', message, {status: 502})

interface OutgoingBody {
  readonly encoding: string
  readonly init: BodyInit
  /** A stream, which is gone once it is sent. */
  readonly once: boolean
}

function bodyOf({nsid, input}: Procedure, given: unknown, encoding: string | undefined): OutgoingBody | undefined {
  if (!input) return undefined
  if (input.schema) {
    return {encoding: 'application/json', init: JSON.stringify(valueToJson(given as Value)), once: false}
  }
  const body = given as BinaryBody
  const type = encoding ?? (body instanceof Blob && body.type !== '' ? body.type : undefined)
  const named = type ?? (input.encoding.includes('*') ? 'application/octet-stream' : input.encoding)
  if (typeof body === 'string' || body instanceof Uint8Array || body instanceof Blob) {
    return {encoding: named, init: body, once: false}
  }
  if (typeof body !== 'object' || body === null) throw new TypeError(`${nsid} needs a body.`)
  return {encoding: named, init: streamOf(body) as BodyInit, once: true}
}

/** What went wrong before there was an answer. The caller's own abort is passed on as it is. */
function failureOf(cause: unknown, request: Request, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted) return signal.reason
  const {host} = new URL(request.url)
  return cause instanceof TimedOut
    ? new UpstreamError('UpstreamTimeout', `${host} did not answer in time.`, {cause})
    : new UpstreamError('UpstreamFailure', `${host} cannot be reached.`, {cause})
}

/** The error that a refusal tells of. Proxies answer with pages of their own, so nothing is taken for granted. */
async function refusalOf(response: Response): Promise<UpstreamError> {
  const {status} = response
  if (status < 400) {
    letGo(response.body)
    return invalid(`The service answered ${status}, which is no answer to a call.`)
  }
  const headers = Object.fromEntries(response.headers)
  const plain = new UpstreamError(errorOf(status), `The service answered ${status}.`, {status, headers})
  try {
    const json = answerJson(await readBytes(response.body, errorSizeMax, () => plain))
    const {error, message} = json as {error?: unknown; message?: unknown}
    if (typeof error !== 'string' || !/^[\w.:-]{1,128}$/.test(error)) return plain
    const said = typeof message === 'string' ? message.slice(0, messageLengthMax) : plain.message
    return new UpstreamError(error, said, {status, headers})
  } catch {
    return plain
  }
}
