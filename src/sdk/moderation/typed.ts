/** Parts of records and of answers, by what they say that they are: of strangers, and so not believed to be it. */

export type Fields = Readonly<Record<string, unknown>>

/** The members of an object; none of what is no object. */
export const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {}

/** The `$type` of an object, if it says one. */
export function typeOf(value: unknown): string | undefined {
  const {$type} = fieldsOf(value)
  return typeof $type === 'string' ? $type : undefined
}

/** The members of an object that says that it is this; nothing of any other. */
export const fieldsOfType = (value: unknown, type: string): Fields | undefined =>
  typeOf(value) === type ? fieldsOf(value) : undefined

export const textIn = (value: unknown): string => (typeof value === 'string' ? value : '')

export const listIn = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])
