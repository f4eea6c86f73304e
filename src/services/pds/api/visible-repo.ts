/**
 * The account behind a DID whose repository the caller may read, or the error that the sync methods declare. What is taken
 * down or at rest only its owner and the admin read: whoever has to leave can take along what is his.
 */
import type {Did} from '#atp/syntax/did.ts'
import {XrpcError} from '#xrpc/errors.ts'
import type {Account, AccountStore} from '../store/accounts/account-store.ts'
import type {Visitor} from './callers.ts'

export async function visibleRepo(accounts: Pick<AccountStore, 'byDid'>, did: Did, visitor: Visitor): Promise<Account> {
  const account = await accounts.byDid(did)
  if (!account) throw new XrpcError('RepoNotFound', `This server has no repository for ${did}.`)
  if (visitor !== 'admin' && visitor?.did !== did) demandVisible(account)
  return account
}

/** Throws `XrpcError` for an account that is not shown to everybody. */
export function demandVisible({did, takedownRef, deactivatedMs}: Account): void {
  if (takedownRef !== null) throw new XrpcError('RepoTakendown', `${did} has been taken down.`)
  if (deactivatedMs !== null) throw new XrpcError('RepoDeactivated', `${did} is deactivated.`)
}

/** Whether the account is shown to anyone at all. */
export const isVisible = ({takedownRef, deactivatedMs}: Account): boolean =>
  takedownRef === null && deactivatedMs === null
