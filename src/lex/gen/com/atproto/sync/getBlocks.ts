// Generated from lexicons/com/atproto/sync/getBlocks.json by the lexicon generator. Do not edit.
import type {CidString} from '#atp/syntax/cid-string.ts'
import type {Did} from '#atp/syntax/did.ts'
import * as lex from '#lex/schema/define.ts'

export type Params = {
  /** The DID of the repo. */
  did: Did
  cids: CidString[]
}
export type Output = lex.Binary
export type ErrorName =
  | 'BlockNotFound'
  | 'RepoNotFound'
  | 'RepoTakendown'
  | 'RepoSuspended'
  | 'RepoDeactivated'
/**
 * Get data blocks from a given repo, by CID. For example, intermediate MST nodes, or records. Does not require auth;
 * implemented by PDS.
 */
export const getBlocks: lex.Query<Params, Output, ErrorName, never> = lex.query(
  'com.atproto.sync.getBlocks',
  {
    params: lex.params({
      did: lex.string({format: 'did'}),
      cids: lex.array(lex.string({format: 'cid'})),
    }, ['did', 'cids']),
    output: lex.body('application/vnd.ipld.car'),
    errors: [
      'BlockNotFound',
      'RepoNotFound',
      'RepoTakendown',
      'RepoSuspended',
      'RepoDeactivated',
    ],
  },
)

export {getBlocks as main}
