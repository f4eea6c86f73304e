// Generated from lexicons/app/bsky/graph/verification.json by the lexicon generator. Do not edit.
import type {Datetime} from '#atp/syntax/datetime.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {Handle} from '#atp/syntax/handle.ts'
import type {Tid} from '#atp/syntax/tid.ts'
import * as lex from '#lex/schema/define.ts'

/**
 * Record declaring a verification relationship between two accounts. Verifications are only considered valid by an app
 * if issued by an account the app considers trusted.
 */
export type Verification = {
  $type: 'app.bsky.graph.verification'
  /** DID of the subject the verification applies to. */
  subject: Did
  /**
   * Handle of the subject the verification applies to at the moment of verifying, which might not be the same at the
   * time of viewing. The verification is only valid if the current handle matches the one at the time of verifying.
   */
  handle: Handle
  /**
   * Display name of the subject the verification applies to at the moment of verifying, which might not be the same at
   * the time of viewing. The verification is only valid if the current displayName matches the one at the time of
   * verifying.
   */
  displayName: string
  /** Date of when the verification was created. */
  createdAt: Datetime
}
export const verification: lex.RecordSchema<Verification, Tid> = lex.record('app.bsky.graph.verification', 'tid', lex.object({
  subject: lex.string({format: 'did'}),
  handle: lex.string({format: 'handle'}),
  displayName: lex.string(),
  createdAt: lex.string({format: 'datetime'}),
}, ['subject', 'handle', 'displayName', 'createdAt']))

export {verification as main}
