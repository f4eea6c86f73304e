// Generated from lexicons/com/atproto/server/describeServer.json by the lexicon generator. Do not edit.
import type {Did} from '#atp/syntax/did.ts'
import type {Uri} from '#atp/syntax/uri.ts'
import * as lex from '#lex/schema/define.ts'

export type Params = {}
export type Output = {
  /** If true, an invite code must be supplied to create an account on this instance. */
  inviteCodeRequired?: boolean
  /** If true, a phone verification token must be supplied to create an account on this instance. */
  phoneVerificationRequired?: boolean
  /** Maximum size of a blob that can be uploaded via com.atproto.repo.uploadBlob, in bytes. */
  blobUploadLimit?: number
  /** List of domain suffixes that can be used in account handles. */
  availableUserDomains: string[]
  /** URLs of service policy documents. */
  links?: Links
  /** Contact information */
  contact?: Contact
  did: Did
}
export type ErrorName = never
/** Describes the server's account creation requirements and capabilities. Implemented by PDS. */
export const describeServer: lex.Query<Params, Output, ErrorName, never> = lex.query(
  'com.atproto.server.describeServer',
  {
    output: lex.body('application/json', lex.object({
      inviteCodeRequired: lex.boolean(),
      phoneVerificationRequired: lex.boolean(),
      blobUploadLimit: lex.integer(),
      availableUserDomains: lex.array(lex.string()),
      links: lex.ref(() => links),
      contact: lex.ref(() => contact),
      did: lex.string({format: 'did'}),
    }, ['did', 'availableUserDomains'])),
  },
)

export type Links = {
  $type?: 'com.atproto.server.describeServer#links'
  privacyPolicy?: Uri
  termsOfService?: Uri
}
export const links: lex.ObjectSchema<Links> = lex.typed('com.atproto.server.describeServer#links', {
  privacyPolicy: lex.string({format: 'uri'}),
  termsOfService: lex.string({format: 'uri'}),
})

export type Contact = {
  $type?: 'com.atproto.server.describeServer#contact'
  email?: string
}
export const contact: lex.ObjectSchema<Contact> = lex.typed('com.atproto.server.describeServer#contact', {
  email: lex.string(),
})

export {describeServer as main}
