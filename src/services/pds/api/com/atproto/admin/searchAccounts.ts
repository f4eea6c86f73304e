/** Accounts whose email address begins so. */
import {searchAccounts} from '#lex/gen/com/atproto/admin/searchAccounts.ts'
import {isDid} from '#atp/syntax/did.ts'
import type {AccountStore} from '../../../../store/accounts/account-store.ts'
import {accountView} from '../../../account-view.ts'
import {query} from '../../../callers.ts'
import type {InviteStore} from '../../../../store/accounts/invite-store.ts'

type Deps = {
  accountStore: Pick<AccountStore, 'search'>
  inviteStore: Pick<InviteStore, 'standing' | 'invite' | 'invitesOf'>
}

export const endpoint = ({accountStore, inviteStore}: Deps) =>
  query(searchAccounts, {
    auth: 'moderator',
    async handle({params, fail}) {
      const {email = '', cursor, limit} = params
      if (cursor !== undefined && !isDid(cursor)) throw fail('InvalidRequest', 'Invalid cursor.')
      const found = await accountStore.search(email, cursor, limit)
      return {
        accounts: await Promise.all(found.map(account => accountView(account, inviteStore))),
        cursor: found.length === limit ? found[limit - 1].did : undefined,
      }
    },
  })
