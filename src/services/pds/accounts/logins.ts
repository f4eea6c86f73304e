/** Sessions: who logs in with which password, how long that lasts, and how it ends. */
import type {World} from '#std/world.ts'
import type {Did} from '#atp/syntax/did.ts'
import {isHandle, normalizeHandle} from '#atp/syntax/handle.ts'
import type {Account, AccountStore} from '../store/accounts/account-store.ts'
import type {AppPassword, RefreshToken, SessionStore} from '../store/sessions/session-store.ts'
import {looksLikeAppPassword, newAppPassword, type Passwords} from './passwords.ts'
import {refreshGraceMs, refreshLifeMs, type AccessScope, type Tokens} from './tokens.ts'
import {accountTakendown, Refusal} from '../refusal.ts'

/** A wrong password is answered no sooner than this, however it was found to be wrong. */
const loginMs = 350
const appPasswordsMax = 100
const userAgentLengthMax = 300
/** Of one account; the one that was renewed longest ago ends for a new one. */
const sessionsMax = 1_000
export const appPasswordNameLengthMax = 64

export interface Session {
  account: Account
  accessJwt: string
  refreshJwt: string
}

/** A session that is good once its `token` is kept. */
export interface NewSession extends Omit<Session, 'account'> {
  token: RefreshToken
}

interface SessionPlan extends Pick<RefreshToken, 'did' | 'appPassword' | 'userAgent'> {
  scope: AccessScope
  epoch: number
}

/** An app that was signed in with a password. */
export interface AppSession {
  id: string
  /** The name of the app password; null for the account's own. */
  appPassword: string | null
  /** What the app called itself (`User-Agent`); the text is a stranger's. */
  userAgent: string
  /** 0 where it was not noted. */
  madeMs: number
  renewedMs: number
}

/** Whose password was right, and which. */
export interface Authenticated {
  account: Account
  /** The name of the app password; null for the account's own. */
  appPassword: string | null
  scope: AccessScope
}

export interface LoginsOptions {
  accounts: Pick<AccountStore, 'byDid' | 'byHandle' | 'byEmail'>
  sessions: SessionStore
  tokens: Tokens
  passwords: Pick<Passwords, 'isRight' | 'hashOfApp'>
  world: Pick<World, 'now' | 'random' | 'sleep'>
  /** Tells the owner of an account what was done to its app passwords. */
  tell: (did: Did, what: string) => Promise<void>
}

export class Logins {
  readonly #options: LoginsOptions

  constructor(options: LoginsOptions) {
    this.#options = options
  }

  /** The account behind a handle, DID or email, as somebody typed it. */
  async find(identifier: string): Promise<Account | undefined> {
    const {accounts} = this.#options
    const typed = identifier.trim()
    if (typed.startsWith('did:')) return accounts.byDid(typed as Did)
    const handle = typed.replace(/^@/, '')
    if (isHandle(handle)) return accounts.byHandle(normalizeHandle(handle))
    return typed.includes('@') ? accounts.byEmail(typed) : undefined
  }

  /**
   * Whose password this is. The same work is done where there is no account, and a refusal takes as long. `asker` is
   * whoever tries it, as addresses are counted. Throws `Refusal` `wrong-login`.
   */
  async check(
    account: Account | undefined,
    password: string,
    asker: string,
    {appPasswords = true} = {},
  ): Promise<Authenticated> {
    const {world} = this.#options
    const begunMs = world.now()
    const found = await this.#authenticate(account, password, asker, appPasswords)
    if (found) return found
    await world.sleep(Math.max(0, begunMs + loginMs - world.now()))
    // In words that the official app looks for.
    throw new Refusal('wrong-login', 'Invalid identifier or password')
  }

  /**
   * A session for whoever has shown all that is asked for. `takendown` lets the owner of a taken-down account in, to
   * leave. Throws `Refusal` `account-takendown`.
   */
  async admit(
    {account, appPassword, scope}: Authenticated,
    {takendown = false, userAgent = ''}: {takendown?: boolean; userAgent?: string} = {},
  ): Promise<Session> {
    if (account.takedownRef === null) return this.openSession(account, appPassword, scope, userAgent)
    if (!takendown || appPassword !== null) {
      throw accountTakendown()
    }
    return this.openSession(account, null, 'com.atproto.takendown', userAgent)
  }

  /** Whether this is the account's own password. */
  async isOwner(did: Did, password: string, asker: string): Promise<boolean> {
    const {accounts, passwords} = this.#options
    return passwords.isRight(password, (await accounts.byDid(did))?.passwordHash ?? null, asker)
  }

