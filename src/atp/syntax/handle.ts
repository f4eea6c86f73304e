/** Handles: the domain name that an account shows (spec: handle). Compared in lower case. */
import type {Branded} from './brand.ts'
import {labelShape, labelsFit, topLabelShape} from './domain-label.ts'
import {syntaxFault} from './syntax-fault.ts'

export type Handle = Branded<'handle'>

export const handleShape = `(?:${labelShape}\\.)+${topLabelShape}`
export const handleLengthMax = 253
const pattern = new RegExp(`^${handleShape}$`)

/** Stands where an account's handle does not resolve back to it (spec: handle, "invalid handles"). */
export const invalidHandle = 'handle.invalid' as Handle

export const isHandle = (text: string): text is Handle =>
  text.length <= handleLengthMax && pattern.test(text) && labelsFit(text)

/** Keeps the case: see `normalizeHandle`. Throws `Malformed('handle', 'too-long' | 'bad-syntax')`. */
export function parseHandle(text: string): Handle {
  if (!isHandle(text)) throw syntaxFault('handle', text, handleLengthMax, 'a domain name of two or more labels')
  return text
}

export const normalizeHandle = (handle: Handle): Handle => handle.toLowerCase() as Handle

const disallowed = new Set(['alt', 'arpa', 'example', 'internal', 'invalid', 'local', 'localhost', 'onion'])

/** Whether the top-level domain is one under which no account may register. `.test` is left to development. */
export const isDisallowedTld = (handle: Handle): boolean =>
  disallowed.has(handle.slice(handle.lastIndexOf('.') + 1).toLowerCase())
