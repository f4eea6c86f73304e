/**
 * How often one stranger, one account or one name may ask, as the official PDS counts it. People never meet these; a
 * loop that runs wild, or somebody who guesses passwords, does. Addresses of this machine are not counted: behind a
 * proxy on it, everybody has one.
 *
 * Guesses of a password are counted three times over: for the account and who guesses, by whichever of its names; for
 * the account, whoever guesses; and for who guesses, whichever account. So that nobody can be locked out by others, the
 * second does not stop those who have been let in before.
 */
import type {World} from '#std/world.ts'
import type {Did} from '#atp/syntax/did.ts'
import {Lru} from '#engines/cache/lru.ts'
import type {Limits, RateLimit, RateVerdict} from '#engines/limits/limits.ts'
import {setRateLimitHeaders, tightest} from '#runtime/http/rate-limit-headers.ts'
import {peerAddress} from '#runtime/strangers/peer.ts'
import {isHere, strangersAt, StrangerLimiter} from '#runtime/strangers/stranger.ts'
import {XrpcError} from '#xrpc/errors.ts'
import type {WriteRequest} from '../repos/record-writer.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs
const per5Minutes = (limit: number): RateLimit => ({limit, windowMs: 5 * minuteMs})
const perHour = (limit: number): RateLimit => ({limit, windowMs: hourMs})
const perDay = (limit: number): RateLimit => ({limit, windowMs: dayMs})

const all = [per5Minutes(3_000)]
/** Methods that have a count of their own for each stranger; of those in `apart` the one of all is not charged. */
const ofAddress: Readonly<Record<string, readonly RateLimit[]>> = {
  // Each may be a look-up at servers of others.
  'com.atproto.lexicon.resolveLexicon': [per5Minutes(300)],
  'com.atproto.server.createAccount': [per5Minutes(100)],
  'com.atproto.server.deleteAccount': [per5Minutes(50)],
  'com.atproto.server.requestPasswordReset': [perHour(15), perDay(50)],
  'com.atproto.server.reserveSigningKey': [perHour(50)],
  'com.atproto.server.resetPassword': [per5Minutes(50)],
  'com.atproto.sync.getRepo': [per5Minutes(6_000)],
  '/oauth/par': [per5Minutes(600)],
  '/oauth/token': [per5Minutes(2_000)],
  // Apps that have to be fetched first.
  '/oauth/client': [per5Minutes(60)],
  // Permission sets that have to be looked for first.
  '/oauth/permission-set': [per5Minutes(60)],
}
const apart = new Set(['com.atproto.sync.getRepo', '/oauth/client', '/oauth/permission-set'])

const mails = [perHour(5), perDay(15)]
/** Mails that tell the owner of changes of one topic. */
const notices = [perHour(10), perDay(30)]
/** Of what is asked with a code from a mail, which may be a guess. */
const codes = [per5Minutes(30)]
const ofAccount: Readonly<Record<string, readonly RateLimit[]>> = {
  'com.atproto.identity.requestPlcOperationSignature': mails,
  'com.atproto.identity.signPlcOperation': codes,
  'com.atproto.identity.updateHandle': [per5Minutes(10), perDay(50)],
  'com.atproto.repo.uploadBlob': [perDay(1_000)],
  'com.atproto.server.confirmEmail': codes,
  'com.atproto.server.deleteAccount': codes,
  'com.atproto.server.requestAccountDelete': mails,
  'com.atproto.server.requestEmailConfirmation': mails,
  'com.atproto.server.requestEmailUpdate': mails,
  'com.atproto.server.updateEmail': codes,
}
/** Of an app that has shown who it is by a key. */
const ofClient = [per5Minutes(30_000)]
/** Of one app for one account: no app can use up what another has. */
const ofApp = [per5Minutes(300)]

/** Of an account at rest, which brings with it what it has elsewhere: by the day's count for others, that took days. */
const ofArrival: Readonly<Record<string, readonly RateLimit[]>> = {'com.atproto.repo.uploadBlob': [perDay(50_000)]}

