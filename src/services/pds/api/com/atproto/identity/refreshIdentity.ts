/** Looks an identity up anew, for somebody who knows that it has changed. */
import {refreshIdentity} from '#lex/gen/com/atproto/identity/refreshIdentity.ts'
import {procedure} from '../../../callers.ts'
import {identityInfo, type IdentityInfoDeps} from '../../../../identity/identity-info.ts'

/** Looked up by others, it costs their servers something; more often than this nobody's changes. */
const maxAgeMs = 10_000

export const endpoint = (deps: IdentityInfoDeps) =>
  procedure(refreshIdentity, {
    auth: 'sessionOrClient',
    handle({input, caller}) {
      caller.for('nothing')
      return identityInfo(deps, input.identifier, {maxAgeMs})
    },
  })
