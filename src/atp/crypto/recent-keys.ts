/**
 * Public keys in the form in which signatures are checked, kept for those that sign often. To put a compressed key into
 * that form takes half the time of one check (OpenSSL's P-256) or as long as two thirds of one (`k256/verifier.ts`).
 */
import {fromLatin1} from '#std/text.ts'

export class RecentKeys<Ready> {
  readonly #sizeMax: number
  readonly #prepare: (publicKey: Uint8Array) => Ready
  #young = new Map<string, Ready>()
  #old = new Map<string, Ready>()

  /** Holds at most `sizeMax` keys. `prepare` may throw, and nothing is kept then. */
  constructor(sizeMax: number, prepare: (publicKey: Uint8Array) => Ready) {
    this.#sizeMax = sizeMax
    this.#prepare = prepare
  }

  get(publicKey: Uint8Array): Ready {
    const name = fromLatin1(publicKey, 0, publicKey.length)
    const young = this.#young.get(name)
    if (young !== undefined) return young
    const ready = this.#old.get(name) ?? this.#prepare(publicKey)
    // Two generations: what was not asked for while the young one filled is forgotten, and no list is kept in order.
    if (this.#young.size >= this.#sizeMax / 2) {
      this.#old = this.#young
      this.#young = new Map()
    }
    this.#young.set(name, ready)
    return ready
  }
}
