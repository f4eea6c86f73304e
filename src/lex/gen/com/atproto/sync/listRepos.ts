// Generated from lexicons/com/atproto/sync/listRepos.json by the lexicon generator. Do not edit.
import type {CidString} from '#atp/syntax/cid-string.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {Tid} from '#atp/syntax/tid.ts'
import * as lex from '#lex/schema/define.ts'

export type Params = {
  limit?: number
  cursor?: string
}
export type Output = {
  cursor?: string
  repos: Repo[]
}
export type ErrorName = never
/**
 * Enumerates all the DID, rev, and commit CID for all repos hosted by this service. Does not require auth; implemented
 * by PDS and Relay.
 */
export const listRepos: lex.Query<Params, Output, ErrorName, 'limit'> = lex.query(
  'com.atproto.sync.listRepos',
  {
    params: lex.params({
      limit: lex.integer({minimum: 1, maximum: 1000, default: 500}),
      cursor: lex.string(),
    }),
    output: lex.body('application/json', lex.object({
      cursor: lex.string(),
      repos: lex.array(lex.ref(() => repo)),
    }, ['repos'])),
  },
)

export type Repo = {
  $type?: 'com.atproto.sync.listRepos#repo'
  did: Did
  /** Current repo commit CID */
  head: CidString
  rev: Tid
  active?: boolean
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
}
export const repo: lex.ObjectSchema<Repo> = lex.typed('com.atproto.sync.listRepos#repo', {
  did: lex.string({format: 'did'}),
  head: lex.string({format: 'cid'}),
  rev: lex.string({format: 'tid'}),
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
}, ['did', 'head', 'rev'])

export {listRepos as main}
