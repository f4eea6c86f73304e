// Generated from lexicons/com/atproto/server/reserveSigningKey.json by the lexicon generator. Do not edit.
import type {Did} from '#atp/syntax/did.ts'
import * as lex from '#lex/schema/define.ts'

export type Params = {}
export type Input = {
  /** The DID to reserve a key for. */
  did?: Did
}
export type Output = {
  /** The public key for the reserved signing key, in did:key serialization. */
  signingKey: string
}
export type ErrorName = never
/**
 * Reserve a repo signing key, for use with account creation. Necessary so that a DID PLC update operation can be
 * constructed during an account migraiton. Public and does not require auth; implemented by PDS. NOTE: this endpoint
 * may change when full account migration is implemented.
 */
export const reserveSigningKey: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'com.atproto.server.reserveSigningKey',
  {
    input: lex.body('application/json', lex.object({
      did: lex.string({format: 'did'}),
    })),
    output: lex.body('application/json', lex.object({
      signingKey: lex.string(),
    }, ['signingKey'])),
  },
)

export {reserveSigningKey as main}