const logins = [per5Minutes(30), perDay(300)]
/** Of these only what failed is counted. */
const failuresOfAccount = [perHour(100), perDay(500)]
const failuresOfStranger = [per5Minutes(100), perDay(2_000)]
const adminFailures = [per5Minutes(30), perDay(300)]
const welcomeMax = 100_000
const welcomeMs = 30 * dayMs
/** Lexicons that are not at hand. */
const lookUps = [perHour(60), perDay(400)]
const writes = [perHour(5_000), perDay(35_000)]
const writePoints: Readonly<Record<WriteRequest['action'], number>> = {
  create: 3,
  update: 2,
  put: 2,
  delete: 1,
  remove: 1,
}

/** A try that is counted. `right` says that it was no guess, and it costs only what a login costs. */
export interface Guess {
  right(): Promise<void>
}
const uncounted: Guess = {right: async () => {}}

/** A count by name or DID, or by stranger. */
interface Limiter {
  take(key: string, points?: number): Promise<RateVerdict>
  giveBack(key: string): Promise<void>
}

export class RateLimits {
  readonly #isOn: boolean
  readonly #now: () => number
  readonly #counts: Limits
  readonly #limiters = new Map<string, readonly Limiter[]>()
  /** Who has logged in to which account. */
  readonly #welcome: Lru<string, true>

  /** Counts nothing and lets everyone pass when it is off. */
  constructor(isOn: boolean, world: Pick<World, 'now'>, limits: Limits) {
    this.#isOn = isOn
    this.#counts = limits
    this.#now = world.now
    this.#welcome = new Lru({countMax: welcomeMax, ttlMs: welcomeMs, now: world.now})
  }

