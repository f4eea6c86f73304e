// Generated from lexicons/com/atproto/repo/listRecords.json by the lexicon generator. Do not edit.
import type {AtIdentifier} from '#atp/syntax/at-identifier.ts'
import type {AtUri} from '#atp/syntax/at-uri.ts'
import type {CidString} from '#atp/syntax/cid-string.ts'
import type {Nsid} from '#atp/syntax/nsid.ts'
import * as lex from '#lex/schema/define.ts'

export type Params = {
  /** The handle or DID of the repo. */
  repo: AtIdentifier
  /** The NSID of the record type. */
  collection: Nsid
  /** The number of records to return. */
  limit?: number
  cursor?: string
  /** Flag to reverse the order of the returned records. */
  reverse?: boolean
}
export type Output = {
  cursor?: string
  records: Record[]
}
export type ErrorName = never
/** List a range of records in a repository, matching a specific collection. Does not require auth. */
export const listRecords: lex.Query<Params, Output, ErrorName, 'limit'> = lex.query(
  'com.atproto.repo.listRecords',
  {
    params: lex.params({
      repo: lex.string({format: 'at-identifier'}),
      collection: lex.string({format: 'nsid'}),
      limit: lex.integer({minimum: 1, maximum: 100, default: 50}),
      cursor: lex.string(),
      reverse: lex.boolean(),
    }, ['repo', 'collection']),
    output: lex.body('application/json', lex.object({
      cursor: lex.string(),
      records: lex.array(lex.ref(() => record)),
    }, ['records'])),
  },
)

export type Record = {
  $type?: 'com.atproto.repo.listRecords#record'
  uri: AtUri
  cid: CidString
  value: lex.Unknown
}
export const record: lex.ObjectSchema<Record> = lex.typed('com.atproto.repo.listRecords#record', {
  uri: lex.string({format: 'at-uri'}),
  cid: lex.string({format: 'cid'}),
  value: lex.unknown(),
}, ['uri', 'cid', 'value'])

export {listRecords as main}
