/**
 * What the database keeps of second factors without being able to use it: secrets are sealed (AES-256-GCM), and codes
 * hashed (HMAC-SHA256), by keys that stand in the file of secrets. Whoever gets hold of a copy of the database has none
 * of them.
 */
import {createCipheriv, createDecipheriv, createHmac, hkdfSync} from 'node:crypto'
import {toUtf8} from '#std/text.ts'
import type {World} from '#std/world.ts'

const nonceSize = 12
const tagSize = 16

export class Seal {
  readonly #key: Uint8Array
  readonly #hashKey: Uint8Array
  readonly #random: World['random']

  /** `secret` is 32 bytes. */
  constructor(secret: Uint8Array, world: Pick<World, 'random'>) {
    const keyFor = (use: string): Uint8Array => new Uint8Array(hkdfSync('sha256', secret, '', use, 32))
    this.#key = keyFor('wholesky factor secrets')
    this.#hashKey = keyFor('wholesky factor codes')
    this.#random = world.random
  }

  /** Seals bytes for one owner: with another's name they do not open. */
  close(bytes: Uint8Array, owner: string): Uint8Array {
    const nonce = this.#random(nonceSize)
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonce).setAAD(toUtf8(owner))
    return new Uint8Array(Buffer.concat([nonce, cipher.update(bytes), cipher.final(), cipher.getAuthTag()]))
  }

  /** Throws when the bytes were not sealed for this owner by this key: the file of secrets is another's. */
  open(sealed: Uint8Array, owner: string): Uint8Array {
    const decipher = createDecipheriv('aes-256-gcm', this.#key, sealed.subarray(0, nonceSize))
    decipher.setAAD(toUtf8(owner)).setAuthTag(sealed.subarray(-tagSize))
    const body = decipher.update(sealed.subarray(nonceSize, -tagSize))
    try {
      return new Uint8Array(Buffer.concat([body, decipher.final()]))
    } catch (cause) {
      throw new Error('A secret does not open: "factorSecret" in the file of secrets is not the one it was kept by.', {
        cause,
      })
    }
  }

  /** A hash that nobody finds again by trying codes, without the key. */
  hash(code: string, owner: string): Uint8Array {
    return new Uint8Array(createHmac('sha256', this.#hashKey).update(`${owner} ${code}`).digest())
  }
}
