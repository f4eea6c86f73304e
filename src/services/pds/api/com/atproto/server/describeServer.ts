/** What this server offers to those who want an account. */
import {describeServer} from '#lex/gen/com/atproto/server/describeServer.ts'
import type {Did} from '#atp/syntax/did.ts'
import {query} from '../../../../callers.ts'

type Deps = {service: Did; handleDomains: readonly string[]; inviteRequired: boolean}

export const endpoint = ({service, handleDomains, inviteRequired}: Deps) =>
  query(describeServer, {
    auth: 'none',
    handle: async () => ({
      did: service,
      availableUserDomains: [...handleDomains],
      inviteCodeRequired: inviteRequired,
      phoneVerificationRequired: false,
    }),
  })
