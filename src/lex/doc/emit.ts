/**
 * Writes a lexicon document as one TypeScript module: the types, the schemas, the declared errors. The text is meant to
 * be read, and to cost little to load: types vanish when Node strips them, and schemas are described on import but
 * composed on first use. Documents refer to each other in circles, so every reference is a function called later.
 *
 * A module exports each definition as a value under its own name, and as a type in Pascal case. `main` goes by the last
 * segment of the NSID (`post`, `Post`) and by `main` too; by that alone where the document defines that name otherwise.
 */
import {Malformed} from '#std/malformed.ts'
import type {StringFormat} from '../schema/string.ts'
import {aliasOf, type Names, namesOf, relativePath} from './emit-names.ts'
import {comment, list, margin, member, quote, spaced} from './emit-text.ts'
import {
  isMethodDef,
  type LexBody,
  type LexDef,
  type LexField,
  type LexiconDoc,
  type LexMembers,
  type LexPermissionSet,
  type LexProcedure,
  type LexQuery,
  type LexRecord,
  type LexString,
  type LexSubscription,
  type LexUnion,
} from './lexicon-doc.ts'

export interface EmitOptions {
  /** Where the document came from, for the line at the top. */
  readonly source: string
  /** The other documents. A reference to one that is not there throws `Malformed('lexicon', 'unknown-ref')`. */
  readonly lookup: (nsid: string) => LexiconDoc | undefined
  /** What an import of this package begins with: `#` inside it. */
  readonly from: string
}

/** The text of the module for `doc`, which `parseLexicon` has passed. */
export const emitModule = (doc: LexiconDoc, options: EmitOptions): string => new Emitter(doc, options).module()

/** The branded type of each format and its module. */
const formatTypes: {readonly [F in StringFormat]: readonly [type: string, path: string]} = {
  'at-identifier': ['AtIdentifier', 'atp/syntax/at-identifier.ts'],
  'at-uri': ['AtUri', 'atp/syntax/at-uri.ts'],
  cid: ['CidString', 'atp/syntax/cid-string.ts'],
  datetime: ['Datetime', 'atp/syntax/datetime.ts'],
  did: ['Did', 'atp/syntax/did.ts'],
  handle: ['Handle', 'atp/syntax/handle.ts'],
  language: ['Language', 'atp/syntax/language.ts'],
  nsid: ['Nsid', 'atp/syntax/nsid.ts'],
  'record-key': ['RecordKey', 'atp/syntax/record-key.ts'],
  tid: ['Tid', 'atp/syntax/tid.ts'],
  uri: ['Uri', 'atp/syntax/uri.ts'],
}
/** A definition that has values, and so a type. */
type DataDef = Exclude<LexDef, LexQuery | LexProcedure | LexSubscription | LexPermissionSet>

const cidType = ['Cid', 'atp/data/cid.ts'] as const
const blobType = ['BlobRef', 'atp/data/value.ts'] as const

class Emitter {
  readonly #doc: LexiconDoc
  readonly #options: EmitOptions
  readonly #names: Names
  readonly #lines: string[] = []
  /** Types imported from the floor below: the name of each in its own module to its name here. */
  readonly #types = new Map<string, {readonly name: string; readonly path: string}>()
  /** Other documents: NSID to what they are called here. */
  readonly #modules = new Map<string, string>()
  readonly #taken: Set<string>

  constructor(doc: LexiconDoc, options: EmitOptions) {
    this.#doc = doc
    this.#options = options
    this.#names = namesOf(doc)
    this.#taken = new Set([...this.#names.values.values(), ...this.#names.types.values()])
  }

