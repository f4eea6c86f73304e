// Generated from lexicons/com/atproto/server/getServiceAuth.json by the lexicon generator. Do not edit.
import type {Nsid} from '#atp/syntax/nsid.ts'
import * as lex from '#lex/schema/define.ts'

export type Params = {
  /** The DID or `did#serviceId` reference of the service that the token will be used to authenticate with. */
  aud: string
  /**
   * The time in Unix Epoch seconds that the JWT expires. Defaults to 60 seconds in the future. The service may enforce
   * certain time bounds on tokens depending on the requested scope.
   */
  exp?: number
  /** Lexicon (XRPC) method to bind the requested token to */
  lxm?: Nsid
}
export type Output = {
  token: string
}
export type ErrorName = 'BadExpiration'
/** Get a signed token on behalf of the requesting DID for the requested service. */
export const getServiceAuth: lex.Query<Params, Output, ErrorName, never> = lex.query(
  'com.atproto.server.getServiceAuth',
  {
    params: lex.params({
      aud: lex.string({maxLength: 2048}),
      exp: lex.integer(),
      lxm: lex.string({format: 'nsid'}),
    }, ['aud']),
    output: lex.body('application/json', lex.object({
      token: lex.string(),
    }, ['token'])),
    errors: ['BadExpiration'],
  },
)

export {getServiceAuth as main}
