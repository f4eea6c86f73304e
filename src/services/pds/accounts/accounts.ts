/**
 * The accounts of this server: they are made, taken over from other servers, and change their name and password.
 * Domain only: answers are values or declared errors, and the endpoints under `api/` put them into XRPC.
 */
import type {World} from '#std/world.ts'
import {Keypair} from '#atp/crypto/key.ts'
import {encodeCar} from '#atp/repo/car-write.ts'
import {documentOf} from '#atp/plc/document.ts'
import {Repo, type RepoChange} from '#atp/repo/repo.ts'
import {datetimeOf} from '#atp/syntax/datetime.ts'
import type {Did} from '#atp/syntax/did.ts'
import {isDisallowedTld, isHandle, normalizeHandle, type Handle} from '#atp/syntax/handle.ts'
import {TidClock} from '#atp/syntax/tid.ts'
import {assert} from '#std/assert.ts'
import type {Identities} from '#sdk/identity.ts'
import type {Account, AccountStore, NewAccount} from '../store/accounts/account-store.ts'
import type {Unsequenced} from '../store/events/event-store.ts'
import type {KeyStore} from '../store/accounts/key-store.ts'
import {
  handleIdeas,
  judgeHandle,
  type HandleIdea,
  type HandleRules,
  type HandleVerdict,
  type Wanting,
} from '../identity/handles.ts'
import type {MailCode} from '../store/sessions/session-store.ts'
import {emailOf} from '../mail/addresses.ts'
import {wrongCode} from '../mail/email-tokens.ts'
import {badInviteCode, type Invitation} from './invites.ts'
import type {Logins, Session} from './logins.ts'
import type {OwnIdentities} from '../identity/own-identities.ts'
import {newPasswordLengthMax, newPasswordLengthMin, type Passwords} from './passwords.ts'
import type {PlcOperations} from '../identity/plc-operations.ts'
import {Refusal} from '../refusal.ts'

/** An account that is to be taken over and never becomes active is deleted after this time. */
const arrivalMs = 3 * 24 * 3_600_000
/** Handles that are put forward for one that is not to be had. */
const ideasMax = 5
/** Keys that wait for their accounts, of one asker and over all, and for how long. */
const reservedKeysOfAskerMax = 200
const reservedKeysMax = 10_000
const reservedKeyMs = 7 * 24 * 3_600_000

export interface SignUp {
  handle: string
  email: string | undefined
  password: string | undefined
  /** The place that is held for this account: nothing of it is looked up before there is one. */
  invitation: Invitation
  recoveryKey: string | undefined
  /** Whoever wants it, as addresses are counted. */
  asker: string
}

export interface AccountsOptions {
  store: Pick<
    AccountStore,
    'create' | 'byDid' | 'byHandle' | 'byEmail' | 'setHandle' | 'setPassword' | 'isReserved' | 'reserve'
  >
  keys: Pick<KeyStore, 'reserve' | 'reserved' | 'waiting' | 'sweep'>
  plc: PlcOperations
  logins: Pick<Logins, 'firstSession' | 'appPasswords'>
  passwords: Pick<Passwords, 'begin' | 'hash'>
  identities: Pick<OwnIdentities, 'forget' | 'learn'>
  /** For handles of other domains. */
  strangers: Pick<Identities, 'handleDid' | 'forget'>
  world: World
  handles: HandleRules
  /** Domains of mail services that no account is made with. */
  barredEmailDomains: readonly string[]
  /** Tells the owner of an account what was done to it, and more of that. */
  tell: (did: Did, what: string, more?: string) => Promise<void>
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

  /** Whether a new account could have this handle, and if not, which ones near to it are free. */
  async judgeWish(text: string, wanting: Wanting): Promise<{free: true} | {free: false; ideas: HandleIdea[]}> {
    const {store, handles, world} = this.#options
    const verdict = await this.#judgeHandle(text)
    if (verdict.ok && !(await store.byHandle(verdict.handle))) return {free: true}
    const digits = (count: number): string => String(randomBelow(world, 10 ** count)).padStart(count, '0')
    const ideas: HandleIdea[] = []
    for (const idea of handleIdeas(text, wanting, handles, digits)) {
      const isFree = ideas.length < ideasMax && !(await store.byHandle(idea.handle))
      if (isFree && !(await store.isReserved(idea.handle))) ideas.push(idea)
    }
    return {free: false, ideas}
  }

