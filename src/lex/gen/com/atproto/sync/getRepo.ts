// Generated from lexicons/com/atproto/sync/getRepo.json by the lexicon generator. Do not edit.
import type {Did} from '#atp/syntax/did.ts'
import type {Tid} from '#atp/syntax/tid.ts'
import * as lex from '#lex/schema/define.ts'

export type Params = {
  /** The DID of the repo. */
  did: Did
  /** The revision ('rev') of the repo to create a diff from. */
  since?: Tid
}
export type Output = lex.Binary
export type ErrorName = 'RepoNotFound' | 'RepoTakendown' | 'RepoSuspended' | 'RepoDeactivated'
/**
 * Download a repository export as CAR file. Optionally only a 'diff' since a previous revision. Does not require auth;
 * implemented by PDS.
 */
export const getRepo: lex.Query<Params, Output, ErrorName, never> = lex.query(
  'com.atproto.sync.getRepo',
  {
    params: lex.params({
      did: lex.string({format: 'did'}),
      since: lex.string({format: 'tid'}),
    }, ['did']),
    output: lex.body('application/vnd.ipld.car'),
    errors: ['RepoNotFound', 'RepoTakendown', 'RepoSuspended', 'RepoDeactivated'],
  },
)

export {getRepo as main}
