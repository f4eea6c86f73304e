/** The lexicon types without parts, strings apart: what a value of each is, and its bounds (spec: lexicon). */
import {isMap, type Value} from '#atp/data/value.ts'
import {Cid} from '#atp/data/cid.ts'
import {type Check, fault, wrongType} from './fault.ts'
import {Schema} from './schema.ts'

export interface BooleanRules {
  readonly const?: boolean
  readonly default?: boolean
}

export class BooleanSchema<T extends boolean = boolean> extends Schema<T> {
  readonly type = 'boolean'
  readonly rules: BooleanRules

  constructor(rules: BooleanRules) {
    super()
    this.rules = rules
  }

  protected compose(): Check {
    const only = this.rules.const
    return value => {
      if (typeof value !== 'boolean') return wrongType('a boolean', value)
      return only === undefined || value === only ? undefined : fault('not-allowed', `expected ${only}`)
    }
  }
}

export interface IntegerRules {
  readonly minimum?: number
  readonly maximum?: number
  readonly enum?: readonly number[]
  readonly const?: number
  readonly default?: number
}

export class IntegerSchema<T extends number = number> extends Schema<T> {
  readonly type = 'integer'
  readonly rules: IntegerRules

  constructor(rules: IntegerRules) {
    super()
    this.rules = rules
  }

  protected compose(): Check {
    const {minimum = -Infinity, maximum = Infinity, const: only} = this.rules
    const allowed = only === undefined ? this.rules.enum && new Set(this.rules.enum) : new Set([only])
    return value => {
      if (typeof value !== 'number' || !Number.isSafeInteger(value)) return wrongType('an integer', value)
      if (value < minimum) return fault('too-small', `smaller than ${minimum}`)
      if (value > maximum) return fault('too-big', `bigger than ${maximum}`)
      if (allowed && !allowed.has(value)) return fault('not-allowed', `expected one of ${[...allowed].join(', ')}`)
      return undefined
    }
  }
}

export interface BytesRules {
  readonly minLength?: number
  readonly maxLength?: number
}

export class BytesSchema extends Schema<Uint8Array> {
  readonly type = 'bytes'
  readonly rules: BytesRules

  constructor(rules: BytesRules) {
    super()
    this.rules = rules
  }

  protected compose(): Check {
    const {minLength = 0, maxLength = Infinity} = this.rules
    return value => {
      if (!(value instanceof Uint8Array)) return wrongType('bytes', value)
      if (value.length < minLength) return fault('too-short', `fewer than ${minLength} bytes`)
      if (value.length > maxLength) return fault('too-long', `more than ${maxLength} bytes`)
      return undefined
    }
  }
}

export class CidLinkSchema extends Schema<Cid> {
  readonly type = 'cid-link'

  protected compose(): Check {
    return value => (value instanceof Cid ? undefined : wrongType('a link', value))
  }
}

/** A name that is its own value: it stands in `knownValues` and `enum` of strings, and nowhere else as data. */
export class TokenSchema<T extends string = string> extends Schema<T> {
  readonly type = 'token'
  /** The full name, which is the string that stands for the token in data. */
  readonly name: T

  constructor(name: T) {
    super()
    this.name = name
  }

  protected compose(): Check {
    return value => (value === this.name ? undefined : fault('not-allowed', `expected "${this.name}"`))
  }
}

/** Any map of the data model. Its contents are the codec's business; a link, bytes or a blob is no map of its own. */
export class UnknownSchema extends Schema<{[member: string]: Value}> {
  readonly type = 'unknown'

  protected compose(): Check {
    return value => (isMap(value) && value.$type !== 'blob' ? undefined : wrongType('an object', value))
  }
}
