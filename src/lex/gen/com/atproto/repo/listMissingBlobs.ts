// Generated from lexicons/com/atproto/repo/listMissingBlobs.json by the lexicon generator. Do not edit.
import type {AtUri} from '#atp/syntax/at-uri.ts'
import type {CidString} from '#atp/syntax/cid-string.ts'
import * as lex from '#lex/schema/define.ts'

export type Params = {
  limit?: number
  cursor?: string
}
export type Output = {
  cursor?: string
  blobs: RecordBlob[]
}
export type ErrorName = never
/** Returns a list of missing blobs for the requesting account. Intended to be used in the account migration flow. */
export const listMissingBlobs: lex.Query<Params, Output, ErrorName, 'limit'> = lex.query(
  'com.atproto.repo.listMissingBlobs',
  {
    params: lex.params({
      limit: lex.integer({minimum: 1, maximum: 1000, default: 500}),
      cursor: lex.string(),
    }),
    output: lex.body('application/json', lex.object({
      cursor: lex.string(),
      blobs: lex.array(lex.ref(() => recordBlob)),
    }, ['blobs'])),
  },
)

export type RecordBlob = {
  $type?: 'com.atproto.repo.listMissingBlobs#recordBlob'
  cid: CidString
  recordUri: AtUri
}
export const recordBlob: lex.ObjectSchema<RecordBlob> = lex.typed('com.atproto.repo.listMissingBlobs#recordBlob', {
  cid: lex.string({format: 'cid'}),
  recordUri: lex.string({format: 'at-uri'}),
}, ['cid', 'recordUri'])

export {listMissingBlobs as main}
