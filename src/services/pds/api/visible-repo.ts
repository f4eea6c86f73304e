/** The account behind a DID whose repository anyone may read, or the error that the sync methods declare. */
import type {Did} from '#atp/syntax/did.ts'
import {XrpcError} from '#xrpc/errors.ts'
import type {Account, AccountStore} from '../store/accounts/account-store.ts'

export async function visibleRepo(accounts: Pick<AccountStore, 'byDid'>, did: Did): Promise<Account> {
  const account = await accounts.byDid(did)
  if (!account) throw new XrpcError('RepoNotFound', `This server has no repository for ${did}.`)
  demandVisible(account)
  return account
}

export function demandVisible({did, takedownRef, deactivatedMs}: Account): void {
  if (takedownRef !== null) throw new XrpcError('RepoTakendown', `${did} has been taken down.`)
  if (deactivatedMs !== null) throw new XrpcError('RepoDeactivated', `${did} is deactivated.`)
}

/** Whether the account is shown to anyone at all. */
export const isVisible = ({takedownRef, deactivatedMs}: Account): boolean =>
  takedownRef === null && deactivatedMs === null
