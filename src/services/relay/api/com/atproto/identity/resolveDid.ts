/** The document of a DID. */
import {resolveDid} from '#lex/gen/com/atproto/identity/resolveDid.ts'
import {answered} from '../../../answered.ts'
import {query} from '../../../callers.ts'
import type {IdentityAnswers} from '../../../../identity/identity-answers.ts'

type Deps = {identities: Pick<IdentityAnswers, 'document'>}

export const endpoint = ({identities}: Deps) =>
  query(resolveDid, {
    auth: 'none',
    handle: async ({params: {did}, request, signal}) => ({
      didDoc: {...answered(await identities.document(did, request, signal), did)},
    }),
  })
