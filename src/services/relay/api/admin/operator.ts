/**
 * Who may use the operator's API and page: whoever has one of the passwords, by HTTP Basic as the user `admin`. Several
 * are good at a time, so that one can be changed without a gap. Wrong guesses are counted; those from this machine are
 * its own people's.
 */
import {basicCredentials} from '#std/wire/basic-auth.ts'
import {isSameSecret} from '#engines/crypto/secrets.ts'
import {openLimits} from '#engines/open.ts'
import {peerAddress} from '#runtime/strangers/peer.ts'
import {isHere, StrangerLimiter} from '#runtime/strangers/stranger.ts'
import {refusal} from './answers.ts'

/** Wrong guesses of one stranger. */
const guesses = {limit: 20, windowMs: 300_000}
const challenge = {'www-authenticate': 'Basic realm="relay admin", charset="UTF-8"'}

export class Operator {
  readonly #passwords: readonly string[]
  readonly #guesses: StrangerLimiter

  /** With no password nobody may. */
  constructor(passwords: readonly string[], now: () => number) {
    this.#passwords = passwords
    this.#guesses = new StrangerLimiter('relay admin', guesses, openLimits('memory:', now))
  }

  get isOff(): boolean {
    return this.#passwords.length === 0
  }

  /** The refusal of a request that has no business here. */
  async refuse(request: Request): Promise<Response | undefined> {
    if (this.isOff) return refusal(403, 'The admin API is off: RELAY_ADMIN_PASSWORD is not set.')
    const given = basicCredentials(request.headers.get('authorization'))
    if (given === undefined) return refusal(401, 'The admin password is required.', challenge)
    const address = peerAddress(request)
    const isCounted = !isHere(address)
    if (isCounted && !(await this.#guesses.take(address)).allowed) return refusal(429, 'Too many wrong passwords.')
    let isRight = false
    // Each is looked at, so that the time tells nothing of which.
    for (const password of this.#passwords) isRight = isSameSecret(given, `admin:${password}`) || isRight
    if (!isRight) return refusal(401, 'That is not the admin password.', challenge)
    if (isCounted) await this.#guesses.giveBack(address)
    // A browser adds the password to whatever another site has it send.
    if (request.method !== 'GET' && request.method !== 'HEAD' && isOfOtherSite(request)) {
      return refusal(403, 'A page of another site may not do this.')
    }
    return undefined
  }
}

function isOfOtherSite({headers, url}: Request): boolean {
  const [origin, site] = [headers.get('origin'), headers.get('sec-fetch-site')]
  if (site !== null && site !== 'same-origin' && site !== 'none') return true
  return origin !== null && URL.parse(origin)?.host !== new URL(url).host
}
