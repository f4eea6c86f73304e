/** The account behind a DID whose repository anyone may read, or the error that the sync methods declare. */
import type {Did} from '#atp/syntax/did.ts'
import {XrpcError} from '#xrpc/errors.ts'
import type {Account, AccountStore} from './account-store.ts'

export async function visibleRepo(accounts: Pick<AccountStore, 'byDid'>, did: Did): Promise<Account> {
  const account = await accounts.byDid(did)
  if (!account) throw new XrpcError('RepoNotFound', `There is no repository of ${did} here.`)
  if (account.takedownRef !== null) throw new XrpcError('RepoTakendown', `${did} has been taken down.`)
  if (account.deactivatedMs !== null) throw new XrpcError('RepoDeactivated', `${did} is deactivated.`)
  return account
}