  module(): string {
    for (const [name, def] of Object.entries(this.#doc.defs)) {
      this.#lines.push('')
      this.#definition(name, def)
    }
    this.#lines.push('')
    for (const [name, value] of this.#names.values) {
      if (value !== name) this.#lines.push(`export {${value} as ${member(name)}}`)
    }
    const {source, from} = this.#options
    const head = [`// Generated from ${source} by the lexicon generator. Do not edit.`]
    for (const [type, {name, path}] of [...this.#types].toSorted(byPath)) {
      head.push(`import type {${type === name ? type : `${type} as ${name}`}} from '${from}${path}'`)
    }
    head.push(`import * as lex from '${from}lex/schema/define.ts'`)
    for (const [nsid, alias] of [...this.#modules].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
      head.push(`import * as ${alias} from '${relativePath(this.#doc.id, nsid)}'`)
    }
    return `${[...head, ...this.#lines].join('\n').trimEnd()}\n`
  }

  #definition(name: string, def: LexDef): void {
    const value = this.#names.values.get(name) as string
    if (isMethodDef(def)) return this.#method(value, def as LexQuery | LexProcedure | LexSubscription)
    if (def.type === 'permission-set') {
      const parts = list('{', permissionSetParts(def), '}', 0)
      this.#lines.push(...comment(def.description, 0))
      this.#lines.push(`export const ${value}: lex.PermissionSet = lex.permissionSet('${this.#doc.id}', ${parts})`)
      return
    }
    const type = this.#names.types.get(name) as string
    this.#lines.push(...comment(def.description, 0), `export type ${type} =${spaced(this.#typeOfDef(name, def))}`)
    this.#lines.push(`export const ${value}: ${this.#schemaType(type, def)} = ${this.#schemaOfDef(name, def)}`)
  }

  #fullName(name: string): string {
    return name === 'main' ? this.#doc.id : `${this.#doc.id}#${name}`
  }

  #typeOfDef(name: string, def: DataDef): string {
    if (def.type === 'record') return this.#objectType(def.record, `$type: '${this.#doc.id}'`, 0)
    if (def.type === 'token') return quote(this.#fullName(name))
    if (def.type === 'object') return this.#objectType(def, `$type?: '${this.#fullName(name)}'`, 0)
    return this.#type(def as LexField, 0)
  }

  #schemaType(type: string, def: DataDef): string {
    switch (def.type) {
      case 'record':
        return `lex.RecordSchema<${type}, ${this.#keyType(def)}>`
      case 'object':
        return `lex.ObjectSchema<${type}>`
      case 'array':
        return `lex.ArraySchema<${type}[number]>`
      case 'cid-link':
        return 'lex.CidLinkSchema'
      case 'bytes':
        return 'lex.BytesSchema'
      case 'blob':
        return 'lex.BlobSchema'
      default:
        return `lex.${def.type[0].toUpperCase()}${def.type.slice(1)}Schema<${type}>`
    }
  }

  #schemaOfDef(name: string, def: DataDef): string {
    const full = quote(this.#fullName(name))
    if (def.type === 'record') return `lex.record(${full}, ${quote(def.key)}, ${this.#schema(def.record, 0)})`
    if (def.type === 'token') return `lex.token(${full})`
    if (def.type === 'object') return `lex.typed(${full}, ${this.#members(def, 0)})`
    return this.#schema(def as LexField, 0)
  }

