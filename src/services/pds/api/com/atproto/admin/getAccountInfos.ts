/** What this server knows of several accounts. */
import {getAccountInfos} from '#lex/gen/com/atproto/admin/getAccountInfos.ts'
import type {AccountStore} from '../../../../store/accounts/account-store.ts'
import {accountView} from '../../../account-view.ts'
import {query} from '../../../callers.ts'
import type {InviteStore} from '../../../../store/accounts/invite-store.ts'

type Deps = {
  accountStore: Pick<AccountStore, 'byDid'>
  inviteStore: Pick<InviteStore, 'standing' | 'invite' | 'invitesOf'>
}

export const endpoint = ({accountStore, inviteStore}: Deps) =>
  query(getAccountInfos, {
    auth: 'moderator',
    async handle({params}) {
      const accounts = await Promise.all(params.dids.slice(0, 100).map(did => accountStore.byDid(did)))
      const found = accounts.filter(account => account !== undefined)
      return {infos: await Promise.all(found.map(account => accountView(account, inviteStore)))}
    },
  })
