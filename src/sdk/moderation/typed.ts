/** Parts of records and of answers, by what they say that they are: of strangers, and so not believed to be it. */
import {type Fields, fieldsOf} from '#std/unknown-json.ts'

/** The `$type` of an object, if it says one. */
export function typeOf(value: unknown): string | undefined {
  const {$type} = fieldsOf(value)
  return typeof $type === 'string' ? $type : undefined
}

/** The members of an object that says that it is this; nothing of any other. */
export const fieldsOfType = (value: unknown, type: string): Fields | undefined =>
  typeOf(value) === type ? fieldsOf(value) : undefined

export const textIn = (value: unknown): string => (typeof value === 'string' ? value : '')
