/** Takes from an account the right to invite. */
import {disableAccountInvites} from '#lex/gen/com/atproto/admin/disableAccountInvites.ts'
import {procedure} from '../../../callers.ts'
import type {InviteStore} from '../../../../store/accounts/invite-store.ts'

type Deps = {inviteStore: Pick<InviteStore, 'setInviting'>}

export const endpoint = ({inviteStore}: Deps) =>
  procedure(disableAccountInvites, {
    auth: 'moderator',
    async handle({input}) {
      await inviteStore.setInviting(input.account, true)
      return undefined
    },
  })
