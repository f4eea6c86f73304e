/** Codes such as `AB2CD-EFGH3` by which somebody shows that the account's mail reaches him. Each is good for once. */
import {toBase32} from '#std/encoding/base32.ts'
import {toHex} from '#std/bytes.ts'
import {toUtf8} from '#std/text.ts'
import type {World} from '#std/world.ts'
import {sha256} from '#atp/crypto/engine.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {EmailPurpose, MailCode, SessionStore} from '../store/sessions/session-store.ts'
import {Refusal} from '../refusal.ts'

const lifeMs = 15 * 60_000
/** After this long not even that it has expired is remembered. */
const keptMs = 24 * 3_600_000

export const wrongCode = (): Refusal =>
  new Refusal('wrong-code', 'This code is wrong or has already been used. Look for the newest email.')

/** A code as an act spends it that it is for. */
export const mailCode = (purpose: EmailPurpose, code: string): MailCode => ({purpose, hash: hashOf(purpose, code)})

const hashOf = (purpose: EmailPurpose, code: string): string =>
  toHex(sha256(toUtf8(`${purpose} ${code.trim().toUpperCase()}`)))

export class EmailTokens {
  readonly #store: SessionStore
  readonly #world: Pick<World, 'now' | 'random'>

  constructor(store: SessionStore, world: Pick<World, 'now' | 'random'>) {
    this.#store = store
    this.#world = world
  }

  /** A new code; one that was given before for the same purpose is void. */
  async issue(did: Did, purpose: EmailPurpose): Promise<string> {
    const text = toBase32(this.#world.random(7)).slice(0, 10).toUpperCase()
    const code = `${text.slice(0, 5)}-${text.slice(5)}`
    await this.#store.putEmailToken(did, purpose, hashOf(purpose, code), this.#world.now())
    return code
  }

  /** Whose code this is. Throws `Refusal` `wrong-code` or `code-expired`. */
  async ownerOf(purpose: EmailPurpose, code: string): Promise<Did> {
    const found = await this.#store.emailToken(purpose, hashOf(purpose, code))
    if (!found) throw wrongCode()
    if (found.requestedMs + lifeMs < this.#world.now()) {
      throw new Refusal('code-expired', 'This code has expired. Ask for a new one.')
    }
    return found.did
  }

  /** Throws, as above, unless the code is this account's. */
  async demand(did: Did, purpose: EmailPurpose, code: string): Promise<void> {
    if ((await this.ownerOf(purpose, code)) !== did) throw new Refusal('wrong-code', 'This code is wrong.')
  }

  /** Whether the code is this account's and new enough; it is used up by that. Of two who give it at once one has it. */
  async take(did: Did, purpose: EmailPurpose, code: string): Promise<boolean> {
    const requestedMs = await this.#store.takeEmailToken(did, purpose, hashOf(purpose, code))
    return requestedMs !== undefined && requestedMs + lifeMs >= this.#world.now()
  }

  /** True while there are more to throw away. */
  sweep(): Promise<boolean> {
    return this.#store.sweepEmailTokens(this.#world.now() - keptMs)
  }
}
