/**
 * What every lexicon type is at run time: a description that can be read (for forms and documents) and a check that is
 * fast. The check is composed of closures on first use, so importing four hundred modules costs no compilation, and a
 * reference is gone from the composed check: it calls straight into what it names. No code is made from text, so a
 * page under a strict content policy can run it.
 */
import type {Check, Fault} from './fault.ts'

/** How deep in composing we are, in types within types. */
let depth = 0
const depthMax = 200

declare const valueType: unique symbol

/** The names of the lexicon's types that have values. `unresolved` stands where a reference leads nowhere. */
export type SchemaType =
  | 'boolean'
  | 'integer'
  | 'string'
  | 'bytes'
  | 'cid-link'
  | 'blob'
  | 'unknown'
  | 'token'
  | 'array'
  | 'object'
  | 'ref'
  | 'union'
  | 'record'
  | 'params'
  | 'unresolved'

export abstract class Schema<out T = unknown> {
  abstract readonly type: SchemaType
  /** For the type checker only: the values this schema admits. */
  declare readonly [valueType]?: T
  #check: Check | undefined
  #composing = false

  /** Composes the check. Called once, when every module that this schema refers to has been loaded. */
  protected abstract compose(): Check

  /** The composed check itself, for hot loops and for composing larger checks. */
  get checker(): Check {
    if (this.#check) return this.#check
    // A type that contains itself has to wait until it is whole; and a chain of references without end, which a
    // stranger's lexicon may well be, must not exhaust the stack. Either is then looked up at each use.
    if (this.#composing || depth > depthMax) return (value, lenient) => this.check(value, lenient)
    this.#composing = true
    depth++
    try {
      this.#check = this.compose()
    } finally {
      this.#composing = false
      depth--
    }
    return this.#check
  }

  /**
   * The first fault of a data value (see `#atp/data/value.ts`), or `undefined`. Throws nothing. `lenient` accepts what
   * must not be written, but stands in records that official readers show: blob references of the form before 2023 or
   * to another codec than raw; blobs beyond the sizes and media types of today; datetimes without a zone or with one in
   * another spelling, to be read by `readDatetimeMs`; language tags such as `JA`; and a `$type` that is not the name of
   * the type where the type is known anyway.
   */
  check(value: unknown, lenient = false): Fault | undefined {
    return this.checker(value, lenient)
  }

  is(value: unknown): value is T {
    return this.checker(value, false) === undefined
  }
}

export type ValueOf<S> = S extends Schema<infer T> ? T : never
