/** Who may call this server, and the words its endpoints are written in. */
import type {Did} from '#atp/syntax/did.ts'
import {endpointsFor} from '#xrpc/endpoint.ts'
import {bearerToken} from '#xrpc/service-auth.ts'
import {XrpcError} from '#xrpc/errors.ts'
import type {Authenticator} from '#xrpc/router.ts'
import type {Account, AccountStore} from '../store/accounts/account-store.ts'
import type {Admins} from './admins.ts'
import {namesMethod, type Delegates} from './delegates.ts'
import type {RateLimits} from './rate-limits.ts'
import type {AccessClaims, TokenClaims} from '../accounts/tokens.ts'
import {Asker, type Caller, type ClientClaims, ClientCallers} from '../permissions/asker.ts'

/** Whose session it is, and what it may do. */
export type SessionCaller = AccessClaims

/** Who reads a repository, as far as that is known: an account, by whichever login, or the admin. */
export type Visitor = {did: Did} | 'admin' | undefined

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
  /** As those above, or an app by OAuth. All others refuse apps. */
  sessionOrClient: Asker
  delegateOrClient: Asker<{did: Did}>
  fullOrClient: Asker
  leaverOrClient: Asker
  anyoneOrClient: Asker
  /** As the last, the admin, or nobody at all: for what everybody may read until it is hidden. */
  visitor: Visitor
  /** As `anyoneOrClient`, or the moderation service of the configuration (undefined). */
  overseer: Asker | undefined
  /** Whoever runs this server, by its admin password. */
  admin: void
  /** The same, or the moderation service of the configuration. */
  moderator: void
  /** The refresh token itself, for the two methods that take it in the place of an access token. */
  refresh: {token: string}
}

export const {query, procedure, subscription} = endpointsFor<Callers>()

/** Who vouches for the tokens of apps. */
export interface ClientTokens {
  /** What the token and the proof of a request (`Authorization: DPoP …`) say. Throws `XrpcError` unless both are good. */
  verifyDpop(request: Request): Promise<ClientClaims>
}

/** Who vouches for session tokens: this server, or its entryway, which knows when one has ended. */
export interface SessionTokens {
  verifyAccess(token: string): Promise<AccessClaims & Partial<TokenClaims>>
}

/** By what the caller of a request was known, where that can end: an app also by what it was granted. */
const known = new WeakMap<Request, Pick<Account, 'did' | 'sessionEpoch'> & {app?: ClientClaims}>()

/**
 * What throws once a call's session, or an app's access, has ended since the call was let in: `RouterOptions.recheck`.
 * `isGranted` says whether what an app was granted still holds.
 */
export const recheck =
  (
    accounts: Pick<AccountStore, 'byDid'>,
    isGranted: (app: Pick<ClientClaims, 'did' | 'tokenId'>) => Promise<boolean>,
  ) =>
  async (request: Request): Promise<void> => {
    const by = known.get(request)
    if (!by) return
    const isLive = (await accounts.byDid(by.did))?.sessionEpoch === by.sessionEpoch
    if (!isLive || (by.app && !(await isGranted(by.app)))) throw sessionEnded()
  }

