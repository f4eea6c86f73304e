/** Lexicon strings: formats, lengths in bytes and graphemes, closed and suggested sets (spec: lexicon, "string"). */
import {isAtIdentifier} from '#atp/syntax/at-identifier.ts'
import {isAtUri} from '#atp/syntax/at-uri.ts'
import {isDecodableCid} from '#atp/syntax/cid-string.ts'
import {isDatetime, isDatetimeLenient} from '#atp/syntax/datetime.ts'
import {isDid} from '#atp/syntax/did.ts'
import {isHandle} from '#atp/syntax/handle.ts'
import {isLanguage, isLanguageLenient} from '#atp/syntax/language.ts'
import {isNsid} from '#atp/syntax/nsid.ts'
import {isRecordKey} from '#atp/syntax/record-key.ts'
import {isTid} from '#atp/syntax/tid.ts'
import {isUri} from '#atp/syntax/uri.ts'
import {type Check, fault, wrongType} from './fault.ts'
import {Schema} from './schema.ts'
import {exceedsBytes, exceedsGraphemes, lacksBytes, lacksGraphemes} from './text-length.ts'

/** The formats a string may be held to, each with its judge. */
export const stringFormats = {
  'at-identifier': isAtIdentifier,
  'at-uri': isAtUri,
  cid: isDecodableCid,
  datetime: isDatetime,
  did: isDid,
  handle: isHandle,
  language: isLanguage,
  nsid: isNsid,
  'record-key': isRecordKey,
  tid: isTid,
  uri: isUri,
} as const satisfies Record<string, (text: string) => boolean>
export type StringFormat = keyof typeof stringFormats

/** Those that old records hold to no more than official readers ask for. */
const lenientFormats: {readonly [F in StringFormat]?: (text: string) => boolean} = {
  datetime: isDatetimeLenient,
  language: isLanguageLenient,
}

export interface StringRules {
  readonly format?: StringFormat
  /** UTF-8 bytes. */
  readonly minLength?: number
  /** UTF-8 bytes. */
  readonly maxLength?: number
  readonly minGraphemes?: number
  readonly maxGraphemes?: number
  /** Suggestions: never a reason to refuse a value. */
  readonly knownValues?: readonly string[]
  readonly enum?: readonly string[]
  readonly const?: string
  readonly default?: string
}

export class StringSchema<T extends string = string> extends Schema<T> {
  readonly type = 'string'
  readonly rules: StringRules

  constructor(rules: StringRules) {
    super()
    this.rules = rules
  }

  protected compose(): Check {
    const {format, minLength = 0, minGraphemes = 0, const: only} = this.rules
    const {maxLength = Infinity, maxGraphemes = Infinity} = this.rules
    const isFormat: ((text: string) => boolean) | undefined = format && stringFormats[format]
    const isLenient: ((text: string) => boolean) | undefined = format && lenientFormats[format]
    const fits = (text: string, lenient: boolean): boolean =>
      !isFormat || isFormat(text) || (lenient && isLenient !== undefined && isLenient(text))
    const allowed = only === undefined ? this.rules.enum && new Set(this.rules.enum) : new Set([only])
    const bounded =
      minLength > 0 || minGraphemes > 0 || maxLength < Infinity || maxGraphemes < Infinity || allowed !== undefined
    if (!bounded) {
      if (!isFormat) return value => (typeof value === 'string' ? undefined : wrongType('a string', value))
      return (value, lenient) =>
        typeof value === 'string' && fits(value, lenient) ? undefined : formatFault(format, value)
    }
    return (value, lenient) => {
      if (typeof value !== 'string') return wrongType('a string', value)
      if (exceedsBytes(value, maxLength)) return fault('too-long', `longer than ${maxLength} UTF-8 bytes`)
      if (lacksBytes(value, minLength)) return fault('too-short', `shorter than ${minLength} UTF-8 bytes`)
      if (exceedsGraphemes(value, maxGraphemes)) return fault('too-long', `more than ${maxGraphemes} graphemes`)
      if (lacksGraphemes(value, minGraphemes)) return fault('too-short', `fewer than ${minGraphemes} graphemes`)
      if (!fits(value, lenient)) return formatFault(format, value)
      if (allowed && !allowed.has(value)) return fault('not-allowed', `expected one of ${[...allowed].join(', ')}`)
      return undefined
    }
  }
}

const formatFault = (format: StringFormat | undefined, value: unknown) =>
  typeof value === 'string' ? fault('bad-format', `not a valid ${format}`) : wrongType('a string', value)
