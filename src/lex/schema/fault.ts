/**
 * What a check finds wrong. Checks run for every record on the network, so a fault is a plain value that is returned:
 * nothing is thrown, and nothing is made while a value is valid. Only the first fault is named. A check names what is
 * wrong with its own value, and each container adds its member's name on the way out, so no path is carried inwards.
 */
import type {Refused} from '#std/result.ts'

export interface Fault {
  /** Where, as a JSON pointer: `/reply/parent/uri`, `/facets/0`; empty for the checked value itself. */
  path: string
  /** A stable kebab-case code to count by: `missing`, `wrong-type`, `too-long`, … */
  readonly reason: string
  /** For a person: what was expected, and what was found. */
  readonly detail: string
}

/** A value that is not as its schema has it. */
export interface Invalid extends Refused<'invalid'> {
  readonly fault: Fault
}

export const invalid = (found: Fault): Invalid => ({ok: false, reason: 'invalid', fault: found})

/** `undefined` for a valid value. `lenient` is for reading what the network already holds: see `Schema.check`. */
export type Check = (value: unknown, lenient: boolean) => Fault | undefined

export const fault = (reason: string, detail: string): Fault => ({path: '', reason, detail})

/** The same fault, seen from one container further out. */
export function under(member: string | number, found: Fault): Fault {
  const name = typeof member === 'number' ? member : member.replaceAll('~', '~0').replaceAll('/', '~1')
  found.path = `/${name}${found.path}`
  return found
}

/** One line for a log or an error message: `/reply/parent: expected an object, found a string`. */
export const faultText = ({path, detail}: Fault): string => (path === '' ? detail : `${path}: ${detail}`)

export const wrongType = (expected: string, value: unknown): Fault =>
  fault('wrong-type', `expected ${expected}, found ${kindOf(value)}`)

function kindOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'an array'
  if (value instanceof Uint8Array) return 'bytes'
  if (typeof value === 'number') return Number.isInteger(value) ? 'an integer' : 'a number that is no integer'
  if (typeof value === 'object') return 'an object'
  return value === undefined ? 'nothing' : `a ${typeof value}`
}
