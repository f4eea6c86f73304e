/** What this server knows of an account. */
import {getAccountInfo} from '#lex/gen/com/atproto/admin/getAccountInfo.ts'
import {XrpcError} from '#xrpc/errors.ts'
import type {AccountStore} from '../../../../store/accounts/account-store.ts'
import {accountView} from '../../../account-view.ts'
import {query} from '../../../callers.ts'
import type {InviteStore} from '../../../../store/accounts/invite-store.ts'

type Deps = {
  accountStore: Pick<AccountStore, 'byDid'>
  inviteStore: Pick<InviteStore, 'standing' | 'invite' | 'invitesOf'>
}

export const endpoint = ({accountStore, inviteStore}: Deps) =>
  query(getAccountInfo, {
    auth: 'moderator',
    async handle({params}) {
      const account = await accountStore.byDid(params.did)
      if (!account) throw new XrpcError('NotFound', 'Account not found')
      return accountView(account, inviteStore)
    },
  })
