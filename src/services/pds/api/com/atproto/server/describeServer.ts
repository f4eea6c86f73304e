/** What this server offers to those who want an account. */
import {describeServer} from '#lex/gen/com/atproto/server/describeServer.ts'
import type {Did} from '#atp/syntax/did.ts'
import {query} from '../../../callers.ts'

type Deps = {
  service: Did
  handleDomains: readonly string[]
  inviteRequired: boolean
  /** Bytes of the biggest blob. */
  blobSizeMax: number
  /** Where the rules of this server stand, and who answers for it. */
  about: {privacyPolicyUrl: string | undefined; termsOfServiceUrl: string | undefined; contactEmail: string | undefined}
}

export const endpoint = ({service, handleDomains, inviteRequired, blobSizeMax, about}: Deps) =>
  query(describeServer, {
    auth: 'none',
    handle: async () => ({
      did: service,
      availableUserDomains: [...handleDomains],
      inviteCodeRequired: inviteRequired,
      phoneVerificationRequired: false,
      blobUploadLimit: blobSizeMax,
      links: {privacyPolicy: about.privacyPolicyUrl, termsOfService: about.termsOfServiceUrl},
      contact: {email: about.contactEmail},
    }),
  })