  async #authenticate(
    account: Account | undefined,
    password: string,
    asker: string,
    appPasswords: boolean,
  ): Promise<Authenticated | undefined> {
    const {sessions, passwords} = this.#options
    if (appPasswords && looksLikeAppPassword(password)) {
      const hash = await passwords.hashOfApp(account?.did ?? ('did:none' as Did), password, asker)
      const all = account ? await sessions.appPasswords(account.did) : []
      const used = all.find(({passwordHash}) => passwordHash === hash)
      if (account && used) return {account, appPassword: used.name, scope: appScope(used.privileged)}
    }
    const isOwn = await passwords.isRight(password, account?.passwordHash ?? null, asker)
    return account && isOwn ? {account, appPassword: null, scope: 'com.atproto.access'} : undefined
  }

  async openSession(
    account: Account,
    appPassword: string | null,
    scope: AccessScope,
    userAgent = '',
  ): Promise<Session> {
    const {did, sessionEpoch: epoch} = account
    const {token, ...texts} = await this.#newSession({did, appPassword, scope, epoch, userAgent})
    // Another password, say, was set while this one was looked at.
    if (!(await this.#options.sessions.addToken(token, epoch, sessionsMax))) throw endedSession()
    return {account, ...texts}
  }

  /** The session in which the owner of a new account is at once. It begins when the account does, in one act. */
  firstSession(did: Did): Promise<NewSession> {
    return this.#newSession({did, appPassword: null, scope: 'com.atproto.access', epoch: 0, userAgent: ''})
  }

  async #newSession({did, appPassword, scope, epoch, userAgent}: SessionPlan): Promise<NewSession> {
    const {tokens, world} = this.#options
    const id = tokens.newRefreshId()
    const madeMs = world.now()
    const expiresMs = madeMs + refreshLifeMs
    return {
      token: {id, did, appPassword, expiresMs, madeMs, userAgent: userAgent.slice(0, userAgentLengthMax)},
      accessJwt: await tokens.access(did, scope, epoch),
      refreshJwt: await tokens.refresh(did, id, expiresMs),
    }
  }

  /** Renews a session. Used again within two hours, a token gives the same successor: a lost answer logs nobody out. */
  async refresh(token: string): Promise<Session> {
    const {accounts, sessions, tokens, world} = this.#options
    const {did, id} = await tokens.verifyRefresh(token)
    const [account, known] = await Promise.all([accounts.byDid(did), sessions.token(id)])
    const nowMs = world.now()
    // It ended all sessions: that is what there is to say of this one.
    if (account && account.takedownRef !== null) {
      throw accountTakendown()
    }
    if (!account || !known || known.expiresMs < nowMs) throw endedSession()
    const next = {id: tokens.newRefreshId(), expiresMs: nowMs + refreshLifeMs}
    const successor = await sessions.rotate(id, next, nowMs + refreshGraceMs)
    const stored = successor === undefined ? undefined : await sessions.token(successor)
    if (!stored) throw endedSession()
    return {
      account,
      accessJwt: await tokens.access(did, await this.#scopeOf(did, known.appPassword), account.sessionEpoch),
      refreshJwt: await tokens.refresh(did, stored.id, stored.expiresMs),
    }
  }

  async #scopeOf(did: Did, appPassword: string | null): Promise<AccessScope> {
    if (appPassword === null) return 'com.atproto.access'
    const found = (await this.#options.sessions.appPasswords(did)).find(({name}) => name === appPassword)
    if (!found) throw endedSession()
    return appScope(found.privileged)
  }

  async logOut(token: string): Promise<void> {
    const {id} = await this.#options.tokens.verifyRefresh(token, {expired: true})
    await this.#options.sessions.revoke(id)
  }

  /** The sessions of an account in apps, the last renewed first. */
  async sessions(did: Did): Promise<readonly AppSession[]> {
    const {sessions, world} = this.#options
    const tokens = await sessions.ofAccount(did, world.now())
    return tokens.map(({id, appPassword, expiresMs, madeMs, userAgent}) => {
      return {id, appPassword, userAgent, madeMs, renewedMs: expiresMs - refreshLifeMs}
    })
  }

  /** Ends one of them, if it is the account's own. */
  async endSession(did: Did, id: string): Promise<void> {
    const {sessions} = this.#options
    if ((await sessions.token(id))?.did === did) await sessions.revoke(id)
  }

  appPasswords(did: Did): Promise<readonly AppPassword[]> {
    return this.#options.sessions.appPasswords(did)
  }

  /** Makes an app password, which is shown this once. Throws `Refusal` for a name that is not to be had. */
  async addAppPassword(did: Did, name: string, privileged: boolean): Promise<AppPassword & {password: string}> {
    const {sessions, passwords, world} = this.#options
    if (name.trim() === '' || name.length > appPasswordNameLengthMax) {
      throw new Refusal('bad-app-password-name', `name: must have 1 to ${appPasswordNameLengthMax} characters.`)
    }
    const password = newAppPassword(world)
    const passwordHash = await passwords.hashOfApp(did, password, did)
    const made = {name, passwordHash, privileged, createdMs: world.now()}
    const outcome = await sessions.addAppPassword(did, made, appPasswordsMax)
    if (outcome === 'gone') throw new Refusal('account-gone', 'This account no longer exists here.')
    if (outcome === 'name-taken')
      throw new Refusal('bad-app-password-name', `You already have an app password named ${name}.`)
    if (outcome === 'too-many') {
      throw new Refusal(
        'too-many-app-passwords',
        `You can have at most ${appPasswordsMax} app passwords. Revoke one first.`,
      )
    }
    await this.#options.tell(did, 'An app password was added')
    return {...made, password}
  }

  /** Takes an app password away, and ends the sessions that were begun with it. */
  async revokeAppPassword(did: Did, name: string): Promise<void> {
    const {sessions, tell} = this.#options
    if (await sessions.removeAppPassword(did, name)) await tell(did, 'An app password was revoked')
  }
}

const appScope = (privileged: boolean): AccessScope =>
  privileged ? 'com.atproto.appPassPrivileged' : 'com.atproto.appPass'

const endedSession = (): Refusal => new Refusal('session-ended', 'Your session has expired. Please log in again.')
