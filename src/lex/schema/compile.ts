/**
 * A lexicon document made into live schemas, the same ones that generated modules hold. For documents that are met at
 * run time: resolved from the network, or handed to a tool.
 */
import type {LexBody, LexDef, LexField, LexiconDoc, LexObject, LexParams} from '../doc/lexicon-doc.ts'
import * as lex from './define.ts'
import {fault} from './fault.ts'
import type {Body, PermissionSet, Procedure, Query, Subscription} from './method.ts'
import type {ParamsSchema} from './params.ts'
import {Schema} from './schema.ts'
import {ObjectSchema, type Properties, RecordSchema, type UnionSchema, type Variant} from './structure.ts'

export type Definition = Schema | RecordSchema | Query | Procedure | Subscription | PermissionSet
/** The definitions of one document by their names within it. */
export type Definitions = ReadonlyMap<string, Definition>

/** Finds what another document defines, or `undefined` when that document is not at hand. */
export type Lookup = (nsid: string, name: string) => Definition | undefined

/**
 * Compiles a document that `parseLexicon` has passed. References are followed on the first check, so documents that
 * refer to each other may be compiled in any order. A value that meets a reference which `lookup` cannot follow is
 * refused with the reason `unknown-reference`: what cannot be checked is not valid.
 */
export function compileLexicon(doc: LexiconDoc, lookup: Lookup): Definitions {
  const definitions = new Map<string, Definition>()
  const compiler = new Compiler(doc.id, (nsid, name) => (nsid === doc.id ? definitions.get(name) : lookup(nsid, name)))
  for (const [name, def] of Object.entries(doc.defs)) definitions.set(name, compiler.definition(name, def))
  return definitions
}

class Compiler {
  readonly #nsid: string
  readonly #lookup: Lookup

  constructor(nsid: string, lookup: Lookup) {
    this.#nsid = nsid
    this.#lookup = lookup
  }

  definition(name: string, def: LexDef): Definition {
    const nsid = this.#nsid
    switch (def.type) {
      case 'record':
        return lex.record(nsid, def.key, this.#object(undefined, def.record))
      case 'query':
        return lex.query(nsid, {...this.#method(def), output: this.#body(def.output)})
      case 'procedure':
        return lex.procedure(nsid, {
          ...this.#method(def),
          input: this.#body(def.input),
          output: this.#body(def.output),
        })
      case 'subscription':
        return lex.subscription(nsid, {...this.#method(def), message: this.field(def.message.schema) as UnionSchema})
      case 'permission-set':
        return lex.permissionSet(nsid, {
          title: def.title,
          titles: def['title:lang'] ?? {},
          detail: def.detail,
          details: def['detail:lang'] ?? {},
          permissions: def.permissions,
        })
      case 'token':
        return lex.token(this.#fullName(name))
      case 'object':
        return this.#object(this.#fullName(name), def)
      default:
        return this.field(def)
    }
  }

  field(field: LexField): Schema {
    switch (field.type) {
      case 'boolean':
        return lex.boolean(field)
      case 'integer':
        return lex.integer(field)
      case 'string':
        return lex.string(field)
      case 'bytes':
        return lex.bytes(field)
      case 'cid-link':
        return lex.cidLink()
      case 'blob':
        return lex.blob(field)
      case 'unknown':
        return lex.unknown()
      case 'array':
        return lex.array(this.field(field.items), field)
      case 'object':
        return this.#object(undefined, field)
      case 'ref':
        return lex.ref(() => this.#target(field.ref))
      case 'union':
        return lex.union(() => field.refs.map(ref => this.#variant(ref)), field.closed ? 'closed' : undefined)
    }
  }

  #fullName(name: string): string {
    return name === 'main' ? this.#nsid : `${this.#nsid}#${name}`
  }

  #object(name: string | undefined, {properties, required = [], nullable = []}: LexObject): ObjectSchema {
    const fields = this.#properties(properties)
    return name === undefined ? lex.object(fields, required, nullable) : lex.typed(name, fields, required, nullable)
  }

  #properties(properties: {readonly [name: string]: LexField}): Properties {
    // Without a prototype, so that a property named `__proto__` is a property.
    const fields = Object.create(null) as {[name: string]: Schema}
    for (const [name, field] of Object.entries(properties)) fields[name] = this.field(field)
    return fields
  }

  #method(def: {parameters?: LexParams; errors?: readonly {name: string}[]}): {
    params: ParamsSchema | undefined
    errors: readonly string[] | undefined
  } {
    const {parameters, errors} = def
    return {
      params: parameters && lex.params(this.#properties(parameters.properties), parameters.required),
      errors: errors?.map(error => error.name),
    }
  }

  #body(body: LexBody | undefined): Body | undefined {
    return body && lex.body(body.encoding, body.schema && this.field(body.schema))
  }

  #target(ref: string): Schema {
    const found = this.#find(ref)
    return found instanceof Schema ? found : new UnresolvedSchema(ref)
  }

  #variant(ref: string): Variant {
    const found = this.#find(ref)
    // Anything else has no `$type` to be told by; another document may hold it all the same.
    const fits = found instanceof RecordSchema || (found instanceof ObjectSchema && found.name !== undefined)
    return fits ? found : new UnresolvedSchema(ref)
  }

  #find(ref: string): Definition | undefined {
    const [nsid, name = 'main'] = ref.split('#')
    return this.#lookup(nsid === '' ? this.#nsid : nsid, name)
  }
}

/** Stands where a reference leads nowhere. */
class UnresolvedSchema extends Schema {
  readonly type = 'unresolved'
  readonly name: string

  constructor(ref: string) {
    super()
    this.name = ref.endsWith('#main') ? ref.slice(0, -'#main'.length) : ref
  }

  protected compose() {
    return () => fault('unknown-reference', `the lexicon of "${this.name}" is not known`)
  }
}
