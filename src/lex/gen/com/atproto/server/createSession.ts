// Generated from lexicons/com/atproto/server/createSession.json by the lexicon generator. Do not edit.
import type {Did} from '#atp/syntax/did.ts'
import type {Handle} from '#atp/syntax/handle.ts'
import * as lex from '#lex/schema/define.ts'

export type Params = {}
export type Input = {
  /** Handle or other identifier supported by the server for the authenticating user. */
  identifier: string
  password: string
  authFactorToken?: string
  /**
   * When true, instead of throwing error for takendown accounts, a valid response with a narrow scoped token will be
   * returned
   */
  allowTakendown?: boolean
}
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
  /**
   * If active=false, this optional field indicates a possible reason for why the account is not active. If active=false
   * and no status is supplied, then the host makes no claim for why the repository is no longer being hosted.
   */
  status?: 'takendown' | 'suspended' | 'deactivated' | (string & {})
}
export type ErrorName = 'AccountTakedown' | 'AuthFactorTokenRequired'
/** Create an authentication session. */
export const createSession: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'com.atproto.server.createSession',
  {
    input: lex.body('application/json', lex.object({
      identifier: lex.string(),
      password: lex.string(),
      authFactorToken: lex.string(),
      allowTakendown: lex.boolean(),
    }, ['identifier', 'password'])),
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
    errors: ['AccountTakedown', 'AuthFactorTokenRequired'],
  },
)

export {createSession as main}
