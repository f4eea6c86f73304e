// Generated from lexicons/com/atproto/sync/getRepoStatus.json by the lexicon generator. Do not edit.
import type {Did} from '#atp/syntax/did.ts'
import type {Tid} from '#atp/syntax/tid.ts'
import * as lex from '#lex/schema/define.ts'

export type Params = {
  /** The DID of the repo. */
  did: Did
}
export type Output = {
  did: Did
  active: boolean
  /**
   * If active=false, this optional field indicates a possible reason for why the account is not active. If active=false
   * and no status is supplied, then the host makes no claim for why the repository is no longer being hosted.
   */
  status?:
    | 'takendown'
    | 'suspended'
    | 'deleted'
    | 'deactivated'
    | 'desynchronized'
    | 'throttled'
    | (string & {})
  /** Optional field, the current rev of the repo, if active=true */
  rev?: Tid
}
export type ErrorName = 'RepoNotFound'
/** Get the hosting status for a repository, on this server. Expected to be implemented by PDS and Relay. */
export const getRepoStatus: lex.Query<Params, Output, ErrorName, never> = lex.query(
  'com.atproto.sync.getRepoStatus',
  {
    params: lex.params({
      did: lex.string({format: 'did'}),
    }, ['did']),
    output: lex.body('application/json', lex.object({
      did: lex.string({format: 'did'}),
      active: lex.boolean(),
      status: lex.string({
        knownValues: [
          'takendown',
          'suspended',
          'deleted',
          'deactivated',
          'desynchronized',
          'throttled',
        ],
      }),
      rev: lex.string({format: 'tid'}),
    }, ['did', 'active'])),
    errors: ['RepoNotFound'],
  },
)

export {getRepoStatus as main}
