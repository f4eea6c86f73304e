/**
 * How often one address, one account or one name may ask, as the official PDS counts it. People never meet these; a
 * loop that runs wild, or somebody who guesses passwords, does. Addresses of this machine are not counted: behind a
 * proxy on it, everybody has one.
 */
import type {World} from '#std/world.ts'
import type {Did} from '#atp/syntax/did.ts'
import {
  RateLimiter,
  setRateLimitHeaders,
  tightest,
  type RateLimit,
  type RateVerdict,
} from '#engines/cache/rate-limiter.ts'
import {peerAddress} from '#runtime/peer.ts'
import {XrpcError} from '#xrpc/errors.ts'
import type {WriteRequest} from './record-writer.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs
const per5Minutes = (limit: number): RateLimit => ({limit, windowMs: 5 * minuteMs})
const perHour = (limit: number): RateLimit => ({limit, windowMs: hourMs})
const perDay = (limit: number): RateLimit => ({limit, windowMs: dayMs})

const all = [per5Minutes(3_000)]
/** Methods that have a count of their own for each address; of those in `apart` the one of all is not charged. */
const ofAddress: Readonly<Record<string, readonly RateLimit[]>> = {
  'com.atproto.server.createAccount': [per5Minutes(100)],
  'com.atproto.server.deleteAccount': [per5Minutes(50)],
  'com.atproto.server.requestPasswordReset': [perHour(15), perDay(50)],
  'com.atproto.server.reserveSigningKey': [perHour(50)],
  'com.atproto.server.resetPassword': [per5Minutes(50)],
  'com.atproto.sync.getRepo': [per5Minutes(6_000)],
}
const apart = new Set(['com.atproto.sync.getRepo'])

const mails = [perHour(5), perDay(15)]
const ofAccount: Readonly<Record<string, readonly RateLimit[]>> = {
  'com.atproto.identity.requestPlcOperationSignature': mails,
  'com.atproto.identity.updateHandle': [per5Minutes(10), perDay(50)],
  'com.atproto.repo.uploadBlob': [perDay(1_000)],
  'com.atproto.server.confirmEmail': [per5Minutes(30)],
  'com.atproto.server.requestAccountDelete': mails,
  'com.atproto.server.requestEmailConfirmation': mails,
  'com.atproto.server.requestEmailUpdate': mails,
}

const logins = [per5Minutes(30), perDay(300)]
const writes = [perHour(5_000), perDay(35_000)]
const writePoints: Readonly<Record<WriteRequest['action'], number>> = {create: 3, update: 2, put: 2, delete: 1}

const isHere = (address: string): boolean => address === 'local' || address === '::1' || address.startsWith('127.')

export class RateLimits {
  readonly #isOn: boolean
  readonly #now: () => number
  readonly #limiters = new Map<string, readonly RateLimiter[]>()

  /** Counts nothing and lets everyone pass when it is off. */
  constructor(isOn: boolean, world: Pick<World, 'now'>) {
    this.#isOn = isOn
    this.#now = world.now
  }

  /** For any call, before it is looked at. What the caller is told goes out with any answer. Throws `XrpcError`. */
  readonly admit = (request: Request, nsid: string, headers: Headers): void => {
    if (!this.#isOn) return
    const address = peerAddress(request)
    if (isHere(address)) return
    const own = Object.hasOwn(ofAddress, nsid) ? this.#take(ofAddress[nsid], nsid, address, 1) : []
    const verdicts = apart.has(nsid) ? own : [...own, ...this.#take(all, 'all', address, 1)]
    const verdict = demand(verdicts, this.#now())
    if (verdict) setRateLimitHeaders(headers, verdict, this.#now())
  }

  /** For a call of an account. Throws `XrpcError`. */
  takeCall(did: Did, nsid: string): void {
    if (this.#isOn && Object.hasOwn(ofAccount, nsid)) demand(this.#take(ofAccount[nsid], nsid, did, 1), this.#now())
  }

  /** For a login, by what is logged in with and from where. Throws `XrpcError`. */
  takeLogin(identifier: string, request: Request): void {
    if (!this.#isOn) return
    const key = `${identifier.trim().toLowerCase().slice(0, 300)} ${peerAddress(request)}`
    demand(this.#take(logins, 'login', key, 1), this.#now())
  }

  /** For the writes of one commit. Throws `XrpcError`. */
  takeWrites(did: Did, requests: readonly Pick<WriteRequest, 'action'>[]): void {
    if (!this.#isOn) return
    let points = 0
    for (const {action} of requests) points += writePoints[action]
    demand(this.#take(writes, 'writes', did, points), this.#now())
  }

  #take(limits: readonly RateLimit[], name: string, key: string, points: number): RateVerdict[] {
    let limiters = this.#limiters.get(name)
    if (!limiters) {
      limiters = limits.map(limit => new RateLimiter({...limit, now: this.#now}))
      this.#limiters.set(name, limiters)
    }
    return limiters.map(limiter => limiter.take(key, points))
  }
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
