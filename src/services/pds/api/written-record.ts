/** One written record as createRecord and putRecord answer it. */
import {assert} from '#std/assert.ts'
import type {WriteOutcome} from '../repos/record-writer.ts'

/** Bytes of JSON that carry records. */
export const recordBodySizeMax = 1_000_000

export function writtenRecord({commit, results: [{uri, cid, validationStatus}]}: WriteOutcome) {
  assert(cid, 'a record that was written has a CID')
  return {uri, cid: cid.toString(), ...(commit && {commit}), ...(validationStatus && {validationStatus})}
}
