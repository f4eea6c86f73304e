// Generated from lexicons/tools/ozone/verification/defs.json by the lexicon generator. Do not edit.
import type {AtUri} from '#atp/syntax/at-uri.ts'
import type {Datetime} from '#atp/syntax/datetime.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {Handle} from '#atp/syntax/handle.ts'
import * as lex from '#lex/schema/define.ts'
import * as moderationDefs from '../moderation/defs.ts'

/** Verification data for the associated subject. */
export type VerificationView = {
  $type?: 'tools.ozone.verification.defs#verificationView'
  /** The user who issued this verification. */
  issuer: Did
  /** The AT-URI of the verification record. */
  uri: AtUri
  /** The subject of the verification. */
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
  /** Timestamp when the verification was created. */
  createdAt: Datetime
  /** Describes the reason for revocation, also indicating that the verification is no longer valid. */
  revokeReason?: string
  /** Timestamp when the verification was revoked. */
  revokedAt?: Datetime
  /** The user who revoked this verification. */
  revokedBy?: Did
  subjectProfile?: lex.Other
  issuerProfile?: lex.Other
  subjectRepo?:
    | lex.Typed<moderationDefs.RepoViewDetail>
    | lex.Typed<moderationDefs.RepoViewNotFound>
    | lex.Other
  issuerRepo?:
    | lex.Typed<moderationDefs.RepoViewDetail>
    | lex.Typed<moderationDefs.RepoViewNotFound>
    | lex.Other
}
export const verificationView: lex.ObjectSchema<VerificationView> = lex.typed('tools.ozone.verification.defs#verificationView', {
  issuer: lex.string({format: 'did'}),
  uri: lex.string({format: 'at-uri'}),
  subject: lex.string({format: 'did'}),
  handle: lex.string({format: 'handle'}),
  displayName: lex.string(),
  createdAt: lex.string({format: 'datetime'}),
  revokeReason: lex.string(),
  revokedAt: lex.string({format: 'datetime'}),
  revokedBy: lex.string({format: 'did'}),
  subjectProfile: lex.union(() => []),
  issuerProfile: lex.union(() => []),
  subjectRepo: lex.union(() => [moderationDefs.repoViewDetail, moderationDefs.repoViewNotFound]),
  issuerRepo: lex.union(() => [moderationDefs.repoViewDetail, moderationDefs.repoViewNotFound]),
}, ['issuer', 'uri', 'subject', 'handle', 'displayName', 'createdAt'])
