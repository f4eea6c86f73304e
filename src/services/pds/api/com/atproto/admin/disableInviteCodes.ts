/** Voids invite codes, by themselves or by whose they are. */
import {disableInviteCodes} from '#lex/gen/com/atproto/admin/disableInviteCodes.ts'
import {procedure} from '../../../callers.ts'
import type {InviteStore} from '../../../../store/accounts/invite-store.ts'

type Deps = {inviteStore: Pick<InviteStore, 'disableInvites'>}

export const endpoint = ({inviteStore}: Deps) =>
  procedure(disableInviteCodes, {
    auth: 'moderator',
    async handle({input, fail}) {
      const {codes = [], accounts = []} = input
      if (accounts.includes('admin'))
        throw fail('InvalidRequest', 'accounts: codes of the admin must be disabled one by one.')
      await inviteStore.disableInvites(codes, accounts)
      return undefined
    },
  })
