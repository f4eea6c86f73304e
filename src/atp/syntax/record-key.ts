/** The name of a record within its collection (spec: record key). Case-sensitive. */
import type {Branded} from './brand.ts'
import {syntaxFault} from './syntax-fault.ts'

export type RecordKey = Branded<'record-key'>

/** A path could not hold `.` and `..`, so no key is either. The length is checked apart. */
export const recordKeyShape = '(?!\\.\\.?$)[a-zA-Z0-9._~:-]+'
export const recordKeyLengthMax = 512
const pattern = new RegExp(`^${recordKeyShape}$`)

export const isRecordKey = (text: string): text is RecordKey => text.length <= recordKeyLengthMax && pattern.test(text)

/** Throws `Malformed('record-key', 'too-long' | 'bad-syntax')`. */
export function parseRecordKey(text: string): RecordKey {
  if (!isRecordKey(text)) {
    throw syntaxFault('record-key', text, recordKeyLengthMax, 'one or more of A-Z a-z 0-9 . - _ : ~, not "." or ".."')
  }
  return text
}