  #keyType({key}: LexRecord): string {
    if (key === 'tid' || key === 'nsid') return this.#import(formatTypes[key])
    return key === 'any' ? this.#import(formatTypes['record-key']) : quote(key.slice('literal:'.length))
  }

  #method(value: string, def: LexQuery | LexProcedure | LexSubscription): void {
    const {parameters} = def
    const params = parameters && Object.keys(parameters.properties).length > 0 ? parameters : undefined
    const types = ['Params']
    const parts: string[] = []
    this.#lines.push(`export type Params = ${params ? this.#objectType(params, undefined, 0) : '{}'}`)
    if (params) parts.push(`params: lex.params(${this.#members(params, 2)})`)
    if (def.type === 'subscription') {
      this.#lines.push(`export type Message =${spaced(this.#type(def.message.schema, 0))}`)
      parts.push(`message: ${this.#schema(def.message.schema, 2)}`)
      types.push('Message')
    } else {
      if (def.type === 'procedure') this.#body('Input', def.input, types, parts)
      this.#body('Output', def.output, types, parts)
    }
    const errors = (def.errors ?? []).map(error => quote(error.name))
    this.#lines.push(`export type ErrorName =${spaced(list('', errors, '', 0, ' | ') || 'never')}`)
    if (errors.length > 0) parts.push(`errors: ${list('[', errors, ']', 2)}`)
    types.push('ErrorName', defaulted(params))
    if (def.type === 'procedure') types.push(defaulted(def.input?.schema))
    const kind = `lex.${def.type[0].toUpperCase()}${def.type.slice(1)}<${types.join(', ')}>`
    this.#lines.push(...comment(def.description, 0), `export const ${value}: ${kind} = lex.${def.type}(`)
    this.#lines.push(`  '${this.#doc.id}',`, `  ${list('{', parts, '}', 1)},`, ')')
  }

  #body(name: 'Input' | 'Output', body: LexBody | undefined, types: string[], parts: string[]): void {
    types.push(name)
    this.#lines.push(`export type ${name} =${spaced(this.#bodyType(body))}`)
    if (!body) return
    const schema = body.schema && `, ${this.#schema(body.schema, 2)}`
    parts.push(`${name.toLowerCase()}: lex.body(${quote(body.encoding)}${schema ?? ''})`)
  }

  #bodyType(body: LexBody | undefined): string {
    if (!body) return 'undefined'
    if (body.schema) return this.#type(body.schema, 0)
    return body.encoding === 'application/json' ? 'lex.Unknown' : 'lex.Binary'
  }

  #type(field: LexField, indent: number): string {
    switch (field.type) {
      case 'boolean':
        return field.const === undefined ? 'boolean' : String(field.const)
      case 'integer':
        return field.const !== undefined ? String(field.const) : (field.enum?.join(' | ') ?? 'number')
      case 'string':
        return this.#stringType(field, indent)
      case 'bytes':
        return 'Uint8Array'
      case 'cid-link':
        return this.#import(cidType)
      case 'blob':
        return this.#import(blobType)
      case 'unknown':
        return 'lex.Unknown'
      case 'array': {
        const type = this.#type(field.items, indent)
        return type.includes('|') || type.includes('&') ? `(${type})[]` : `${type}[]`
      }
      case 'object':
        return this.#objectType(field, undefined, indent)
      case 'ref':
        return this.#refType(field.ref)
      case 'union':
        return this.#unionType(field, indent)
    }
  }

  #stringType(field: LexString, indent: number): string {
    if (field.const !== undefined) return quote(field.const)
    if (field.enum) return list('', field.enum.map(quote), '', indent, ' | ') || 'never'
    if (field.format) return this.#import(formatTypes[field.format])
    if (field.knownValues) return list('', [...field.knownValues.map(quote), '(string & {})'], '', indent, ' | ')
    return 'string'
  }

  #unionType({refs, closed}: LexUnion, indent: number): string {
    const members = refs.map(ref => `lex.Typed<${this.#refType(ref)}>`)
    return list('', closed ? members : [...members, 'lex.Other'], '', indent, ' | ')
  }

  #objectType(def: LexMembers & {nullable?: readonly string[]}, first: string | undefined, indent: number): string {
    const lines = first === undefined ? [] : [`${margin(indent + 1)}${first}`]
    for (const [name, field] of Object.entries(def.properties)) {
      // Not a name for an author to define; one that does so all the same says nothing new.
      if (name === '$type') continue
      const mark = def.required?.includes(name) ? '' : '?'
      const type = this.#type(field, indent + 1) + (def.nullable?.includes(name) ? ' | null' : '')
      lines.push(
        ...comment(field.description, indent + 1),
        `${margin(indent + 1)}${member(name)}${mark}:${spaced(type)}`,
      )
    }
    return lines.length === 0 ? 'lex.Unknown' : `{\n${lines.join('\n')}\n${margin(indent)}}`
  }

  #schema(field: LexField, indent: number): string {
    switch (field.type) {
      case 'boolean':
        return `lex.boolean(${rules(field, ['const', 'default'], indent)})`
      case 'integer':
        return `lex.integer(${rules(field, ['minimum', 'maximum', 'enum', 'const', 'default'], indent)})`
      case 'string':
        return `lex.string(${rules(field, stringRules, indent)})`
      case 'bytes':
        return `lex.bytes(${rules(field, ['minLength', 'maxLength'], indent)})`
      case 'cid-link':
        return 'lex.cidLink()'
      case 'blob':
        return `lex.blob(${rules(field, ['accept', 'maxSize'], indent)})`
      case 'unknown':
        return 'lex.unknown()'
      case 'array': {
        const more = rules(field, ['minLength', 'maxLength'], indent)
        return `lex.array(${this.#schema(field.items, indent)}${more && `, ${more}`})`
      }
      case 'object':
        return `lex.object(${this.#members(field, indent)})`
      case 'ref':
        return `lex.ref(() => ${this.#refValue(field.ref)})`
      case 'union': {
        const members = field.refs.map(ref => this.#refValue(ref))
        return `lex.union(() => ${list('[', members, ']', indent)}${field.closed ? ", 'closed'" : ''})`
      }
    }
  }

  /** The arguments that describe an object or parameters: properties, then what is required, then what may be null. */
  #members(def: LexMembers & {nullable?: readonly string[]}, indent: number): string {
    const fields = Object.entries(def.properties)
    const lines = fields.map(
      ([name, field]) => `${margin(indent + 1)}${member(name)}: ${this.#schema(field, indent + 1)},\n`,
    )
    const properties = lines.length === 0 ? '{}' : `{\n${lines.join('')}${margin(indent)}}`
    const {required = [], nullable = []} = def
    if (required.length + nullable.length === 0) return properties
    const more = nullable.length === 0 ? '' : `, ${list('[', nullable.map(quote), ']', indent)}`
    return `${properties}, ${list('[', required.map(quote), ']', indent)}${more}`
  }

  #refType(ref: string): string {
    const {names, alias} = this.#target(ref)
    const [, name = 'main'] = ref.split('#')
    const type = names.types.get(name)
    if (type === undefined) throw unknownRef(this.#doc, ref)
    return alias === undefined ? type : `${alias}.${type}`
  }

  #refValue(ref: string): string {
    const {names, alias} = this.#target(ref)
    const [, name = 'main'] = ref.split('#')
    return alias === undefined
      ? (names.values.get(name) as string)
      : `${alias}${/^\w+$/.test(name) ? `.${name}` : `['${name}']`}`
  }

  #target(ref: string): {names: Names; alias: string | undefined} {
    const nsid = ref.split('#')[0]
    if (nsid === '' || nsid === this.#doc.id) return {names: this.#names, alias: undefined}
    const doc = this.#options.lookup(nsid)
    if (!doc) throw unknownRef(this.#doc, ref)
    let alias = this.#modules.get(nsid)
    if (alias === undefined) this.#modules.set(nsid, (alias = aliasOf(nsid, this.#taken)))
    return {names: namesOf(doc), alias}
  }

  #import([type, path]: readonly [string, string]): string {
    let known = this.#types.get(type)
    if (!known) {
      known = {name: this.#taken.has(type) ? `${type}Text` : type, path}
      this.#types.set(type, known)
    }
    return known.name
  }
}

