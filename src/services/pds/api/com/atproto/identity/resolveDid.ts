/** The document of a DID. */
import {resolveDid} from '#lex/gen/com/atproto/identity/resolveDid.ts'
import {query} from '../../../callers.ts'
import {identityInfo, type IdentityInfoDeps} from '../../../../identity/identity-info.ts'

export const endpoint = (deps: IdentityInfoDeps) =>
  query(resolveDid, {
    auth: 'none',
    handle: async ({params, signal}) => ({didDoc: (await identityInfo(deps, params.did, {signal})).didDoc}),
  })