export function authenticators(
  tokens: SessionTokens,
  accounts: Pick<AccountStore, 'byDid'>,
  limits: Pick<RateLimits, 'takeCall' | 'takeAdmin'>,
  admins: Admins,
  delegates: Pick<Delegates, 'owner'>,
  clients: ClientTokens,
): {readonly [K in keyof Callers]: Authenticator<Callers[K]>} {
  const clientCallers = new ClientCallers()
  const demandAccount = async (did: Did, nsid: string, mayBeTakendown: boolean, epoch?: number): Promise<Account> => {
    const account = await accounts.byDid(did)
    if (!account) throw new XrpcError('AccountNotFound', 'This account no longer exists here.', {status: 403})
    if (account.takedownRef !== null && !mayBeTakendown) throw takendown()
    if (epoch !== undefined && account.sessionEpoch !== epoch) {
      throw sessionEnded()
    }
    await limits.takeCall(did, nsid, account.deactivatedMs !== null)
    return account
  }
  const anyone = async (request: Request, nsid: string): Promise<SessionCaller> => {
    const {did, scope, epoch} = await tokens.verifyAccess(bearer(request))
    const {sessionEpoch} = await demandAccount(did, nsid, scope === 'com.atproto.takendown', epoch)
    known.set(request, {did, sessionEpoch})
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
  const delegate = async (request: Request, nsid: string): Promise<{did: Did}> => {
    const did = await delegates.owner(request, nsid)
    if (did === undefined) return session(request, nsid)
    await demandAccount(did, nsid, false)
    return {did}
  }
  const full = ownerBy(session)
  const leaver = ownerBy(anyone)
  const client = async (request: Request, nsid: string): Promise<Asker> => {
    const claims = await clients.verifyDpop(request)
    const {did, sessionEpoch} = await demandAccount(claims.did, nsid, false)
    known.set(request, {did, sessionEpoch, app: claims})
    return clientCallers.of(claims)
  }
  const orClient =
    <C extends {did: Did}>(kind: Authenticator<C>): Authenticator<Asker<C | Caller>> =>
    async (request, nsid) =>
      isOfClient(request) ? client(request, nsid) : new Asker(await kind(request, nsid))
  const anyoneOrClient = orClient(anyone)
  return {
    anyone,
    session,
    delegate,
    full,
    leaver,
    sessionOrClient: orClient(session),
    delegateOrClient: orClient(delegate),
    fullOrClient: orClient(full),
    leaverOrClient: orClient(leaver),
    anyoneOrClient,
    visitor: async (request, nsid) => {
      const shown = request.headers.get('authorization')
      if (shown === null) return undefined
      if (!/^basic /i.test(shown)) return (await anyoneOrClient(request, nsid)).for('nothing')
      await admin(request)
      return 'admin'
    },
    overseer: async (request, nsid) => {
      const isModerator = namesMethod(bearerToken(request.headers) ?? '') && (await admins.isModerator(request, nsid))
      return isModerator ? undefined : anyoneOrClient(request, nsid)
    },
    admin,
    moderator: async (request, nsid) => {
      if (!(await admins.isModerator(request, nsid))) await admin(request)
    },
    refresh: async request => ({token: bearer(request)}),
  }
}

/** `kind`, if it is by the account's own password. */
const ownerBy =
  (kind: Authenticator<SessionCaller>): Authenticator<SessionCaller> =>
  async (request, nsid) => {
    const caller = await kind(request, nsid)
    demandOwner(caller)
    return caller
  }

function demandOwner({scope}: SessionCaller): void {
  if (scope === 'com.atproto.access' || scope === 'com.atproto.takendown') return
  throw new XrpcError('InvalidToken', 'Log in with your account password: an app password is not enough.')
}

const sessionEnded = (): XrpcError => new XrpcError('ExpiredToken', 'This session has been ended; log in again.')

const takendown = (): XrpcError => new XrpcError('AccountTakedown', 'This account has been taken down.', {status: 401})

const isOfClient = (request: Request): boolean => /^dpop(\s|$)/i.test(request.headers.get('authorization') ?? '')

/** Throws `XrpcError`: an app that is refused learns that the method is not for apps, whatever its token is worth. */
function bearer(request: Request): string {
  if (isOfClient(request)) {
    throw new XrpcError('Forbidden', 'OAuth credentials are not supported for this endpoint')
  }
  const token = bearerToken(request.headers)
  if (token !== undefined) return token
  if ((request.headers.get('authorization') ?? '') === '') {
    throw new XrpcError('AuthMissing', 'Authorization header required: log in first.')
  }
  throw new XrpcError('InvalidToken', 'Unexpected authorization type: a Bearer token is required.')
}

/** The caller's own DID, or an error: `repo` may be a handle, and must be the caller's. */
export async function ownRepo(
  accounts: {find(actor: string): Promise<{did: Did; deactivatedMs: number | null} | undefined>},
  repo: string,
  caller: {did: Did},
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
