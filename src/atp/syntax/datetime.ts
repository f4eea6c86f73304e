/**
 * Moments as records write them (spec: lexicon, "datetime"): what RFC 3339, ISO 8601 and the WHATWG HTML standard all
 * accept, so a capital T, whole seconds, and a zone that is known. Records from before that was checked write more
 * loosely; who reads what the network holds reads those, too.
 */
import {assert} from '#std/assert.ts'
import type {Branded} from './brand.ts'
import {syntaxFault} from './syntax-fault.ts'

export type Datetime = Branded<'datetime'>

const lengthMax = 64
// No 60th second: neither reference implementation reads one, as no clock here could hold it.
const pattern =
  /^[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]+)?(?:Z|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])$/
/** Years 0000 to 9999 at UTC: what the same notation can write again. */
const msMin = Date.parse('0000-01-01T00:00:00.000Z')
const msMax = Date.parse('9999-12-31T23:59:59.999Z')

export function isDatetime(text: string): text is Datetime {
  if (text.length > lengthMax || !pattern.test(text)) return false
  if (!hasDay(text)) return false
  return text.endsWith('Z') || isZoned(text)
}

const hasDay = (text: string): boolean => (text[8] !== '3' && !text.startsWith('29', 8)) || isDayOfMonth(text)

/** Days 29 to 31, which `Date.parse` would carry over into the next month. */
function isDayOfMonth(text: string): boolean {
  const day = Number(text.slice(8, 10))
  const month = Number(text.slice(5, 7))
  if (month !== 2) return day < 31 || month < 8 === (month % 2 === 1)
  const year = Number(text.slice(0, 4))
  return day === 29 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
}

/** RFC 3339 means "zone unknown" by `-00:00`. An offset can also lead out of the years that can be written. */
function isZoned(text: string): boolean {
  if (text.endsWith('-00:00')) return false
  if (!text.startsWith('0000') && !text.startsWith('9999')) return true
  const ms = Date.parse(text)
  return ms >= msMin && ms <= msMax
}

/** A blank or a small t before the time, no seconds, 24:00, a 60th second, and no zone or one in any spelling. */
const lenientPattern =
  /^([0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01]))[Tt ]((?:[01][0-9]|2[0-3]):[0-5][0-9]|24:00)(?::([0-5][0-9]|60)(?:[.,]([0-9]+))?)?(?: ?(?:[Zz]|([+-])([01][0-9]|2[0-3])(?::?([0-5][0-9]))?[Zz]?))?$/

/**
 * Milliseconds since 1970 of a datetime as records in the network write it; UTC where no zone is given. `undefined` when
 * it tells no moment. Whatever `isDatetime` accepts is read as `datetimeMs` reads it.
 */
export function readDatetimeMs(text: string): number | undefined {
  if (isDatetime(text)) return datetimeMs(text)
  const parts = text.length <= lengthMax ? lenientPattern.exec(text) : null
  if (!parts || !hasDay(text)) return undefined
  const [, day, time, second = '00', fraction = '', sign = '+', hours = '00', minutes = '00'] = parts
  // No clock here has a 60th second, nor a 25th hour.
  const within = `${second === '60' ? '59' : second}.${fraction.padEnd(3, '0').slice(0, 3)}`
  const ms = Date.parse(`${day}T${time}:${time === '24:00' ? '00.000' : within}${sign}${hours}:${minutes}`)
  return ms >= msMin && ms <= msMax ? ms : undefined
}

/** Whether `readDatetimeMs` can tell the moment. */
export const isDatetimeLenient = (text: string): boolean => readDatetimeMs(text) !== undefined

/** Keeps the text as it is. Throws `Malformed('datetime', 'too-long' | 'bad-syntax')`. */
export function parseDatetime(text: string): Datetime {
  if (!isDatetime(text)) {
    throw syntaxFault('datetime', text, lengthMax, 'a moment such as 2026-01-31T12:00:00.000Z that the calendar has')
  }
  return text
}

/** Milliseconds since 1970; digits below the millisecond are dropped. */
export const datetimeMs = (datetime: Datetime): number => Date.parse(datetime)

/** The preferred form of a moment: UTC, with exactly three digits below the second. */
export function datetimeOf(ms: number): Datetime {
  assert(ms >= msMin && ms <= msMax, 'a datetime lies in the years 0000 to 9999')
  return new Date(ms).toISOString() as Datetime
}

/** The same moment, to the millisecond, in the preferred form, in which text sorts as time does. */
export const normalizeDatetime = (datetime: Datetime): Datetime => datetimeOf(datetimeMs(datetime))
