/**
 * What a service says about one of its methods: the lexicon, who may call, and the work. Types of parameters, body,
 * answer and error names all come from the lexicon module, so a handler that gives back the wrong shape, or fails by a
 * name the lexicon does not declare, does not compile.
 *
 * A service names its kinds of callers once, in a type, and gets its three words from it:
 *
 *     type PdsCallers = {session: {did: Did; scope: Scope}; admin: 'admin'}
 *     export const {query, procedure, subscription} = endpointsFor<PdsCallers>()
 *
 * An endpoint is a plain value; `router.ts` answers requests with it.
 */
import type {Value} from '#atp/data/value.ts'
import type {
  ErrorOf,
  InputOf,
  MessageOf,
  OutputOf,
  ParsedInputOf,
  ParsedParamsOf,
  Procedure,
  Query,
  Subscription,
} from '#lex/schema/method.ts'
import type {Plain} from '#lex/schema/plain.ts'
import type {WireFrames} from '#std/wire/wire-frames.ts'
import {type GenericErrorName, XrpcError, type XrpcErrorOptions} from './errors.ts'

/** A request body that is not JSON. Reading it fails with `PayloadTooLarge` at the endpoint's bound. */
export interface BinaryInput {
  /** Its media type, as the caller says, without parameters. */
  readonly encoding: string
  /** Bytes, as the caller says; unknown when it does not or when the body is compressed. */
  readonly size: number | undefined
  readonly body: ReadableStream<Uint8Array<ArrayBuffer>>
}

/** An answer that is not JSON. */
export interface BinaryOutput {
  readonly encoding: string
  readonly body: string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>
}

type AnswerTo<O> = O extends undefined ? undefined : O extends ReadableStream ? BinaryOutput : Plain<O>
type Input<M> = InputOf<M> extends ReadableStream ? BinaryInput : ParsedInputOf<M>

/** Makes the error to throw. Only a name that the lexicon declares, or a generic one, compiles. */
export type Fail<M> = (
  error: ErrorOf<M> | GenericErrorName,
  message: string,
  options?: Omit<XrpcErrorOptions, 'cause'>,
) => XrpcError

/** The callers of a service by kind; `none` is always there, for methods that anyone may call. */
export type Kind<Callers> = (keyof Callers & string) | 'none'
export type CallerOf<Callers, K> = K extends keyof Callers ? Callers[K] : undefined

interface Context<M, Caller> {
  readonly params: ParsedParamsOf<M>
  readonly caller: Caller
  readonly fail: Fail<M>
  readonly request: Request
}

export interface QueryContext<M, Caller> extends Context<M, Caller> {
  /** Headers to send with the answer. */
  readonly headers: Headers
  /** Aborts when the caller has gone. A procedure has none: what it has begun it ends. */
  readonly signal: AbortSignal
}

export interface ProcedureContext<M, Caller> extends Context<M, Caller> {
  readonly input: Input<M>
  readonly headers: Headers
}

export interface SubscriptionContext<M, Caller> extends Context<M, Caller> {
  readonly signal: AbortSignal
}

/** What a handler may give. A `Response` is sent as it is, unchecked, for passing on what another service said. */
type Given<M> = AnswerTo<OutputOf<M>> | Response

export interface QueryOptions<M, Callers, K, A> {
  readonly auth: K
  handle(context: QueryContext<M, CallerOf<Callers, K>>): Promise<A>
}

export interface ProcedureOptions<M, Callers, K, A> {
  readonly auth: K
  /** Bytes; 150 KiB for JSON and 5 MiB for other bodies when left out. Counted after decompression. */
  readonly bodySizeMax?: number
  handle(context: ProcedureContext<M, CallerOf<Callers, K>>): Promise<A>
}

/** What a subscription may send: a message told apart by `$type`, or frames that are encoded already. */
export type Sent<M> = Plain<MessageOf<M>> | SentFrames
export type SentFrames = Uint8Array | readonly Uint8Array[] | WireFrames

export interface SubscriptionOptions<M, Callers, K, S> {
  readonly auth: K
  /** A fault ends the stream with an error frame. */
  handle(context: SubscriptionContext<M, CallerOf<Callers, K>>): AsyncIterable<S>
}

const fail: Fail<unknown> = (error, message, options) => new XrpcError(error, message, options)

/** What a checked call carries, with the types of the lexicon forgotten. */
export interface Call {
  readonly params: unknown
  readonly input: unknown
  readonly caller: unknown
  readonly request: Request
  readonly headers: Headers
  readonly signal: AbortSignal
}

/** What a handler is given. The signal is made when it is asked for: it costs more than the rest. */
class Handed {
  readonly fail = fail
  readonly params: unknown
  readonly caller: unknown
  readonly request: Request
  readonly input: unknown
  readonly headers: Headers
  readonly #call: Call

  constructor(call: Call) {
    this.#call = call
    this.params = call.params
    this.caller = call.caller
    this.request = call.request
    this.input = call.input
    this.headers = call.headers
  }

  get signal(): AbortSignal {
    return this.#call.signal
  }
}

export type Answer = undefined | Response | BinaryOutput | Value | object

/** One method as the router holds it. The types that `endpointsFor` checked are forgotten inside it. */
export type Endpoint<Callers> =
  | {readonly auth: Kind<Callers>; readonly lexicon: Query; run(call: Call): Promise<Answer>}
  | {
      readonly auth: Kind<Callers>
      readonly lexicon: Procedure
      readonly bodySizeMax: number | undefined
      run(call: Call): Promise<Answer>
    }
  | {
      readonly auth: Kind<Callers>
      readonly lexicon: Subscription
      run(call: Omit<Call, 'input' | 'headers'>): AsyncIterable<Sent<Subscription>>
    }

/**
 * The three words in which a service with these callers writes its endpoints. The answer's type is a `const` parameter
 * so that `{$type: 'blob'}` in a handler keeps its literal.
 */
export function endpointsFor<Callers>() {
  return {
    query<M extends Query, K extends Kind<Callers>, const A extends Given<M>>(
      lexicon: M,
      options: QueryOptions<M, Callers, K, A>,
    ) {
      const run = (call: Call) => options.handle(new Handed(call) as QueryContext<M, CallerOf<Callers, K>>)
      return {auth: options.auth, lexicon, run} as Endpoint<Callers>
    },
    procedure<M extends Procedure, K extends Kind<Callers>, const A extends Given<M>>(
      lexicon: M,
      options: ProcedureOptions<M, Callers, K, A>,
    ) {
      const run = (call: Call) => options.handle(new Handed(call) as ProcedureContext<M, CallerOf<Callers, K>>)
      return {auth: options.auth, lexicon, bodySizeMax: options.bodySizeMax, run} as Endpoint<Callers>
    },
    subscription<M extends Subscription, K extends Kind<Callers>, const S extends Sent<M>>(
      lexicon: M,
      options: SubscriptionOptions<M, Callers, K, S>,
    ) {
      const run = (call: Call) => options.handle(new Handed(call) as SubscriptionContext<M, CallerOf<Callers, K>>)
      return {auth: options.auth, lexicon, run} as Endpoint<Callers>
    },
  }
}
