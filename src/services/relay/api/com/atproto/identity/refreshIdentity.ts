/** What `resolveIdentity` answers, looked up anew: for who knows that something has changed. */
import {refreshIdentity} from '#lex/gen/com/atproto/identity/refreshIdentity.ts'
import {answered} from '../../../answered.ts'
import {procedure} from '../../../callers.ts'
import type {IdentityAnswers} from '../../../../identity/identity-answers.ts'

type Deps = {identities: Pick<IdentityAnswers, 'info'>}

export const endpoint = ({identities}: Deps) =>
  procedure(refreshIdentity, {
    auth: 'none',
    handle: async ({input: {identifier}, request}) =>
      answered(await identities.info(identifier, request, request.signal, true), identifier),
  })
