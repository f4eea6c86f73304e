// Generated from lexicons/com/atproto/server/createAccount.json by the lexicon generator. Do not edit.
import type {Did} from '#atp/syntax/did.ts'
import type {Handle} from '#atp/syntax/handle.ts'
import * as lex from '#lex/schema/define.ts'

export type Params = {}
export type Input = {
  email?: string
  /** Requested handle for the account. */
  handle: Handle
  /** Pre-existing atproto DID, being imported to a new account. */
  did?: Did
  inviteCode?: string
  verificationCode?: string
  verificationPhone?: string
  /** Initial account password. May need to meet instance-specific password strength requirements. */
  password?: string
  /** DID PLC rotation key (aka, recovery key) to be included in PLC creation operation. */
  recoveryKey?: string
  /**
   * A signed DID PLC operation to be submitted as part of importing an existing account to this instance. NOTE: this
   * optional field may be updated when full account migration is implemented.
   */
  plcOp?: lex.Unknown
}
export type Output = {
  accessJwt: string
  refreshJwt: string
  handle: Handle
  /** The DID of the new account. */
  did: Did
  /** Complete DID document. */
  didDoc?: lex.Unknown
}
export type ErrorName =
  | 'InvalidHandle'
  | 'InvalidPassword'
  | 'InvalidInviteCode'
  | 'HandleNotAvailable'
  | 'UnsupportedDomain'
  | 'UnresolvableDid'
  | 'IncompatibleDidDoc'
/** Create an account. Implemented by PDS. */
export const createAccount: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'com.atproto.server.createAccount',
  {
    input: lex.body('application/json', lex.object({
      email: lex.string(),
      handle: lex.string({format: 'handle'}),
      did: lex.string({format: 'did'}),
      inviteCode: lex.string(),
      verificationCode: lex.string(),
      verificationPhone: lex.string(),
      password: lex.string(),
      recoveryKey: lex.string(),
      plcOp: lex.unknown(),
    }, ['handle'])),
    output: lex.body('application/json', lex.object({
      accessJwt: lex.string(),
      refreshJwt: lex.string(),
      handle: lex.string({format: 'handle'}),
      did: lex.string({format: 'did'}),
      didDoc: lex.unknown(),
    }, ['accessJwt', 'refreshJwt', 'handle', 'did'])),
    errors: [
      'InvalidHandle',
      'InvalidPassword',
      'InvalidInviteCode',
      'HandleNotAvailable',
      'UnsupportedDomain',
      'UnresolvableDid',
      'IncompatibleDidDoc',
    ],
  },
)

export {createAccount as main}
