/**
 * The cookie of who is signed in: a number by chance and our signature of it, which tells nothing and cannot be made up.
 * Whose it is stands in our database, from which signing out deletes it.
 */
import {createHmac} from 'node:crypto'
import {isSameSecret} from '#engines/crypto/secrets.ts'
import type {CookieKind} from '#pages/cookies.ts'
import {fromBase64Url, toBase64Url} from '#std/encoding/base64.ts'
import type {World} from '#std/world.ts'

export const sessionKind: CookieKind = {name: 'statusphere-session', ageS: 30 * 86_400}

/** Bytes of each half; together they are as long as any secret of our pages. */
const halfSize = 16

export class SignedIds {
  readonly #key: string

  constructor(key: string) {
    this.#key = key
  }

  /** A new one, as it stands in the cookie. */
  make({random}: Pick<World, 'random'>): string {
    const id = random(halfSize)
    return toBase64Url(Buffer.concat([id, this.#signatureOf(id)]))
  }

  /** Whether we have signed this. */
  isOurs(cookie: string): boolean {
    const bytes = fromBase64Url(cookie)
    if (bytes?.length !== 2 * halfSize) return false
    const [id, signature] = [bytes.subarray(0, halfSize), bytes.subarray(halfSize)]
    // One signature can be written in two ways, of which one is ours.
    return isSameSecret(toBase64Url(signature), toBase64Url(this.#signatureOf(id))) && toBase64Url(bytes) === cookie
  }

  #signatureOf(id: Uint8Array): Uint8Array {
    return createHmac('sha256', this.#key).update('session\n').update(id).digest().subarray(0, halfSize)
  }
}
