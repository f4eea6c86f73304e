/**
 * The accounts of this server: they are made, log in, and end. Domain only: answers are values or declared errors, and
 * the endpoints under `api/` put them into XRPC.
 */
import type {World} from '#std/world.ts'
import {Keypair} from '#atp/crypto/key.ts'
import {encodeCar} from '#atp/repo/car-write.ts'
import {Repo, type RepoChange} from '#atp/repo/repo.ts'
import {datetimeOf} from '#atp/syntax/datetime.ts'
import type {Did} from '#atp/syntax/did.ts'
import {isHandle, normalizeHandle, type Handle} from '#atp/syntax/handle.ts'
import {TidClock} from '#atp/syntax/tid.ts'
import {assert} from '#std/assert.ts'
import {XrpcError} from '#xrpc/errors.ts'
import type {Account, AccountStore, Unsequenced} from './account-store.ts'
import {judgeHandle} from './handles.ts'
import {hashPassword, isPassword, newPasswordLengthMax, newPasswordLengthMin} from './passwords.ts'
import type {PlcOperations} from './plc-operations.ts'
import {refreshGraceMs, refreshLifeMs, type AccessScope, type Tokens} from './tokens.ts'

/** A wrong password is answered no sooner than this, however it was found to be wrong. */
const loginMs = 350

export interface SignUp {
  handle: string
  email: string | undefined
  password: string | undefined
  inviteCode: string | undefined
  recoveryKey: string | undefined
}

export interface Session {
  account: Account
  accessJwt: string
  refreshJwt: string
}

export interface AccountsOptions {
  store: AccountStore
  plc: PlcOperations
  tokens: Tokens
  world: World
  handleDomains: readonly string[]
  inviteRequired: boolean
  /** Called after an event is durable. */
  onEvent: () => void
}

export class Accounts {
  readonly #options: AccountsOptions

  constructor(options: AccountsOptions) {
    this.#options = options
  }

  /** By DID or handle. */
  find(actor: string): Promise<Account | undefined> {
    const {store} = this.#options
    if (actor.startsWith('did:')) return store.byDid(actor as Did)
    return isHandle(actor) ? store.byHandle(normalizeHandle(actor)) : Promise.resolve(undefined)
  }

  /** Makes an account with an identity of its own and an empty repository. Throws `XrpcError` as createAccount declares. */
  async signUp({handle: wanted, email, password, inviteCode, recoveryKey}: SignUp): Promise<Session> {
    const {store, plc, world, handleDomains, inviteRequired} = this.#options
    if (inviteRequired && inviteCode === undefined) {
      throw new XrpcError('InvalidInviteCode', 'This server takes new accounts by invitation; enter an invite code.')
    }
    const verdict = judgeHandle(wanted, handleDomains)
    if (!verdict.ok) throw new XrpcError(verdict.error, verdict.message)
    const {handle} = verdict
    checkEmail(email)
    checkNewPassword(password)
    if (await store.byHandle(handle)) throw handleTaken(handle)
    if (await store.byEmail(email)) throw emailTaken()

    const passwordHash = await hashPassword(password)
    const signer = Keypair.generate('k256', world.random)
    const {did, operation} = plc.begin(handle, signer.didKey, recoveryKey)
    await plc.submit(did, operation)
    const rev = new TidClock(world, 0).next()
    const change = Repo.create(did, {signer, rev})
    assert(change.ok, 'a repository without records can be made')
    const outcome = await store.create({
      account: {did, handle, email, passwordHash, createdMs: world.now(), deactivatedMs: null},
      inviteCode,
      repo: {
        head: {root: change.commit.cid, data: change.data, rev},
        blocks: change.newBlocks,
        signingKey: signer.export(),
      },
      events: firstEvents(did, handle, change, world.now()),
    })
    if (outcome !== 'done') {
      await plc.abandon(did)
      if (outcome === 'bad-invite-code')
        throw new XrpcError('InvalidInviteCode', 'That invite code is used up or unknown.')
      throw outcome === 'email-taken' ? emailTaken() : handleTaken(handle)
    }
    this.#options.onEvent()
    const account = await store.byDid(did)
    assert(account, 'an account that was made is there')
    return this.#openSession(account, null, 'com.atproto.access')
  }

  /** `identifier` is a handle, DID or email. Throws `XrpcError`. */
  async logIn(identifier: string, password: string): Promise<Session> {
    const {world} = this.#options
    const begunMs = world.now()
    const found = await this.#authenticate(identifier.trim(), password)
    if (!found) {
      await world.sleep(Math.max(0, begunMs + loginMs - world.now()))
      throw new XrpcError('AuthenticationRequired', 'The handle or the password is wrong.')
    }
    if (found.account.takedownRef) throw new XrpcError('AccountTakedown', 'This account has been taken down.')
    return this.#openSession(found.account, found.appPassword, found.scope)
  }

