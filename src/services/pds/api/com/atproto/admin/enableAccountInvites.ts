/** Gives an account the right to invite back. */
import {enableAccountInvites} from '#lex/gen/com/atproto/admin/enableAccountInvites.ts'
import {procedure} from '../../../callers.ts'
import type {InviteStore} from '../../../../store/accounts/invite-store.ts'

type Deps = {inviteStore: Pick<InviteStore, 'setInviting'>}

export const endpoint = ({inviteStore}: Deps) =>
  procedure(enableAccountInvites, {
    auth: 'moderator',
    async handle({input}) {
      await inviteStore.setInviting(input.account, false)
      return undefined
    },
  })
