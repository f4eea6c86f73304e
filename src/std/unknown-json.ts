/** JSON of strangers, part by part: it may be anything, and what is not as it is taken to be is empty. Nothing throws. */

export type Fields = Readonly<Record<string, unknown>>

const none: Fields = {}

/** The members of an object; none of what is no object. */
export const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : none

/** The items of a list, the first `countMax` of them; none of what is no list. */
export function listOf(value: unknown, countMax = Infinity): readonly unknown[] {
  if (!Array.isArray(value)) return []
  return value.length > countMax ? value.slice(0, countMax) : value
}

/** Those among the items of a list that are texts, as a list of its own. */
export const stringsOf = (value: unknown, countMax?: number): string[] =>
  listOf(value, countMax).filter(item => typeof item === 'string')
