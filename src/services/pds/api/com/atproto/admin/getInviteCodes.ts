/** All invite codes, the newest or the most used first. */
import {getInviteCodes} from '#lex/gen/com/atproto/admin/getInviteCodes.ts'
import {query} from '../../../callers.ts'
import type {InviteStore} from '../../../../store/accounts/invite-store.ts'
import {inviteView} from '../../../../accounts/invites.ts'

type Deps = {inviteStore: Pick<InviteStore, 'invites'>}

export const endpoint = ({inviteStore}: Deps) =>
  query(getInviteCodes, {
    auth: 'moderator',
    async handle({params, fail}) {
      const {sort, cursor: after, limit} = params
      if (sort !== 'recent' && sort !== 'usage') throw fail('InvalidRequest', 'sort: expected recent or usage.')
      const found = await inviteStore.invites({sort, after, limit})
      return {codes: found.map(inviteView), cursor: found.length === limit ? found[limit - 1].code : undefined}
    },
  })
