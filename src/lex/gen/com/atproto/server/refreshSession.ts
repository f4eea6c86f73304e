// Generated from lexicons/com/atproto/server/refreshSession.json by the lexicon generator. Do not edit.
import type {Did} from '#atp/syntax/did.ts'
import type {Handle} from '#atp/syntax/handle.ts'
import * as lex from '#lex/schema/define.ts'

export type Params = {}
export type Input = undefined
export type Output = {
  accessJwt: string
  refreshJwt: string
  handle: Handle
  did: Did
  didDoc?: lex.Unknown
  email?: string
  emailConfirmed?: boolean
  emailAuthFactor?: boolean
  active?: boolean
  /** Hosting status of the account. If not specified, then assume 'active'. */
  status?: 'takendown' | 'suspended' | 'deactivated' | (string & {})
}
export type ErrorName = 'AccountTakedown' | 'InvalidToken' | 'ExpiredToken'
/** Refresh an authentication session. Requires auth using the 'refreshJwt' (not the 'accessJwt'). */
export const refreshSession: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'com.atproto.server.refreshSession',
  {
    output: lex.body('application/json', lex.object({
      accessJwt: lex.string(),
      refreshJwt: lex.string(),
      handle: lex.string({format: 'handle'}),
      did: lex.string({format: 'did'}),
      didDoc: lex.unknown(),
      email: lex.string(),
      emailConfirmed: lex.boolean(),
      emailAuthFactor: lex.boolean(),
      active: lex.boolean(),
      status: lex.string({knownValues: ['takendown', 'suspended', 'deactivated']}),
    }, ['accessJwt', 'refreshJwt', 'handle', 'did'])),
    errors: ['AccountTakedown', 'InvalidToken', 'ExpiredToken'],
  },
)

export {refreshSession as main}
