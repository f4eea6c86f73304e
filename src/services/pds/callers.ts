/** Who may call this server, and the words its endpoints are written in. */
import type {Did} from '#atp/syntax/did.ts'
import {endpointsFor} from '#xrpc/endpoint.ts'
import {bearerToken} from '#xrpc/service-auth.ts'
import {XrpcError} from '#xrpc/errors.ts'
import type {Authenticator} from '#xrpc/router.ts'
import type {AccountStore} from './account-store.ts'
import type {AccessScope, Tokens} from './tokens.ts'

export interface SessionCaller {
  did: Did
  scope: AccessScope
}

/** `full` is a login with the account's own password; `session` takes app passwords as well. */
export interface Callers {
  session: SessionCaller
  full: SessionCaller
  /** The refresh token itself, for the two methods that take it in the place of an access token. */
  refresh: {token: string}
}

export const {query, procedure, subscription} = endpointsFor<Callers>()

export function authenticators(
  tokens: Tokens,
  accounts: Pick<AccountStore, 'byDid'>,
): {readonly [K in keyof Callers]: Authenticator<Callers[K]>} {
  const session = async (request: Request): Promise<SessionCaller> => {
    const {did, scope} = await tokens.verifyAccess(bearer(request))
    const account = await accounts.byDid(did)
    if (!account) throw new XrpcError('AccountNotFound', 'This account is not here any more.', {status: 403})
    if (account.takedownRef) {
      throw new XrpcError('AccountTakedown', 'This account has been taken down.', {status: 401})
    }
    return {did, scope}
  }
  return {
    session,
    full: async request => {
      const caller = await session(request)
      if (caller.scope === 'com.atproto.access') return caller
      throw new XrpcError('InvalidToken', 'This needs a login with the account password, not an app password.')
    },
    refresh: async request => ({token: bearer(request)}),
  }
}

function bearer(request: Request): string {
  const token = bearerToken(request.headers)
  if (token === undefined) throw new XrpcError('AuthMissing', 'Log in first: this needs an Authorization header.')
  return token
}

/** The caller's own DID, or an error: `repo` may be a handle, and must be the caller's. */
export async function ownRepo(
  accounts: {find(actor: string): Promise<{did: Did; deactivatedMs: number | null} | undefined>},
  repo: string,
  caller: SessionCaller,
): Promise<Did> {
  const account = await accounts.find(repo)
  if (account?.did !== caller.did) throw new XrpcError('InvalidRequest', 'You can only write to your own repository.')
  if (account.deactivatedMs !== null) {
    throw new XrpcError('AccountDeactivated', 'This account is deactivated; activate it first.', {status: 401})
  }
  return caller.did
}
