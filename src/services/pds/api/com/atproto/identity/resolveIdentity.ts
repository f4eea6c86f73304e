/** The account behind a handle or DID, with its document and the handle that is really its own. */
import {resolveIdentity} from '#lex/gen/com/atproto/identity/resolveIdentity.ts'
import {query} from '../../../callers.ts'
import {identityInfo, type IdentityInfoDeps} from '../../../../identity/identity-info.ts'

export const endpoint = (deps: IdentityInfoDeps) =>
  query(resolveIdentity, {
    auth: 'none',
    handle: ({params, signal}) => identityInfo(deps, params.identifier, {signal}),
  })