  /** Makes an account with an identity of its own and an empty repository. Throws `Refusal` . */
  async signUp(wanted: SignUp): Promise<Session> {
    const {plc, passwords, identities, world} = this.#options
    const verdict = await this.#judgeHandle(wanted.handle)
    if (!verdict.ok) throw new Refusal(verdict.reason, verdict.detail)
    const {handle} = verdict
    const {email, password, invitation} = await this.#judge(wanted, handle)
    // All is decided, and there is a place for what takes long: nothing is begun before.
    const hashing = await passwords.begin(password, wanted.asker)
    const signer = Keypair.generate('k256', world.random)
    const {did, operation} = plc.begin(handle, signer.didKey, wanted.recoveryKey)
    const [hashed, submitted] = await Promise.allSettled([hashing.hash, plc.submit(did, operation)])
    if (submitted.status === 'rejected') throw submitted.reason
    let session: Session
    try {
      if (hashed.status === 'rejected') throw hashed.reason
      const person = {email, passwordHash: hashed.value, invitation}
      session = await this.#create(did, handle, person, signer, {deactivatedMs: null, deleteAfterMs: null})
    } catch (error) {
      // An identity that nobody has: if it cannot be ended either, that is no news to whoever wanted an account.
      await plc.abandon(did).catch(() => {})
      throw error
    }
    await identities.learn(did, documentOf(did, operation))
    return session
  }

  /**
   * Makes the account of an identity that exists. It is deactivated until its repository is here and its document leads
   * here. Whoever calls has made sure that the owner of the identity wants this.
   */
  async takeOver(did: Did, wanted: SignUp): Promise<Session> {
    const {keys, passwords, world} = this.#options
    const handle = await this.#foreignHandle(did, wanted.handle)
    const {email, password, invitation} = await this.#judge(wanted, handle)
    const person = {email, passwordHash: await passwords.hash(password, wanted.asker), invitation}
    const reserved = await keys.reserved(did)
    const signer = reserved ? Keypair.import('k256', reserved) : Keypair.generate('k256', world.random)
    const nowMs = world.now()
    const arrival = {deactivatedMs: nowMs, deleteAfterMs: nowMs + arrivalMs}
    return this.#create(did, handle, person, signer, arrival)
  }

  /**
   * Makes the account that an entryway has begun: with the key that it reserved here, and the identity that it signed.
   * Its owner logs in there, so it has neither password nor address here.
   */
  async admit(did: Did, wanted: string, plcOp: unknown): Promise<Session> {
    const {store, keys, plc} = this.#options
    if (!isHandle(wanted)) throw new Refusal('bad-handle', `${wanted} is no handle.`)
    const handle = normalizeHandle(wanted)
    if (await store.byHandle(handle)) throw handleTaken(handle)
    const reserved = await keys.reserved(did)
    const named = reserved ? undefined : signingKeyIn(plcOp)
    const key = reserved ?? (named === undefined ? undefined : await keys.waiting(did, named))
    if (!key) throw new Refusal('key-unknown', 'Reserve a signing key here first (reserveSigningKey).')
    const signer = Keypair.import('k256', key)
    await plc.submit(did, plc.begun(did, plcOp, handle, signer.didKey))
    const person = {email: null, passwordHash: null, invitation: uninvited}
    return this.#create(did, handle, person, signer, {deactivatedMs: null, deleteAfterMs: null})
  }

