/**
 * The query string of a method: the one place where text becomes typed parameters and back (spec: XRPC, "parameters").
 * A name that the schema does not know is ignored, an empty value counts as absent, and defaults are filled in here.
 */
import type {Result} from '#std/result.ts'
import {setMember, type ValueMap} from '#atp/data/value.ts'
import {type Check, fault, invalid, type Invalid, under} from './fault.ts'
import {BooleanSchema, IntegerSchema} from './scalar.ts'
import {Schema} from './schema.ts'
import {StringSchema} from './string.ts'
import {ArraySchema, ObjectSchema, type Properties} from './structure.ts'

/** T with the members D, which have a default, always there: what a handler sees after the defaults are filled in. */
export type Filled<T, D extends string> = [D] extends [never] ? T : T & {[K in D & keyof T]-?: NonNullable<T[K]>}

export type Parsed<T> = Result<{value: T}, Invalid>

/** P: the parameters as a caller writes them; D: the names of those that have a default. */
export class ParamsSchema<P = unknown, D extends string = string> extends Schema<P> {
  readonly type = 'params'
  readonly #object: ObjectSchema<P>

  constructor(properties: Properties, required: readonly string[]) {
    super()
    this.#object = new ObjectSchema(undefined, properties, required, [])
  }

  get properties(): Properties {
    return this.#object.properties
  }

  get required(): readonly string[] {
    return this.#object.required
  }

  protected compose(): Check {
    return this.#object.checker
  }

  /** Reads and checks a query string, and fills in the defaults. A fault's path is the parameter: `/limit`. */
  parse(search: URLSearchParams): Parsed<Filled<P, D>> {
    const params: ValueMap = {}
    for (const [name, schema] of Object.entries(this.properties)) {
      const texts = search.getAll(name).filter(text => text !== '')
      if (texts.length === 0) continue
      if (schema instanceof ArraySchema)
        setMember(
          params,
          name,
          texts.map(text => paramOf(schema.items, text)),
        )
      else if (texts.length > 1) return invalid(under(name, fault('repeated', 'given more than once')))
      else setMember(params, name, paramOf(schema, texts[0]))
    }
    fillDefaults(this.#object, params)
    const found = this.check(params)
    return found ? invalid(found) : {ok: true, value: params as unknown as Filled<P, D>}
  }

  /** The query string for parameters. Members that are `undefined` are left out. */
  format(params: P): URLSearchParams {
    const search = new URLSearchParams()
    for (const [name, value] of Object.entries(params as Record<string, unknown>)) {
      for (const item of Array.isArray(value) ? value : [value]) {
        if (item !== undefined) search.append(name, String(item))
      }
    }
    return search
  }
}

/** The value that `text` spells, or the text itself when it spells none: then the check says what was expected. */
function paramOf(schema: Schema, text: string): string | number | boolean {
  if (schema instanceof IntegerSchema) return /^-?\d{1,16}$/.test(text) ? Number(text) : text
  if (schema instanceof BooleanSchema) return text === 'true' ? true : text === 'false' ? false : text
  return text
}

/** Fills in, in place, the members of an object that are absent and have a default. Members of members are let be. */
export function fillDefaults(schema: Schema, value: object): void {
  if (!(schema instanceof ObjectSchema)) return
  const members = value as ValueMap
  for (const [name, property] of Object.entries(schema.properties)) {
    if (!hasRules(property) || property.rules.default === undefined) continue
    if (!Object.hasOwn(members, name) || members[name] === undefined) setMember(members, name, property.rules.default)
  }
}

const hasRules = (schema: Schema): schema is BooleanSchema | IntegerSchema | StringSchema =>
  schema instanceof BooleanSchema || schema instanceof IntegerSchema || schema instanceof StringSchema
