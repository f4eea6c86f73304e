/** An account as admins and moderators see it. */
import {datetimeOf} from '#atp/syntax/datetime.ts'
import {invalidHandle} from '#atp/syntax/handle.ts'
import type {Account} from '../store/accounts/account-store.ts'
import type {InviteStore} from '../store/accounts/invite-store.ts'
import {inviteView} from '../accounts/invites.ts'

export async function accountView(
  {did, handle, email, emailConfirmedMs, createdMs, deactivatedMs}: Account,
  invites: Pick<InviteStore, 'standing' | 'invite' | 'invitesOf'>,
) {
  const {inviteCode, disabled} = await invites.standing(did)
  const invitedBy = inviteCode === null ? undefined : await invites.invite(inviteCode)
  const own = await invites.invitesOf(did)
  return {
    did,
    handle: handle ?? invalidHandle,
    indexedAt: datetimeOf(createdMs),
    invitesDisabled: disabled,
    invites: own.map(inviteView),
    ...(invitedBy && {invitedBy: inviteView(invitedBy)}),
    ...(email !== null && {email}),
    ...(emailConfirmedMs !== null && {emailConfirmedAt: datetimeOf(emailConfirmedMs)}),
    ...(deactivatedMs !== null && {deactivatedAt: datetimeOf(deactivatedMs)}),
  }
}
