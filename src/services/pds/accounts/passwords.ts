/**
 * Passwords as scrypt hashes: 16 bytes of salt, 64 of key, written `salt:key` in hexadecimal. A hash costs ten to forty
 * milliseconds of a processor on purpose, so only a few are made at a time, and only so many may wait for their turn.
 * Each stranger waits for his own: whoever has fewest on their way is next, and who tries passwords in a loop, from a
 * few addresses at once, keeps nobody else out.
 */
import {timingSafeEqual} from 'node:crypto'
import {toBase32} from '#std/encoding/base32.ts'
import {fromHex, toHex} from '#std/bytes.ts'
import {Places} from '#std/waiting/places.ts'
import {toUtf8} from '#std/text.ts'
import type {World} from '#std/world.ts'
import {sha256} from '#atp/crypto/engine.ts'
import type {Did} from '#atp/syntax/did.ts'
import {Scrypt, type ScryptOptions} from '#engines/scrypt/scrypt.ts'
import {strangersAt} from '#runtime/strangers/stranger.ts'

const saltSize = 16
const keySize = 64

/** A longer one is refused at login before it is hashed, so that nobody can make the hash take long. */
export const passwordLengthMax = 512
/** For new passwords, in UTF-16 units. */
export const newPasswordLengthMin = 8
export const newPasswordLengthMax = 256

/** Who may wait, all in all. */
const waitingMax = 300

const written = (salt: Uint8Array, key: Uint8Array): string => `${toHex(salt)}:${toHex(key)}`

/**
 * `asker` is whoever wants it, as addresses are counted (`strangersAt`), or the account that is signed in. All that hash
 * reject with `Overloaded` when too many wait.
 */
export class Passwords implements AsyncDisposable {
  readonly #scrypt: Scrypt
  readonly #world: Pick<World, 'random' | 'slowHash'>
  readonly #places: Places

  constructor(world: Pick<World, 'random' | 'slowHash'>, options?: ScryptOptions) {
    this.#world = world
    this.#scrypt = new Scrypt(options)
    this.#places = new Places({max: this.#scrypt.placesMax, groupOf: widely, waitingMax, makesRoom: true})
  }

  async hash(password: string, asker: string): Promise<string> {
    return (await this.begin(password, asker)).hash
  }

  /** Resolves when it has its turn, so that it comes to a hash if nothing breaks. */
  async begin(password: string, asker: string): Promise<{hash: Promise<string>}> {
    const release = await this.#places.take(asker)
    const salt = this.#world.random(saltSize)
    const hash = this.#derive(password, salt).then(key => written(salt, key))
    return {hash: hash.finally(release)}
  }

  /** False for any mismatch. Takes as long for an account without a password as for a wrong one. */
  async isRight(password: string, hash: string | null, asker: string): Promise<boolean> {
    if (password.length > passwordLengthMax) return false
    const [salt, key] = (hash ?? '').split(':').map(fromHex)
    const used = salt ?? new Uint8Array(saltSize)
    const derived = await this.#places.with(asker, () => this.#derive(password, used))
    return key?.length === keySize && timingSafeEqual(derived, key)
  }

  /** All app passwords of an account share a salt: one hash finds which of them it is. */
  async hashOfApp(did: Did, password: string, asker: string): Promise<string> {
    const salt = sha256(toUtf8(did)).subarray(0, saltSize)
    return written(salt, await this.#places.with(asker, () => this.#derive(password, salt)))
  }

  /** Ends the threads, once what is under way has come to its end. */
  close(): Promise<void> {
    return this.#scrypt.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #derive(password: string, salt: Uint8Array): Promise<Uint8Array> {
    const {slowHash} = this.#world
    return slowHash ? slowHash(password, salt, keySize) : this.#scrypt.hash(password, salt)
  }
}

/** A /48 has more of IPv6 than anybody can count one by one. */
const widely = (asker: string): string =>
  asker.endsWith('::/64') ? (strangersAt(asker.slice(0, -3)).wide ?? asker) : asker

/** `xxxx-xxxx-xxxx-xxxx`: 80 bits, so that it can be found by its hash and never be guessed. */
export function newAppPassword(world: Pick<World, 'random'>): string {
  const text = toBase32(world.random(10))
  return [0, 4, 8, 12].map(at => text.slice(at, at + 4)).join('-')
}

export const looksLikeAppPassword = (password: string): boolean => /^[a-z2-7]{4}(?:-[a-z2-7]{4}){3}$/.test(password)
