// Generated from lexicons/com/atproto/identity/getRecommendedDidCredentials.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'

export type Params = {}
export type Output = {
  /** Recommended rotation keys for PLC dids. Should be undefined (or ignored) for did:webs. */
  rotationKeys?: string[]
  alsoKnownAs?: string[]
  verificationMethods?: lex.Unknown
  services?: lex.Unknown
}
export type ErrorName = never
/** Describe the credentials that should be included in the DID doc of an account that is migrating to this service. */
export const getRecommendedDidCredentials: lex.Query<Params, Output, ErrorName, never> = lex.query(
  'com.atproto.identity.getRecommendedDidCredentials',
  {
    output: lex.body('application/json', lex.object({
      rotationKeys: lex.array(lex.string()),
      alsoKnownAs: lex.array(lex.string()),
      verificationMethods: lex.unknown(),
      services: lex.unknown(),
    })),
  },
)

export {getRecommendedDidCredentials as main}
