/** Who an identifier stands for, as `com.atproto.identity` answers it: of the accounts here by what we know ourselves. */
import {handleOf} from '#atp/identity/did-document.ts'
import type {AtIdentifier} from '#atp/syntax/at-identifier.ts'
import {isDid} from '#atp/syntax/did.ts'
import {invalidHandle} from '#atp/syntax/handle.ts'
import type {Identities, Look} from '#sdk/identity.ts'
import type {Found} from '#sdk/did-lookup.ts'
import type {Accounts} from '../accounts/accounts.ts'
import type {OwnIdentities} from './own-identities.ts'
import {Refusal} from '../refusal.ts'

export interface IdentityInfoDeps {
  accounts: Pick<Accounts, 'find'>
  ownIdentities: Pick<OwnIdentities, 'current'>
  identities: Pick<Identities, 'identity'>
}

/** Throws `Refusal` `handle-unknown`, `did-unknown` or `did-deactivated`. */
export async function identityInfo(
  {accounts, ownIdentities, identities}: IdentityInfoDeps,
  identifier: AtIdentifier,
  look: Look = {},
) {
  const account = await accounts.find(identifier)
  if (!account) {
    const found = demanded(await identities.identity(identifier, look), identifier)
    return {did: found.did, handle: found.handle, didDoc: {...found.document}}
  }
  const {document} = demanded(await ownIdentities.current(account.did, look), identifier)
  // Of an account here this server itself is the other end of the handle.
  const handle = account.handle !== null && handleOf(document) === account.handle ? account.handle : invalidHandle
  return {did: account.did, handle, didDoc: {...document}}
}

function demanded<T>(found: Found<T>, identifier: AtIdentifier): T {
  if (found.ok) return found.value
  const unknown = isDid(identifier) ? 'did-unknown' : 'handle-unknown'
  throw new Refusal(found.reason === 'deactivated' ? 'did-deactivated' : unknown, found.detail)
}
