/** The DID that the domain of a handle names. */
import {resolveHandle} from '#lex/gen/com/atproto/identity/resolveHandle.ts'
import {answered} from '../../../answered.ts'
import {query} from '../../../callers.ts'
import type {IdentityAnswers} from '../../../../identity/identity-answers.ts'

type Deps = {identities: Pick<IdentityAnswers, 'handleDid'>}

export const endpoint = ({identities}: Deps) =>
  query(resolveHandle, {
    auth: 'none',
    handle: async ({params: {handle}, request, signal}) => ({
      did: answered(await identities.handleDid(handle, request, signal), handle),
    }),
  })
