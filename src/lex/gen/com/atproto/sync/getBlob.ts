// Generated from lexicons/com/atproto/sync/getBlob.json by the lexicon generator. Do not edit.
import type {CidString} from '#atp/syntax/cid-string.ts'
import type {Did} from '#atp/syntax/did.ts'
import * as lex from '#lex/schema/define.ts'

export type Params = {
  /** The DID of the account. */
  did: Did
  /** The CID of the blob to fetch */
  cid: CidString
}
export type Output = lex.Binary
export type ErrorName =
  | 'BlobNotFound'
  | 'RepoNotFound'
  | 'RepoTakendown'
  | 'RepoSuspended'
  | 'RepoDeactivated'
/**
 * Get a blob associated with a given account. Returns the full blob as originally uploaded. Does not require auth;
 * implemented by PDS.
 */
export const getBlob: lex.Query<Params, Output, ErrorName, never> = lex.query(
  'com.atproto.sync.getBlob',
  {
    params: lex.params({
      did: lex.string({format: 'did'}),
      cid: lex.string({format: 'cid'}),
    }, ['did', 'cid']),
    output: lex.body('*/*'),
    errors: [
      'BlobNotFound',
      'RepoNotFound',
      'RepoTakendown',
      'RepoSuspended',
      'RepoDeactivated',
    ],
  },
)

export {getBlob as main}
