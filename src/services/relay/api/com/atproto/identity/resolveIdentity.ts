/** The account behind a handle or DID, with its document and the handle that is really its own. */
import {resolveIdentity} from '#lex/gen/com/atproto/identity/resolveIdentity.ts'
import {answered} from '../../../answered.ts'
import {query} from '../../../callers.ts'
import type {IdentityAnswers} from '../../../../identity/identity-answers.ts'

type Deps = {identities: Pick<IdentityAnswers, 'info'>}

export const endpoint = ({identities}: Deps) =>
  query(resolveIdentity, {
    auth: 'none',
    handle: async ({params: {identifier}, request, signal}) =>
      answered(await identities.info(identifier, request, signal), identifier),
  })
