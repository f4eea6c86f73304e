// Generated from lexicons/com/atproto/sync/getLatestCommit.json by the lexicon generator. Do not edit.
import type {CidString} from '#atp/syntax/cid-string.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {Tid} from '#atp/syntax/tid.ts'
import * as lex from '#lex/schema/define.ts'

export type Params = {
  /** The DID of the repo. */
  did: Did
}
export type Output = {
  cid: CidString
  rev: Tid
}
export type ErrorName = 'RepoNotFound' | 'RepoTakendown' | 'RepoSuspended' | 'RepoDeactivated'
/** Get the current commit CID & revision of the specified repo. Does not require auth. */
export const getLatestCommit: lex.Query<Params, Output, ErrorName, never> = lex.query(
  'com.atproto.sync.getLatestCommit',
  {
    params: lex.params({
      did: lex.string({format: 'did'}),
    }, ['did']),
    output: lex.body('application/json', lex.object({
      cid: lex.string({format: 'cid'}),
      rev: lex.string({format: 'tid'}),
    }, ['cid', 'rev'])),
    errors: ['RepoNotFound', 'RepoTakendown', 'RepoSuspended', 'RepoDeactivated'],
  },
)

export {getLatestCommit as main}
