/**
 * The one error that XRPC speaks: an HTTP status and a JSON body `{error, message}` (spec: XRPC, "Error Responses").
 * A handler throws it by a name that its lexicon declares or by one of the generic names below; the router writes it
 * out; the client makes it again from what a server answered. Whatever else is thrown is a fault of ours: it becomes
 * a 500 that tells the caller nothing, and its cause goes to the observer.
 */
import {Overloaded} from '#std/waiting/async.ts'
import {OutOfSpace} from '#std/out-of-space.ts'
import {Reply} from '#std/wire/reply.ts'

/** Names that any endpoint may answer with, and the status that goes with each, as the official packages pair them. */
const genericStatuses = {
  InvalidRequest: 400,
  ExpiredToken: 400,
  InvalidToken: 400,
  AuthenticationRequired: 401,
  AuthMissing: 401,
  MissingJwt: 401,
  BadJwt: 401,
  BadJwtType: 401,
  JwtExpired: 401,
  BadJwtAudience: 401,
  BadJwtIss: 401,
  BadJwtLexiconMethod: 401,
  BadJwtSignature: 401,
  UntrustedIss: 401,
  Forbidden: 403,
  XRPCNotSupported: 404,
  NotAcceptable: 406,
  PayloadTooLarge: 413,
  PayloadTooLargeError: 413,
  UnsupportedMediaType: 415,
  UpgradeRequired: 426,
  RateLimitExceeded: 429,
  InternalServerError: 500,
  MethodNotImplemented: 501,
  UpstreamFailure: 502,
  NotEnoughResources: 503,
  UpstreamTimeout: 504,
  InsufficientStorage: 507,
} as const

export type GenericErrorName = keyof typeof genericStatuses

/** The name for a status that came without one (an error page of a proxy, say). */
const nameOfStatus: Readonly<Record<number, GenericErrorName>> = {
  400: 'InvalidRequest',
  401: 'AuthenticationRequired',
  403: 'Forbidden',
  404: 'XRPCNotSupported',
  406: 'NotAcceptable',
  413: 'PayloadTooLarge',
  415: 'UnsupportedMediaType',
  426: 'UpgradeRequired',
  429: 'RateLimitExceeded',
  500: 'InternalServerError',
  501: 'MethodNotImplemented',
  502: 'UpstreamFailure',
  503: 'NotEnoughResources',
  504: 'UpstreamTimeout',
  507: 'InsufficientStorage',
}

/** The HTTP status of an error name: 400 for every name that lexicons declare, unless the thrower says otherwise. */
export const statusOf = (error: string): number =>
  Object.hasOwn(genericStatuses, error) ? genericStatuses[error as GenericErrorName] : 400

/** The generic name of a status from 400 to 599. */
export const errorOf = (status: number): GenericErrorName =>
  nameOfStatus[status] ?? (status >= 500 ? 'InternalServerError' : 'InvalidRequest')

export interface XrpcErrorOptions {
  status?: number
  /** Response headers to send with it, such as `Retry-After`. */
  headers?: Readonly<Record<string, string>>
  cause?: unknown
}

export class XrpcError extends Error {
  override readonly name: string = 'XrpcError'
  /** HTTP status, 400 to 599. */
  readonly status: number
  /** The error's name: ASCII without spaces, such as `InvalidSwap`. */
  readonly error: string
  readonly headers: Readonly<Record<string, string>>

  /** `message` is for a person, and leaves the machine: it says what to do, never what our insides look like. */
  constructor(error: string, message: string, options: XrpcErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : {cause: options.cause})
    this.error = error
    this.status = options.status ?? statusOf(error)
    this.headers = options.headers ?? {}
  }
}

/**
 * What a client throws: another server refused the call, did not answer, or answered what it may not. `error` holds
 * the name the server gave; for a server that said nothing usable it is `UpstreamFailure`, `UpstreamTimeout` or
 * `InvalidResponse`.
 */
export class UpstreamError extends XrpcError {
  override readonly name: string = 'UpstreamError'
}

const hidden = 'Internal Server Error'

/**
 * The answer to give for anything that a handler threw. An upstream's refusal of the caller's request passes through;
 * its own troubles, and its refusal of *our* credentials, are a 502 or 504 of ours and must not look like the caller's.
 */
export function answerOf(thrown: unknown): XrpcError {
  if (thrown instanceof UpstreamError) {
    const {status, error, message, headers} = thrown
    if (status === 504) return new XrpcError('UpstreamTimeout', 'An upstream service did not answer in time.')
    if (status >= 500 || status === 401) {
      return new XrpcError('UpstreamFailure', 'An upstream service failed.', {cause: thrown})
    }
    // Its other headers are about its own answer and connection.
    const retryAfter = headers['retry-after']
    return new XrpcError(error, message, {
      status,
      headers: retryAfter ? {'retry-after': retryAfter} : {},
      cause: thrown,
    })
  }
  if (thrown instanceof XrpcError && thrown.status !== 500) return thrown
  if (thrown instanceof OutOfSpace) {
    return new XrpcError('InsufficientStorage', 'This server has no room left; try again later.', {cause: thrown})
  }
  if (thrown instanceof Overloaded) {
    const message = 'Too much is waiting here; try again later.'
    return new XrpcError('NotEnoughResources', message, {headers: {'retry-after': '5'}, cause: thrown})
  }
  return new XrpcError('InternalServerError', hidden, {cause: thrown})
}

/** The HTTP response for an error. A 500 never carries the message it was thrown with. */
export function toResponse(error: XrpcError): Response {
  const headers = new Headers(error.headers)
  headers.set('content-type', 'application/json')
  if (error.status === 401 && !headers.has('www-authenticate')) headers.set('www-authenticate', 'Bearer')
  const message = error.status === 500 ? hidden : error.message
  return new Reply(JSON.stringify({error: error.error, message}), {status: error.status, headers})
}