  /** For any call, before it is looked at. What the caller is told goes out with any answer. Throws `XrpcError`. */
  readonly admit = async (request: Request, nsid: string, headers?: Headers): Promise<void> => {
    if (!this.#isOn) return
    const address = peerAddress(request)
    if (isHere(address)) return
    const own = Object.hasOwn(ofAddress, nsid) ? this.#strangers(ofAddress[nsid], nsid) : []
    const limiters = apart.has(nsid) ? own : [...own, ...this.#strangers(all, 'all')]
    const verdict = demand(await take(limiters, address), this.#now())
    if (verdict && headers) setRateLimitHeaders(headers, verdict, this.#now())
  }

  /** For a call of an account; `isAtRest` as one is that moves here. Throws `XrpcError`. */
  async takeCall(did: Did, nsid: string, isAtRest = false): Promise<void> {
    if (!this.#isOn || !Object.hasOwn(ofAccount, nsid)) return
    const limits = isAtRest && Object.hasOwn(ofArrival, nsid) ? ofArrival[nsid] : ofAccount[nsid]
    const name = limits === ofAccount[nsid] ? nsid : `${nsid} at rest`
    demand(await take(this.#names(limits, name), did), this.#now())
  }

  /** For a call of an app that has shown who it is. Throws `XrpcError`. */
  async takeClient(clientId: string): Promise<void> {
    if (this.#isOn) demand(await take(this.#names(ofClient, 'client'), clientId), this.#now())
  }

  /** For tokens of an app for an account. Throws `XrpcError`. */
  async takeApp(did: Did, clientId: string): Promise<void> {
    if (this.#isOn) demand(await take(this.#names(ofApp, 'app of an account'), `${did} ${clientId}`), this.#now())
  }

  /** Whether one more mail may be sent to this account at the word of somebody who has not logged in. */
  async mayMail(did: Did): Promise<boolean> {
    return !this.#isOn || (await take(this.#names(mails, 'mail'), did)).every(({allowed}) => allowed)
  }

  /** Whether the account may be told of one more change of this topic by mail; and whether that is the last for now. */
  async mayNotify(did: Did, topic: string): Promise<'yes' | 'last' | 'no'> {
    if (!this.#isOn) return 'yes'
    const verdicts = await take(this.#names(notices, 'notices'), `${did} ${topic}`)
    if (verdicts.some(({allowed}) => !allowed)) return 'no'
    return verdicts.some(({remaining}) => remaining === 0) ? 'last' : 'yes'
  }

  /** Whether one more lexicon may be looked for in the network, for what this account writes. */
  async mayLookUp(did: Did): Promise<boolean> {
    return !this.#isOn || (await take(this.#names(lookUps, 'lexicons'), did)).every(({allowed}) => allowed)
  }

  /**
   * For a login, before the password is looked at: by what was typed, by the account that it names if there is one,
   * and from where. Throws `XrpcError`.
   */
  async takeLogin(identifier: string, did: Did | undefined, request: Request): Promise<Guess> {
    if (!this.#isOn) return uncounted
    const address = peerAddress(request)
    const {one} = strangersAt(address)
    const typed = identifier.trim().toLowerCase().slice(0, 300)
    demand(await take(this.#names(logins, 'login'), `${did ?? typed} ${one}`), this.#now())
    const ofStranger = isHere(address) ? [] : this.#strangers(failuresOfStranger, 'failures')
    demand(await take(ofStranger, address), this.#now())
    const account = did ?? typed
    const isWelcome = this.#welcome.get(`${account} ${one}`) === true
    // Apart, so that names made up by the thousand do not push out what is known of accounts.
    const name = did === undefined ? 'failures of nobody' : 'failures of an account'
    const ofAccount = isWelcome ? [] : this.#names(failuresOfAccount, name)
    try {
      demand(await take(ofAccount, account), this.#now())
    } catch (error) {
      // It was not tried.
      await giveBack(ofStranger, address)
      throw error
    }
    return {
      right: async () => {
        await giveBack(ofStranger, address)
        await giveBack(ofAccount, account)
        this.#welcome.set(`${account} ${one}`, true)
      },
    }
  }

  /** For a call with the password of who runs this server, before it is looked at. Throws `XrpcError`. */
  async takeAdmin(request: Request): Promise<Guess> {
    if (!this.#isOn) return uncounted
    const address = peerAddress(request)
    const limiters = this.#strangers(adminFailures, 'admin')
    demand(await take(limiters, address), this.#now())
    return {right: () => giveBack(limiters, address)}
  }

  /** For the writes of one commit. Throws `XrpcError`. */
  async takeWrites(did: Did, requests: readonly Pick<WriteRequest, 'action'>[]): Promise<void> {
    if (!this.#isOn) return
    let points = 0
    for (const {action} of requests) points += writePoints[action]
    demand(await take(this.#names(writes, 'writes'), did, points), this.#now())
  }

  /** By names or DIDs. */
  #names(limits: readonly RateLimit[], name: string): readonly Limiter[] {
    return this.#of(name, () =>
      limits.map(limit => {
        const countOf = (key: string) => [{...limit, name: nameOf(name, limit), key}]
        return {
          take: async (key, points) => (await this.#counts.take(countOf(key), points))[0],
          giveBack: key => this.#counts.giveBack(countOf(key)),
        }
      }),
    )
  }

  /** By strangers. */
  #strangers(limits: readonly RateLimit[], name: string): readonly Limiter[] {
    return this.#of(`strangers: ${name}`, () =>
      limits.map(limit => new StrangerLimiter(nameOf(`strangers: ${name}`, limit), limit, this.#counts)),
    )
  }

  #of(name: string, make: () => readonly Limiter[]): readonly Limiter[] {
    let limiters = this.#limiters.get(name)
    if (!limiters) this.#limiters.set(name, (limiters = make()))
    return limiters
  }
}

/** One name has several windows. */
const nameOf = (name: string, {windowMs}: RateLimit): string => `pds: ${name}, ${windowMs / 1_000} s`

/** Takes from each by itself: what one refuses, the others count. */
async function take(limiters: readonly Limiter[], key: string, points = 1): Promise<RateVerdict[]> {
  // Most calls are counted once.
  if (limiters.length === 1) return [await limiters[0].take(key, points)]
  return Promise.all(limiters.map(limiter => limiter.take(key, points)))
}

async function giveBack(limiters: readonly Limiter[], key: string): Promise<void> {
  for (const limiter of limiters) await limiter.giveBack(key)
}

/** The tightest verdict. Throws `XrpcError` `RateLimitExceeded` when one of them refuses. */
function demand(verdicts: readonly RateVerdict[], now: number): RateVerdict | undefined {
  const verdict = tightest(verdicts)
  if (!verdict || verdict.allowed) return verdict
  const headers = new Headers()
  setRateLimitHeaders(headers, verdict, now)
  throw new XrpcError('RateLimitExceeded', 'Too many requests; try again later.', {
    headers: Object.fromEntries(headers),
  })
}
