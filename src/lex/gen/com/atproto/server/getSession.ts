// Generated from lexicons/com/atproto/server/getSession.json by the lexicon generator. Do not edit.
import type {Did} from '#atp/syntax/did.ts'
import type {Handle} from '#atp/syntax/handle.ts'
import * as lex from '#lex/schema/define.ts'

export type Params = {}
export type Output = {
  handle: Handle
  did: Did
  didDoc?: lex.Unknown
  email?: string
  emailConfirmed?: boolean
  emailAuthFactor?: boolean
  active?: boolean
  /**
   * If active=false, this optional field indicates a possible reason for why the account is not active. If active=false
   * and no status is supplied, then the host makes no claim for why the repository is no longer being hosted.
   */
  status?: 'takendown' | 'suspended' | 'deactivated' | (string & {})
}
export type ErrorName = never
/** Get information about the current auth session. Requires auth. */
export const getSession: lex.Query<Params, Output, ErrorName, never> = lex.query(
  'com.atproto.server.getSession',
  {
    output: lex.body('application/json', lex.object({
      handle: lex.string({format: 'handle'}),
      did: lex.string({format: 'did'}),
      didDoc: lex.unknown(),
      email: lex.string(),
      emailConfirmed: lex.boolean(),
      emailAuthFactor: lex.boolean(),
      active: lex.boolean(),
      status: lex.string({knownValues: ['takendown', 'suspended', 'deactivated']}),
    }, ['handle', 'did'])),
  },
)

export {getSession as main}
