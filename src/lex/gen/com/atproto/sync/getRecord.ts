// Generated from lexicons/com/atproto/sync/getRecord.json by the lexicon generator. Do not edit.
import type {Did} from '#atp/syntax/did.ts'
import type {Nsid} from '#atp/syntax/nsid.ts'
import type {RecordKey} from '#atp/syntax/record-key.ts'
import * as lex from '#lex/schema/define.ts'

export type Params = {
  /** The DID of the repo. */
  did: Did
  collection: Nsid
  /** Record Key */
  rkey: RecordKey
}
export type Output = lex.Binary
export type ErrorName =
  | 'RecordNotFound'
  | 'RepoNotFound'
  | 'RepoTakendown'
  | 'RepoSuspended'
  | 'RepoDeactivated'
/**
 * Get data blocks needed to prove the existence or non-existence of record in the current version of repo. Does not
 * require auth.
 */
export const getRecord: lex.Query<Params, Output, ErrorName, never> = lex.query(
  'com.atproto.sync.getRecord',
  {
    params: lex.params({
      did: lex.string({format: 'did'}),
      collection: lex.string({format: 'nsid'}),
      rkey: lex.string({format: 'record-key'}),
    }, ['did', 'collection', 'rkey']),
    output: lex.body('application/vnd.ipld.car'),
    errors: [
      'RecordNotFound',
      'RepoNotFound',
      'RepoTakendown',
      'RepoSuspended',
      'RepoDeactivated',
    ],
  },
)

export {getRecord as main}
