/**
 * Queries, procedures, subscriptions and permission sets: the definitions that are not data but say what a server
 * offers and what an app may ask for. They hold the schemas of what goes in and out, and carry its TypeScript types to
 * the router and the client (spec: lexicon, "query and procedure", "subscription", "permission set").
 */
import type {Nsid} from '#atp/syntax/nsid.ts'
import type {Filled, ParamsSchema} from './params.ts'
import type {Schema, ValueOf} from './schema.ts'
import type {UnionSchema} from './structure.ts'

/** The body of a request or an answer. */
export interface Body<T = unknown> {
  /** A media type, or a pattern such as `image/*`. Only `application/json` has a schema. */
  readonly encoding: string
  readonly schema: Schema<T> | undefined
}

/** P: parameters; O: output, `undefined` for none; E: declared error names; D: the parameters that have a default. */
export interface Query<P = unknown, O = unknown, E extends string = string, D extends string = string> {
  readonly type: 'query'
  readonly nsid: Nsid
  readonly params: ParamsSchema<P, D>
  readonly output: Body<O> | undefined
  readonly errors: readonly E[]
}

declare const defaults: unique symbol

/** I: input, `undefined` for none; DI: its top-level members that have a default. The rest as in `Query`. */
export interface Procedure<
  P = unknown,
  I = unknown,
  O = unknown,
  E extends string = string,
  D extends string = string,
  DI extends string = string,
> {
  readonly type: 'procedure'
  readonly nsid: Nsid
  readonly params: ParamsSchema<P, D>
  readonly input: Body<I> | undefined
  readonly output: Body<O> | undefined
  readonly errors: readonly E[]
  /** For the type checker only. */
  readonly [defaults]?: DI
}

/** M: the messages, a union told apart by `$type`, which is the method's NSID and the frame's `t` joined. */
export interface Subscription<P = unknown, M = unknown, E extends string = string, D extends string = string> {
  readonly type: 'subscription'
  readonly nsid: Nsid
  readonly params: ParamsSchema<P, D>
  readonly message: UnionSchema<M>
  readonly errors: readonly E[]
}

export type Method = Query | Procedure | Subscription

/** The parameters as a caller writes them: those with a default may be left out. */
export type ParamsOf<M> = M extends {readonly params: infer S} ? ValueOf<S> : never
/** The parameters as a handler gets them, with the defaults filled in. */
export type ParsedParamsOf<M> = M extends {readonly params: ParamsSchema<unknown, infer D>}
  ? Filled<ParamsOf<M>, D>
  : never
/** The body as a caller writes it; `undefined` when the procedure takes none. */
export type InputOf<M> = M extends Procedure<unknown, infer I> ? I : undefined
/** The body as a handler gets it, with the defaults of its top level filled in. */
export type ParsedInputOf<M> =
  M extends Procedure<unknown, infer I, unknown, string, string, infer DI> ? Filled<I, DI> : undefined
export type OutputOf<M> =
  M extends Query<unknown, infer O> ? O : M extends Procedure<unknown, unknown, infer O> ? O : never
/** The error names that the lexicon declares; `never` when it declares none. */
export type ErrorOf<M> = M extends {readonly errors: readonly (infer E)[]} ? E : never
export type MessageOf<M> = M extends Subscription<unknown, infer Message> ? Message : never

/** One permission as its author wrote it: parameters beside `resource`, known to us or not. */
export interface Permission {
  readonly resource: string
  readonly [param: string]: PermissionParam | undefined
}
export type PermissionParam = string | number | boolean | readonly (string | number | boolean)[]

/** A text in several languages, by language tag. */
export type Translations = {readonly [language: string]: string}

export interface PermissionSet {
  readonly type: 'permission-set'
  readonly nsid: Nsid
  readonly title: string | undefined
  readonly titles: Translations
  readonly detail: string | undefined
  readonly details: Translations
  readonly permissions: readonly Permission[]
}
