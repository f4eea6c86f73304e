/** Who may call this server, and the words its endpoints are written in. */
import type {Did} from '#atp/syntax/did.ts'
import {endpointsFor} from '#xrpc/endpoint.ts'
import {bearerToken} from '#xrpc/service-auth.ts'
import {XrpcError} from '#xrpc/errors.ts'
import type {Authenticator} from '#xrpc/router.ts'
import type {AccountStore} from '../store/accounts/account-store.ts'
import type {Admins} from './admins.ts'
import type {Delegates} from './delegates.ts'
import type {RateLimits} from './rate-limits.ts'
import type {AccessClaims, Tokens} from '../accounts/tokens.ts'

/** Whose session it is, and what it may do. */
export type SessionCaller = AccessClaims

export interface Callers {
  /** Any login, by app passwords as well. */
  session: SessionCaller
  /** The same, or a service that the account has signed a token for this method for. */
  delegate: {did: Did}
  /** A login with the account's own password. */
  full: SessionCaller
  /** As `full`, or the owner of an account that was taken down: may take the account elsewhere. */
  leaver: SessionCaller
  /** As `session` or `leaver`. */
  anyone: SessionCaller
  /** Whoever runs this server, by its admin password. */
  admin: void
  /** The same, or the moderation service of the configuration. */
  moderator: void
  /** The refresh token itself, for the two methods that take it in the place of an access token. */
  refresh: {token: string}
}

export const {query, procedure, subscription} = endpointsFor<Callers>()

export function authenticators(
  tokens: Tokens,
  accounts: Pick<AccountStore, 'byDid'>,
  limits: Pick<RateLimits, 'takeCall' | 'takeAdmin'>,
  admins: Admins,
  delegates: Pick<Delegates, 'owner'>,
): {readonly [K in keyof Callers]: Authenticator<Callers[K]>} {
  const demandAccount = async (did: Did, nsid: string, mayBeTakendown: boolean): Promise<void> => {
    const account = await accounts.byDid(did)
    if (!account) throw new XrpcError('AccountNotFound', 'This account no longer exists here.', {status: 403})
    if (account.takedownRef !== null && !mayBeTakendown) throw takendown()
    await limits.takeCall(did, nsid)
  }
  const anyone = async (request: Request, nsid: string): Promise<SessionCaller> => {
    const {did, scope} = await tokens.verifyAccess(bearer(request))
    await demandAccount(did, nsid, scope === 'com.atproto.takendown')
    return {did, scope}
  }
  const session = async (request: Request, nsid: string): Promise<SessionCaller> => {
    const caller = await anyone(request, nsid)
    if (caller.scope === 'com.atproto.takendown') throw takendown()
    return caller
  }
  const admin = async (request: Request): Promise<void> => {
    const guess = await limits.takeAdmin(request)
    admins.demand(request)
    await guess.right()
  }
  return {
    anyone,
    session,
    delegate: async (request, nsid) => {
      const did = await delegates.owner(request, nsid)
      if (did === undefined) return session(request, nsid)
      await demandAccount(did, nsid, false)
      return {did}
    },
    full: async (request, nsid) => {
      const caller = await session(request, nsid)
      demandOwner(caller)
      return caller
    },
    leaver: async (request, nsid) => {
      const caller = await anyone(request, nsid)
      demandOwner(caller)
      return caller
    },
    admin,
    moderator: async (request, nsid) => {
      if (!(await admins.isModerator(request, nsid))) await admin(request)
    },
    refresh: async request => ({token: bearer(request)}),
  }
}

function demandOwner({scope}: SessionCaller): void {
  if (scope === 'com.atproto.access' || scope === 'com.atproto.takendown') return
  throw new XrpcError('InvalidToken', 'Log in with your account password: an app password is not enough.')
}

const takendown = (): XrpcError => new XrpcError('AccountTakedown', 'This account has been taken down.', {status: 401})

function bearer(request: Request): string {
  const token = bearerToken(request.headers)
  if (token === undefined) throw new XrpcError('AuthMissing', 'Authorization header required: log in first.')
  return token
}

/** The caller's own DID, or an error: `repo` may be a handle, and must be the caller's. */
export async function ownRepo(
  accounts: {find(actor: string): Promise<{did: Did; deactivatedMs: number | null} | undefined>},
  repo: string,
  caller: SessionCaller,
): Promise<Did> {
  const account = await accounts.find(repo)
  if (!account) throw new XrpcError('InvalidRequest', `This server has no repository for ${repo}.`)
  if (account.did !== caller.did) {
    throw new XrpcError('AuthenticationRequired', 'You can only write to your own repository.')
  }
  if (account.deactivatedMs !== null) {
    throw new XrpcError('AccountDeactivated', 'This account is deactivated; activate it first.', {status: 401})
  }
  return caller.did
}