  /**
   * A key that is kept for an account to come, as did:key; the same one when `did` has one already. `asker` is whoever
   * asks, as it is counted: the keys of one asker never cost another his. Throws `Refusal`.
   */
  async reserveKey(did: Did | undefined, asker: string): Promise<string> {
    const {keys, world} = this.#options
    const key = Keypair.generate('k256', world.random)
    const nowMs = world.now()
    const kept = await keys.reserve(
      {publicKey: key.didKey, privateKey: key.export(), did: did ?? null, asker, reservedMs: nowMs},
      {ofAsker: reservedKeysOfAskerMax, all: reservedKeysMax, beforeMs: nowMs - reservedKeyMs},
    )
    if (kept !== undefined) return kept
    throw new Refusal('too-many-keys', 'You have reserved too many keys. Use them, or try again in a few days.')
  }

  /** Throws away keys that have waited too long for their account. */
  sweepKeys(): Promise<void> {
    return this.#options.keys.sweep(this.#options.world.now() - reservedKeyMs)
  }

  /** What a new account's owner gives, if it will do. */
  async #judge(
    {email, password, invitation}: SignUp,
    handle: Handle,
  ): Promise<{email: string; password: string; invitation: Invitation}> {
    const {store, barredEmailDomains} = this.#options
    const address = emailOf(email, barredEmailDomains)
    checkNewPassword(password, 'bad-password')
    if (await store.byHandle(handle)) throw handleTaken(handle)
    if (await store.byEmail(address)) throw emailTaken()
    return {email: address, password, invitation}
  }

  async #create(
    did: Did,
    handle: Handle,
    {email, passwordHash, invitation}: Person,
    signer: Keypair,
    arrival: Pick<NewAccount['account'], 'deactivatedMs' | 'deleteAfterMs'>,
  ): Promise<Session> {
    const {store, logins, world, onEvent} = this.#options
    const rev = new TidClock(world, 0).next()
    const change = Repo.create(did, {signer, rev})
    assert(change.ok, 'a repository without records can be made')
    const {token, ...texts} = await logins.firstSession(did)
    const outcome = await store.create({
      account: {did, handle, email, passwordHash, createdMs: world.now(), ...arrival},
      inviteCode: invitation.code,
      repo: {
        head: {root: change.commit.cid, data: change.data, rev},
        blocks: change.newBlocks,
        signingKey: signer.export(),
      },
      // The firehose hears of an account that is taken over when it becomes active.
      events: arrival.deactivatedMs === null ? firstEvents(did, handle, change, world.now()) : [],
      session: token,
    })
    if (outcome === 'done') invitation[Symbol.dispose]() // the store counts it from here on
    if (outcome === 'bad-invite-code') throw badInviteCode()
    if (outcome === 'did-taken') throw new Refusal('did-taken', `${did} already has an account on this server.`)
    if (outcome !== 'done') throw outcome === 'email-taken' ? emailTaken() : handleTaken(handle)
    onEvent()
    const account = await store.byDid(did)
    assert(account, 'an account that was made is there')
    return {account, ...texts}
  }

  /** By our rules, and by what whoever runs this server has kept back since. */
  async #judgeHandle(text: string): Promise<HandleVerdict> {
    const verdict = judgeHandle(text, this.#options.handles)
    if (!verdict.ok || !(await this.#options.store.isReserved(verdict.handle))) return verdict
    return {ok: false, reason: 'handle-taken', detail: `The handle ${verdict.handle} is reserved.`}
  }

  /** Keeps a handle back: nobody is given it but by the admin. Throws `Refusal`. */
  async reserveHandle(text: string): Promise<void> {
    const handle = text.trim().toLowerCase()
    if (!isHandle(handle)) throw new Refusal('bad-handle', 'A handle is a domain name, such as alice.example.com.')
    await this.#options.store.reserve(normalizeHandle(handle))
  }

  /**
   * A handle for an account that has its DID: of our domains by our rules, of another domain if it leads to the DID.
   * `reserved` lets the admin give out what is kept back.
   */
  async #foreignHandle(did: Did, wanted: string, reserved = false): Promise<Handle> {
    const {handles, strangers} = this.#options
    const verdict = reserved ? judgeHandle(wanted, {...handles, reserved: new Set()}) : await this.#judgeHandle(wanted)
    if (verdict.ok) return verdict.handle
    if (verdict.reason !== 'unsupported-domain') throw new Refusal(verdict.reason, verdict.detail)
    const handle = normalizeHandle(wanted.trim().toLowerCase() as Handle)
    if (isDisallowedTld(handle)) {
      throw new Refusal('bad-handle', `Nobody can own ${handle}: such names are for machines and examples.`)
    }
    const found = await strangers.handleDid(handle, {maxAgeMs: 0})
    if (found.ok && found.value === did) return handle
    throw new Refusal(
      'bad-handle',
      `${handle} does not point to ${did} yet. Set its DNS record or /.well-known/atproto-did first.`,
    )
  }

  /** Gives an account another handle, and tells the directory and the firehose. For the admin also one that is kept back. */
  async changeHandle(did: Did, wanted: string, {reserved = false} = {}): Promise<void> {
    const {store, plc, identities, world} = this.#options
    const handle = await this.#foreignHandle(did, wanted, reserved)
    const holder = await store.byHandle(handle)
    if (holder && holder.did !== did) throw handleTaken(handle)
    if (!holder && did.startsWith('did:plc:')) {
      await plc.changeHandle(did, handle)
      identities.forget(did)
    }
    const time = datetimeOf(world.now())
    const outcome = await store.setHandle(did, handle, [{t: '#identity', did, time, handle}])
    if (outcome !== 'done') throw handleTaken(handle)
    this.#options.onEvent()
  }

  /**
   * Gives an account another password, which may spend a code that was mailed for it, and ends all its sessions. App
   * passwords are kept, as clients know it from the official server, unless they are to be `ended` by it; either is said
   * in the mail that tells the owner.
   */
  async changePassword(
    did: Did,
    password: string,
    {code, appPasswords = 'kept'}: {code?: MailCode; appPasswords?: 'kept' | 'ended'} = {},
  ): Promise<void> {
    checkNewPassword(password, 'bad-next-password')
    const {store, logins, passwords, tell} = this.#options
    const {length: before} = await logins.appPasswords(did)
    const outcome = await store.setPassword(did, await passwords.hash(password, did), code, appPasswords)
    if (outcome === 'wrong-code') throw wrongCode()
    const ended = before > 0 ? 'All app passwords were ended with it.' : undefined
    const more = appPasswords === 'ended' ? ended : appPasswordsLeft((await logins.appPasswords(did)).length)
    await tell(did, 'The password was changed', more)
  }
}

