// Generated from lexicons/com/atproto/repo/uploadBlob.json by the lexicon generator. Do not edit.
import type {BlobRef} from '#atp/data/value.ts'
import * as lex from '#lex/schema/define.ts'

export type Params = {}
export type Input = lex.Binary
export type Output = {
  blob: BlobRef
}
export type ErrorName = never
/**
 * Upload a new blob, to be referenced from a repository record. The blob will be deleted if it is not referenced within
 * a time window (eg, minutes). Blob restrictions (mimetype, size, etc) are enforced when the reference is created.
 * Requires auth, implemented by PDS.
 */
export const uploadBlob: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'com.atproto.repo.uploadBlob',
  {
    input: lex.body('*/*'),
    output: lex.body('application/json', lex.object({
      blob: lex.blob(),
    }, ['blob'])),
  },
)

export {uploadBlob as main}
