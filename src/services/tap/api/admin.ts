/**
 * Who may use a Tap: with a password, whoever has it, by HTTP Basic as the user `admin`, for everything there is. Wrong
 * guesses are counted; those from this machine are its own people's. Without one, whoever reaches it, but no page of
 * another site in the browser of somebody who does.
 */
import {isIP} from 'node:net'
import {basicCredentials} from '#std/wire/basic-auth.ts'
import {isSameSecret} from '#engines/crypto/secrets.ts'
import {openLimits} from '#engines/open.ts'
import {peerAddress} from '#runtime/strangers/peer.ts'
import {isHere, StrangerLimiter} from '#runtime/strangers/stranger.ts'
import {refusal} from './answers.ts'

/** Wrong guesses of one stranger. */
const guesses = {limit: 20, windowMs: 300_000}
const headers = {'www-authenticate': 'Basic realm="admin"'}

export class Admin {
  readonly #password: string | undefined
  readonly #isLocal: boolean
  readonly #guesses: StrangerLimiter

  /** `host` is the address that is listened on. */
  constructor(password: string | undefined, host: string, now: () => number) {
    this.#password = password
    this.#isLocal = host === 'localhost' || isHere(host)
    this.#guesses = new StrangerLimiter('tap admin', guesses, openLimits('memory:', now))
  }

  /** The refusal of a request that has no business here. */
  async refuse(request: Request): Promise<Response | undefined> {
    if (this.#password === undefined) {
      if (!this.#mayBeRebound(request)) return undefined
      return refusal(403, 'A Tap without a password (TAP_ADMIN_PASSWORD) is asked by an address, or by a local name.')
    }
    const given = basicCredentials(request.headers.get('authorization'))
    if (given === undefined) return refusal(401, 'This Tap has a password.', headers)
    const address = peerAddress(request)
    const isCounted = !isHere(address)
    if (isCounted && !(await this.#guesses.take(address)).allowed) return refusal(429, 'Too many wrong passwords.')
    if (!isSameSecret(given, `admin:${this.#password}`)) {
      return refusal(401, 'That is not the password.', headers)
    }
    if (isCounted) await this.#guesses.giveBack(address)
    return undefined
  }

  /**
   * A page may have its own name lead here, and then is of the same site as what it asks for. Names that nobody can own
   * lead nowhere else. A browser says by `Origin` that a page writes, or opens a stream; that one reads it may not say, so a
   * Tap that is for this machine alone has no other names at all.
   */
  #mayBeRebound(request: Request): boolean {
    const {hostname} = new URL(request.url)
    const isOwned = hostname.includes('.') && !hostname.endsWith('.localhost') && isIP(hostname) === 0
    return isOwned && (this.#isLocal || request.headers.has('origin'))
  }
}

/** A page of another site may open a WebSocket, with no question asked: it says where it is from. */
export function isOfOtherSite(request: Request): boolean {
  const origin = request.headers.get('origin')
  return origin !== null && URL.parse(origin)?.host !== new URL(request.url).host
}