interface Person {
  email: string | null
  passwordHash: string | null
  invitation: Invitation
}

/** What an owner who is told of another password is told of app passwords that go on; nothing where there are none. */
export const appPasswordsLeft = (count: number): string | undefined =>
  count === 0
    ? undefined
    : `Apps still come in by ${count === 1 ? 'the app password' : `the ${count} app passwords`} of your account. If somebody else may have had your password, revoke them too: under Apps, on the pages of your account.`

/** Of whoever needs no code. */
const uninvited: Invitation = {code: undefined, [Symbol.dispose]() {}}

/** The did:key in an operation that is not checked yet. */
function signingKeyIn(plcOp: unknown): string | undefined {
  const {verificationMethods} = (plcOp ?? {}) as {verificationMethods?: {atproto?: unknown}}
  const key = verificationMethods?.atproto
  return typeof key === 'string' ? key : undefined
}

const handleTaken = (handle: Handle): Refusal => new Refusal('handle-taken', `The handle ${handle} is already taken.`)
export const emailTaken = (): Refusal => new Refusal('email-taken', 'This email address is already in use.')

const randomBelow = (world: Pick<World, 'random'>, end: number): number => {
  const [a, b, c] = world.random(3)
  return (a * 65_536 + b * 256 + c) % end
}

function checkNewPassword(
  password: string | undefined,
  reason: 'bad-password' | 'bad-next-password',
): asserts password is string {
  const length = password?.length ?? 0
  if (length < newPasswordLengthMin || length > newPasswordLengthMax) {
    throw new Refusal(reason, `A password must have ${newPasswordLengthMin} to ${newPasswordLengthMax} characters.`)
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
