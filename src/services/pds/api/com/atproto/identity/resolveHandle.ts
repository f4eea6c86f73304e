/** The DID behind a handle: of an account here, or of any on the network. */
import {resolveHandle} from '#lex/gen/com/atproto/identity/resolveHandle.ts'
import type {Identities} from '#sdk/identity.ts'
import type {Accounts} from '../../../../accounts/accounts.ts'
import {query} from '../../../callers.ts'
import {isVisible} from '../../../visible-repo.ts'

type Deps = {
  accounts: Pick<Accounts, 'find'>
  identities: Pick<Identities, 'handleDid'>
  handleDomains: readonly string[]
}

export const endpoint = ({accounts, identities, handleDomains}: Deps) =>
  query(resolveHandle, {
    auth: 'none',
    async handle({params: {handle}, fail, signal}) {
      const account = await accounts.find(handle)
      // One that is at rest or taken down leads nowhere, as if its domain were silent.
      if (account && isVisible(account)) return {did: account.did}
      // Of our own domains nobody else has any.
      const ours = handleDomains.some(domain => handle.endsWith(domain))
      const found = ours ? undefined : await identities.handleDid(handle, {signal})
      if (!found?.ok) throw fail('HandleNotFound', `Could not find an account for ${handle}.`)
      return {did: found.value}
    },
  })