  async #authenticate(
    identifier: string,
    password: string,
  ): Promise<{account: Account; appPassword: string | null; scope: AccessScope} | undefined> {
    const {store} = this.#options
    const account = identifier.includes('@')
      ? ((await store.byEmail(identifier)) ?? (await this.find(identifier.replace(/^@/, ''))))
      : await this.find(identifier)
    if (await isPassword(password, account?.passwordHash ?? null)) {
      return account && {account, appPassword: null, scope: 'com.atproto.access'}
    }
    for (const {name, passwordHash, privileged} of account ? await store.appPasswords(account.did) : []) {
      if (account && (await isPassword(password, passwordHash))) {
        return {account, appPassword: name, scope: appScope(privileged)}
      }
    }
    return undefined
  }

  async #openSession(account: Account, appPassword: string | null, scope: AccessScope): Promise<Session> {
    const {store, tokens, world} = this.#options
    const id = tokens.newRefreshId()
    const expiresMs = world.now() + refreshLifeMs
    await store.addToken({id, did: account.did, appPassword, expiresMs})
    return {
      account,
      accessJwt: await tokens.access(account.did, scope),
      refreshJwt: await tokens.refresh(account.did, id, expiresMs),
    }
  }

  /** Renews a session. Used again within two hours, a token gives the same successor: a lost answer logs nobody out. */
  async refresh(token: string): Promise<Session> {
    const {store, tokens, world} = this.#options
    const {did, id} = await tokens.verifyRefresh(token)
    const [account, known] = await Promise.all([store.byDid(did), store.token(id)])
    const nowMs = world.now()
    if (!account || !known || known.expiresMs < nowMs) throw endedSession()
    if (account.takedownRef) throw new XrpcError('AccountTakedown', 'This account has been taken down.')
    const next = {id: tokens.newRefreshId(), did, appPassword: known.appPassword, expiresMs: nowMs + refreshLifeMs}
    const successor = await store.rotate(id, next, nowMs + refreshGraceMs)
    const stored = successor === undefined ? undefined : await store.token(successor)
    if (!stored) throw endedSession()
    return {
      account,
      accessJwt: await tokens.access(did, await this.#scopeOf(did, known.appPassword)),
      refreshJwt: await tokens.refresh(did, stored.id, stored.expiresMs),
    }
  }

  async #scopeOf(did: Did, appPassword: string | null): Promise<AccessScope> {
    if (appPassword === null) return 'com.atproto.access'
    const found = (await this.#options.store.appPasswords(did)).find(({name}) => name === appPassword)
    if (!found) throw endedSession()
    return appScope(found.privileged)
  }

  async logOut(token: string): Promise<void> {
    const {id} = await this.#options.tokens.verifyRefresh(token, {expired: true})
    await this.#options.store.revoke(id)
  }

  /** Gives an account another handle under this server's domains, and tells the directory and the firehose. */
  async changeHandle(did: Did, wanted: string): Promise<void> {
    const {store, plc, world, handleDomains} = this.#options
    const verdict = judgeHandle(wanted, handleDomains)
    if (!verdict.ok) throw new XrpcError('InvalidRequest', verdict.message)
    const {handle} = verdict
    const holder = await store.byHandle(handle)
    if (holder && holder.did !== did) throw new XrpcError('InvalidRequest', `${handle} is taken.`)
    if (!holder) await plc.changeHandle(did, handle)
    const time = datetimeOf(world.now())
    const outcome = await store.setHandle(did, handle, [{t: '#identity', did, time, handle}])
    if (outcome !== 'done') throw new XrpcError('InvalidRequest', `${handle} is taken.`)
    this.#options.onEvent()
  }
}

const appScope = (privileged: boolean): AccessScope =>
  privileged ? 'com.atproto.appPassPrivileged' : 'com.atproto.appPass'

const endedSession = (): XrpcError => new XrpcError('ExpiredToken', 'This session has ended; log in again.')
const handleTaken = (handle: Handle): XrpcError => new XrpcError('HandleNotAvailable', `${handle} is taken.`)
const emailTaken = (): XrpcError => new XrpcError('InvalidRequest', 'That email address has an account here already.')

function checkEmail(email: string | undefined): asserts email is string {
  if (email === undefined || email.length > 254 || !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email)) {
    throw new XrpcError('InvalidRequest', 'Enter an email address, such as alice@example.com.')
  }
}

function checkNewPassword(password: string | undefined): asserts password is string {
  const length = password?.length ?? 0
  if (length < newPasswordLengthMin || length > newPasswordLengthMax) {
    const message = `A password has ${newPasswordLengthMin} to ${newPasswordLengthMax} characters.`
    throw new XrpcError('InvalidPassword', message)
  }
}

/** What the firehose is told of a new account, in this order. */
function firstEvents(did: Did, handle: Handle, {commit, rev, frameBlocks}: RepoChange, nowMs: number): Unsequenced[] {
  const time = datetimeOf(nowMs)
  const blocks = encodeCar([commit.cid], frameBlocks)
  return [
    {t: '#identity', did, time, handle},
    {t: '#account', did, time, active: true},
    {t: '#commit', did, time, rev, since: null, commit: commit.cid, blocks, ops: []},
    {t: '#sync', did, time, rev, blocks: encodeCar([commit.cid], [commit])},
  ]
}
