/** The lexicon types that have parts: arrays, objects, references, unions, records (spec: lexicon). */
import {isMap} from '#atp/data/value.ts'
import {type Nsid} from '#atp/syntax/nsid.ts'
import {isRecordKey} from '#atp/syntax/record-key.ts'
import {isNsid} from '#atp/syntax/nsid.ts'
import {isTid} from '#atp/syntax/tid.ts'
import {type Check, type Fault, fault, under, wrongType} from './fault.ts'
import {Schema} from './schema.ts'

export interface ArrayRules {
  readonly minLength?: number
  readonly maxLength?: number
}

export class ArraySchema<T = unknown> extends Schema<T[]> {
  readonly type = 'array'
  readonly items: Schema<T>
  readonly rules: ArrayRules

  constructor(items: Schema<T>, rules: ArrayRules) {
    super()
    this.items = items
    this.rules = rules
  }

  protected compose(): Check {
    const {minLength = 0, maxLength = Infinity} = this.rules
    const check = this.items.checker
    return (value, lenient) => {
      if (!Array.isArray(value)) return wrongType('an array', value)
      if (value.length < minLength) return fault('too-short', `fewer than ${minLength} elements`)
      if (value.length > maxLength) return fault('too-long', `more than ${maxLength} elements`)
      for (let i = 0; i < value.length; i++) {
        const found = check(value[i], lenient)
        if (found !== undefined) return under(i, found)
      }
      return undefined
    }
  }
}

export type Properties = {readonly [name: string]: Schema}

export class ObjectSchema<T = unknown> extends Schema<T> {
  readonly type = 'object'
  /** The `$type` of its values: `app.bsky.feed.post#replyRef`; `undefined` for one that stands inside another type. */
  readonly name: string | undefined
  readonly properties: Properties
  readonly required: readonly string[]
  readonly nullable: readonly string[]

  constructor(
    name: string | undefined,
    properties: Properties,
    required: readonly string[],
    nullable: readonly string[],
  ) {
    super()
    this.name = name
    this.properties = properties
    this.required = required
    this.nullable = nullable
  }

  protected compose(): Check {
    const name = this.name
    const members = Object.keys(this.properties)
    const checks = members.map(member => this.properties[member].checker)
    const [requiredNames, nullableNames] = [new Set(this.required), new Set(this.nullable)]
    const required = members.map(member => requiredNames.has(member))
    const nullable = members.map(member => nullableNames.has(member))
    // A schema may have a member such as `constructor`, which every object seems to have.
    const inherited = members.some(member => member in Object.prototype)
    const places = members.length > narrowMax ? new Map(members.map((member, i) => [member, i])) : undefined
    const requiredPlaces = [...members.keys()].filter(i => required[i])
    return (value, lenient) => {
      if (!isMap(value)) return wrongType('an object', value)
      // Members that the schema does not know are let pass: a later version of it may (spec: lexicon, evolution).
      if (name !== undefined && !lenient && value.$type !== undefined && value.$type !== name) {
        return under('$type', fault('other-type', `expected "${name}"`))
      }
      // Of a wide type only what the value has, and what it must have, in the order of the schema all the same.
      const some = places && placesOf(value, places, requiredPlaces)
      const count = some ? some.length : members.length
      for (let at = 0; at < count; at++) {
        const i = some ? some[at] : at
        const member = inherited && !Object.hasOwn(value, members[i]) ? undefined : value[members[i]]
        if (member === undefined) {
          if (required[i]) return under(members[i], fault('missing', 'a required member is missing'))
          continue
        }
        if (member === null && nullable[i]) continue
        const found = checks[i](member, lenient)
        if (found !== undefined) return under(members[i], found)
      }
      return undefined
    }
  }
}

/**
 * Members from which on a type is wide: then looking each of them up costs more than going through what the value has. A
 * stranger's lexicon may have thousands of them, and a record thousands of empty values.
 */
const narrowMax = 32

function placesOf(value: object, places: ReadonlyMap<string, number>, required: readonly number[]): readonly number[] {
  const found = new Set(required)
  for (const name of Object.keys(value)) {
    const place = places.get(name)
    if (place !== undefined) found.add(place)
  }
  return [...found].toSorted((a, b) => a - b)
}

export class RefSchema<T = unknown> extends Schema<T> {
  readonly type = 'ref'
  readonly #target: () => Schema<T>

  /** `target` is called once all modules are loaded, since documents refer to each other in circles. */
  constructor(target: () => Schema<T>) {
    super()
    this.#target = target
  }

  get target(): Schema<T> {
    return this.#target()
  }

  protected compose(): Check {
    return this.target.checker
  }
}

/** A type that a union may hold: it has a name, which its values carry as `$type`. */
export type Variant<T = unknown> = Schema<T> & {readonly name: string | undefined}

export class UnionSchema<T = unknown> extends Schema<T> {
  readonly type = 'union'
  readonly closed: boolean
  readonly #variants: () => readonly Variant[]

  constructor(variants: () => readonly Variant[], closed: boolean) {
    super()
    this.#variants = variants
    this.closed = closed
  }

  get variants(): readonly Variant[] {
    return this.#variants()
  }

  protected compose(): Check {
    const checks = new Map<unknown, Check>()
    for (const variant of this.variants) checks.set(variant.name, variant.checker)
    return (value, lenient) => {
      if (!isMap(value)) return wrongType('an object', value)
      const check = checks.get(value.$type)
      if (check !== undefined) return check(value, lenient)
      if (typeof value.$type !== 'string') return under('$type', fault('missing', 'a member of a union needs a $type'))
      if (value.$type === 'blob') return wrongType('a member of a union', value)
      if (!this.closed) return undefined
      return under('$type', fault('other-type', `expected one of ${[...checks.keys()].join(', ')}`))
    }
  }
}

/** How a record is named in its collection (spec: record key). `literal:self` and its like allow one name only. */
export type RecordKeyType = 'tid' | 'nsid' | 'any' | `literal:${string}`

export class RecordSchema<T = unknown, K extends string = string> extends Schema<T> {
  readonly type = 'record'
  /** The collection, and the `$type` of every record in it. */
  readonly nsid: Nsid
  readonly key: RecordKeyType
  readonly record: ObjectSchema<unknown>

  constructor(nsid: Nsid, key: RecordKeyType, record: ObjectSchema<unknown>) {
    super()
    this.nsid = nsid
    this.key = key
    this.record = record
  }

  get name(): string {
    return this.nsid
  }

  protected compose(): Check {
    const nsid = this.nsid
    const check = this.record.checker
    return (value, lenient) => {
      if (isMap(value) && value.$type !== nsid) return recordTypeFault(nsid, value.$type)
      return check(value, lenient)
    }
  }

  /** Whether a record of this type may have this record key. */
  isKey(rkey: string): rkey is K {
    if (this.key === 'tid') return isTid(rkey)
    if (this.key === 'nsid') return isNsid(rkey)
    if (this.key === 'any') return isRecordKey(rkey)
    return rkey === this.key.slice('literal:'.length)
  }
}

const recordTypeFault = (nsid: string, found: unknown): Fault =>
  under('$type', fault(found === undefined ? 'missing' : 'other-type', `expected "${nsid}"`))