const byPath = (a: [string, {path: string}], b: [string, {path: string}]): number => (a[1].path < b[1].path ? -1 : 1)

const unknownRef = (doc: LexiconDoc, ref: string): Malformed =>
  new Malformed('lexicon', 'unknown-ref', `${doc.id} refers to "${ref}", which is not at hand or has no type`)

const stringRules = [
  'format',
  'minLength',
  'maxLength',
  'minGraphemes',
  'maxGraphemes',
  'enum',
  'const',
  'default',
  'knownValues',
]

/** The constraints of a field as an object literal, or nothing. */
function rules(field: object, names: readonly string[], indent: number): string {
  const parts: string[] = []
  for (const [name, value] of Object.entries(field)) {
    if (!names.includes(name)) continue
    const text = Array.isArray(value) ? list('[', value.map(literal), ']', indent + 1) : literal(value)
    parts.push(`${name}: ${text}`)
  }
  return parts.length === 0 ? '' : list('{', parts, '}', indent)
}

const literal = (value: unknown): string => (typeof value === 'string' ? quote(value) : String(value))

/** The names of the members that have a default, as a type. */
function defaulted(def: LexField | LexMembers | undefined): string {
  if (!def || !('properties' in def)) return 'never'
  const names = Object.entries(def.properties).filter(([, field]) => 'default' in field && field.default !== undefined)
  return names.map(([name]) => quote(name)).join(' | ') || 'never'
}

function permissionSetParts(def: LexPermissionSet): string[] {
  const parts = {
    title: def.title,
    titles: def['title:lang'] ?? {},
    detail: def.detail,
    details: def['detail:lang'] ?? {},
    permissions: def.permissions,
  }
  return Object.entries(parts).map(([name, value]) => `${name}: ${JSON.stringify(value)}`)
}
