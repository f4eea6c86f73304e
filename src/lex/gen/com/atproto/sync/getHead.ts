// Generated from lexicons/com/atproto/sync/getHead.json by the lexicon generator. Do not edit.
import type {CidString} from '#atp/syntax/cid-string.ts'
import type {Did} from '#atp/syntax/did.ts'
import * as lex from '#lex/schema/define.ts'

export type Params = {
  /** The DID of the repo. */
  did: Did
}
export type Output = {
  root: CidString
}
export type ErrorName = 'HeadNotFound'
/** DEPRECATED - please use com.atproto.sync.getLatestCommit instead */
export const getHead: lex.Query<Params, Output, ErrorName, never> = lex.query(
  'com.atproto.sync.getHead',
  {
    params: lex.params({
      did: lex.string({format: 'did'}),
    }, ['did']),
    output: lex.body('application/json', lex.object({
      root: lex.string({format: 'cid'}),
    }, ['root'])),
    errors: ['HeadNotFound'],
  },
)

export {getHead as main}
