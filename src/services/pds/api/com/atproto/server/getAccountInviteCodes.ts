/** The invite codes of the caller. */
import {getAccountInviteCodes} from '#lex/gen/com/atproto/server/getAccountInviteCodes.ts'
import type {AccountStore} from '../../../../store/accounts/account-store.ts'
import {query} from '../../../callers.ts'
import {inviteView, isOpen, type Invites} from '../../../../accounts/invites.ts'

type Deps = {accountStore: Pick<AccountStore, 'byDid'>; invites: Pick<Invites, 'listOf'>}

export const endpoint = ({accountStore, invites}: Deps) =>
  query(getAccountInviteCodes, {
    auth: 'full',
    async handle({params, caller, fail}) {
      const account = await accountStore.byDid(caller.did)
      if (!account) throw fail('InvalidRequest', 'This account no longer exists here.')
      const all = await invites.listOf(account, params.createAvailable)
      return {codes: all.filter(invite => params.includeUsed || isOpen(invite)).map(inviteView)}
    },
  })
