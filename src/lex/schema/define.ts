/**
 * The words in which generated modules write their schemas, and the few types they need beside those of
 * `#atp/syntax`. Every word makes a description and checks nothing; see `schema.ts` for when a check is composed.
 */
import type {Branded} from '#atp/syntax/brand.ts'
import type {Nsid} from '#atp/syntax/nsid.ts'
import {BlobSchema, type BlobRules} from './blob.ts'
import type {Body, PermissionSet, Procedure, Query, Subscription} from './method.ts'
import {ParamsSchema} from './params.ts'
import {
  BooleanSchema,
  type BooleanRules,
  BytesSchema,
  type BytesRules,
  CidLinkSchema,
  IntegerSchema,
  type IntegerRules,
  TokenSchema,
  UnknownSchema,
} from './scalar.ts'
import type {Schema} from './schema.ts'
import {StringSchema, type StringRules} from './string.ts'
import {
  ArraySchema,
  type ArrayRules,
  ObjectSchema,
  type Properties,
  type RecordKeyType,
  RecordSchema,
  RefSchema,
  UnionSchema,
  type Variant,
} from './structure.ts'

// The types of the schemas themselves, so that a generated module has one import for all that it writes.
export type {ArraySchema, ObjectSchema, RecordSchema} from './structure.ts'
export type {BlobSchema} from './blob.ts'
export type {BooleanSchema, BytesSchema, CidLinkSchema, IntegerSchema, TokenSchema} from './scalar.ts'
export type {PermissionSet, Procedure, Query, Subscription} from './method.ts'
export type {StringSchema} from './string.ts'

/** A map of any data, whose members the schema does not say. */
export type Unknown = {[member: string]: unknown}
/** A member of a union: there `$type` must be written, which is optional where the type is known anyway. */
export type Typed<T extends {$type?: string}> = T & {$type: NonNullable<T['$type']>}
/**
 * A member of an open union that its lexicon does not name. Its `$type` is a brand that no literal is comparable to, so
 * that `embed.$type === 'app.bsky.embed.images'` leaves the named member alone.
 */
export type Other = {$type: `${string}.${string}` & Branded<'other-type'>; [member: string]: unknown}
/** A body that is no JSON. */
export type Binary = ReadableStream<Uint8Array>

export const boolean = <T extends boolean>(rules: BooleanRules = {}): BooleanSchema<T> => new BooleanSchema<T>(rules)
export const integer = <T extends number>(rules: IntegerRules = {}): IntegerSchema<T> => new IntegerSchema<T>(rules)
export const string = <T extends string>(rules: StringRules = {}): StringSchema<T> => new StringSchema<T>(rules)
export const bytes = (rules: BytesRules = {}): BytesSchema => new BytesSchema(rules)
export const cidLink = (): CidLinkSchema => new CidLinkSchema()
export const blob = (rules: BlobRules = {}): BlobSchema => new BlobSchema(rules)
export const unknown = (): UnknownSchema => new UnknownSchema()
export const token = <T extends string>(name: T): TokenSchema<T> => new TokenSchema(name)

export const array = <T>(items: Schema<T>, rules: ArrayRules = {}): ArraySchema<T> => new ArraySchema(items, rules)

/** An object that stands inside another type and has no name. */
export const object = (
  properties: Properties,
  required: readonly string[] = [],
  nullable: readonly string[] = [],
): ObjectSchema => new ObjectSchema(undefined, properties, required, nullable)

/** An object that is a definition of its own, named `nsid#def`. */
export const typed = <T>(
  name: string,
  properties: Properties,
  required: readonly string[] = [],
  nullable: readonly string[] = [],
): ObjectSchema<T> => new ObjectSchema<T>(name, properties, required, nullable)

export const ref = <T>(target: () => Schema<T>): RefSchema<T> => new RefSchema(target)
export const union = <T>(variants: () => readonly Variant[], closed?: 'closed'): UnionSchema<T> =>
  new UnionSchema<T>(variants, closed === 'closed')

export const record = <T, K extends string>(
  nsid: string,
  key: RecordKeyType,
  record: ObjectSchema,
): RecordSchema<T, K> => new RecordSchema<T, K>(nsid as Nsid, key, record)

export const params = (properties: Properties, required: readonly string[] = []): ParamsSchema =>
  new ParamsSchema(properties, required)

export const body = (encoding: string, schema?: Schema): Body => ({encoding, schema})

interface Parts {
  readonly params?: ParamsSchema
  readonly input?: Body
  readonly output?: Body
  readonly errors?: readonly string[]
}
const noParams = new ParamsSchema({}, [])

/** P, O, E, D: see `Query`. The types are the generator's word; that the schemas agree with them is its test. */
export const query = <P, O, E extends string = never, D extends string = never>(
  nsid: string,
  {params = noParams, output, errors = []}: Omit<Parts, 'input'>,
): Query<P, O, E, D> => ({type: 'query', nsid, params, output, errors}) as unknown as Query<P, O, E, D>

export const procedure = <P, I, O, E extends string = never, D extends string = never, DI extends string = never>(
  nsid: string,
  {params = noParams, input, output, errors = []}: Parts,
): Procedure<P, I, O, E, D, DI> =>
  ({type: 'procedure', nsid, params, input, output, errors}) as unknown as Procedure<P, I, O, E, D, DI>

export const subscription = <P, M, E extends string = never, D extends string = never>(
  nsid: string,
  {params = noParams, message, errors = []}: {params?: ParamsSchema; message: UnionSchema; errors?: readonly string[]},
): Subscription<P, M, E, D> =>
  ({type: 'subscription', nsid, params, message, errors}) as unknown as Subscription<P, M, E, D>

export const permissionSet = (nsid: string, parts: Omit<PermissionSet, 'type' | 'nsid'>): PermissionSet => ({
  type: 'permission-set',
  nsid: nsid as Nsid,
  ...parts,
})
