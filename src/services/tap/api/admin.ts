/**
 * Who may use a Tap: with a password, whoever has it, by HTTP Basic as the user `admin`, for everything there is. Wrong
 * guesses are counted; those from this machine are its own people's.
 */
import {fromBase64} from '#std/encoding/base64.ts'
import {fromUtf8} from '#std/text.ts'
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
  readonly #guesses: StrangerLimiter

  constructor(password: string | undefined, now: () => number) {
    this.#password = password
    this.#guesses = new StrangerLimiter('tap admin', guesses, openLimits('memory:', now))
  }

  /** The refusal of a request that has no business here. */
  async refuse(request: Request): Promise<Response | undefined> {
    if (this.#password === undefined) return undefined
    const [, code] = /^basic +(\S{1,2000}) *$/i.exec(request.headers.get('authorization') ?? '') ?? []
    if (code === undefined) return refusal(401, 'This Tap has a password.', headers)
    const address = peerAddress(request)
    const isCounted = !isHere(address)
    if (isCounted && !(await this.#guesses.take(address)).allowed) return refusal(429, 'Too many wrong passwords.')
    const bytes = fromBase64(code)
    if (!isSameSecret((bytes && fromUtf8(bytes)) ?? '', `admin:${this.#password}`)) {
      return refusal(401, 'That is not the password.', headers)
    }
    if (isCounted) await this.#guesses.giveBack(address)
    return undefined
  }
}

/** A page of another site may open a WebSocket, with no question asked: it says where it is from. */
export function isOfOtherSite(request: Request): boolean {
  const origin = request.headers.get('origin')
  return origin !== null && URL.parse(origin)?.host !== new URL(request.url).host
}
