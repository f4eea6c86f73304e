// Generated from lexicons/com/atproto/sync/getCheckout.json by the lexicon generator. Do not edit.
import type {Did} from '#atp/syntax/did.ts'
import * as lex from '#lex/schema/define.ts'

export type Params = {
  /** The DID of the repo. */
  did: Did
}
export type Output = lex.Binary
export type ErrorName = never
/** DEPRECATED - please use com.atproto.sync.getRepo instead */
export const getCheckout: lex.Query<Params, Output, ErrorName, never> = lex.query(
  'com.atproto.sync.getCheckout',
  {
    params: lex.params({
      did: lex.string({format: 'did'}),
    }, ['did']),
    output: lex.body('application/vnd.ipld.car'),
  },
)

export {getCheckout as main}
