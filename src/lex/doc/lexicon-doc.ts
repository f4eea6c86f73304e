/** A lexicon document as it is written (spec: lexicon). `parse.ts` makes one from JSON and vouches for every rule. */
import type {BlobRules} from '../schema/blob.ts'
import type {Permission, Translations} from '../schema/method.ts'
import type {BooleanRules, BytesRules, IntegerRules} from '../schema/scalar.ts'
import type {StringRules} from '../schema/string.ts'
import type {ArrayRules, RecordKeyType} from '../schema/structure.ts'
import type {Nsid} from '#atp/syntax/nsid.ts'

export interface LexiconDoc {
  readonly lexicon: 1
  readonly id: Nsid
  readonly revision?: number
  readonly description?: string
  readonly defs: {readonly [name: string]: LexDef}
}

type Described<Type extends string, Fields = unknown> = {readonly type: Type; readonly description?: string} & Fields

/** What may stand in `defs`. The primary types stand as `main` only. */
export type LexDef = LexPrimary | LexToken | LexObject | LexArray | LexConcrete
export type LexPrimary = LexRecord | LexQuery | LexProcedure | LexSubscription | LexPermissionSet
/** What may stand as a property of an object or an item of an array. */
export type LexField = LexConcrete | LexUnknown | LexRef | LexUnion | LexArray | LexObject
export type LexConcrete = LexBoolean | LexInteger | LexString | LexBytes | LexCidLink | LexBlob

export type LexBoolean = Described<'boolean', BooleanRules>
export type LexInteger = Described<'integer', IntegerRules>
export type LexString = Described<'string', StringRules>
export type LexBytes = Described<'bytes', BytesRules>
export type LexCidLink = Described<'cid-link'>
export type LexBlob = Described<'blob', BlobRules>
export type LexToken = Described<'token'>
export type LexUnknown = Described<'unknown'>
/** `#name` within the document, else `nsid` or `nsid#name`. */
export type LexRef = Described<'ref', {readonly ref: string}>
export type LexUnion = Described<'union', {readonly refs: readonly string[]; readonly closed?: boolean}>
export type LexArray = Described<'array', ArrayRules & {readonly items: LexField}>
export type LexObject = Described<'object', LexMembers & {readonly nullable?: readonly string[]}>
export type LexParams = Described<'params', LexMembers>

export interface LexMembers {
  readonly properties: {readonly [name: string]: LexField}
  readonly required?: readonly string[]
}

export type LexRecord = Described<'record', {readonly key: RecordKeyType; readonly record: LexObject}>
export type LexQuery = Described<'query', LexMethod>
export type LexProcedure = Described<'procedure', LexMethod & {readonly input?: LexBody}>
export type LexSubscription = Described<
  'subscription',
  Omit<LexMethod, 'output'> & {readonly message: {readonly description?: string; readonly schema: LexUnion}}
>

export interface LexMethod {
  readonly parameters?: LexParams
  readonly output?: LexBody
  readonly errors?: readonly LexError[]
}
export interface LexBody {
  readonly description?: string
  readonly encoding: string
  readonly schema?: LexObject | LexRef | LexUnion
}
export interface LexError {
  readonly name: string
  readonly description?: string
}

export type LexPermissionSet = Described<
  'permission-set',
  {
    readonly title?: string
    readonly 'title:lang'?: Translations
    readonly detail?: string
    readonly 'detail:lang'?: Translations
    readonly permissions: readonly (Permission & {readonly type: 'permission'})[]
  }
>

export const isMethodDef = (def: LexDef): def is LexQuery | LexProcedure | LexSubscription =>
  def.type === 'query' || def.type === 'procedure' || def.type === 'subscription'
