// Generated from lexicons/com/atproto/repo/getRecord.json by the lexicon generator. Do not edit.
import type {AtIdentifier} from '#atp/syntax/at-identifier.ts'
import type {AtUri} from '#atp/syntax/at-uri.ts'
import type {CidString} from '#atp/syntax/cid-string.ts'
import type {Nsid} from '#atp/syntax/nsid.ts'
import type {RecordKey} from '#atp/syntax/record-key.ts'
import * as lex from '#lex/schema/define.ts'

export type Params = {
  /** The handle or DID of the repo. */
  repo: AtIdentifier
  /** The NSID of the record collection. */
  collection: Nsid
  /** The Record Key. */
  rkey: RecordKey
  /** The CID of the version of the record. If not specified, then return the most recent version. */
  cid?: CidString
}
export type Output = {
  uri: AtUri
  cid?: CidString
  value: lex.Unknown
}
export type ErrorName = 'RecordNotFound'
/** Get a single record from a repository. Does not require auth. */
export const getRecord: lex.Query<Params, Output, ErrorName, never> = lex.query(
  'com.atproto.repo.getRecord',
  {
    params: lex.params({
      repo: lex.string({format: 'at-identifier'}),
      collection: lex.string({format: 'nsid'}),
      rkey: lex.string({format: 'record-key'}),
      cid: lex.string({format: 'cid'}),
    }, ['repo', 'collection', 'rkey']),
    output: lex.body('application/json', lex.object({
      uri: lex.string({format: 'at-uri'}),
      cid: lex.string({format: 'cid'}),
      value: lex.unknown(),
    }, ['uri', 'value'])),
    errors: ['RecordNotFound'],
  },
)

export {getRecord as main}
