// Generated from lexicons/com/atproto/sync/listBlobs.json by the lexicon generator. Do not edit.
import type {CidString} from '#atp/syntax/cid-string.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {Tid} from '#atp/syntax/tid.ts'
import * as lex from '#lex/schema/define.ts'

export type Params = {
  /** The DID of the repo. */
  did: Did
  /** Optional revision of the repo to list blobs since. */
  since?: Tid
  limit?: number
  cursor?: string
}
export type Output = {
  cursor?: string
  cids: CidString[]
}
export type ErrorName = 'RepoNotFound' | 'RepoTakendown' | 'RepoSuspended' | 'RepoDeactivated'
/** List blob CIDs for an account, since some repo revision. Does not require auth; implemented by PDS. */
export const listBlobs: lex.Query<Params, Output, ErrorName, 'limit'> = lex.query(
  'com.atproto.sync.listBlobs',
  {
    params: lex.params({
      did: lex.string({format: 'did'}),
      since: lex.string({format: 'tid'}),
      limit: lex.integer({minimum: 1, maximum: 1000, default: 500}),
      cursor: lex.string(),
    }, ['did']),
    output: lex.body('application/json', lex.object({
      cursor: lex.string(),
      cids: lex.array(lex.string({format: 'cid'})),
    }, ['cids'])),
    errors: ['RepoNotFound', 'RepoTakendown', 'RepoSuspended', 'RepoDeactivated'],
  },
)

export {listBlobs as main}
