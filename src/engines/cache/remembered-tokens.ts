/**
 * Service tokens that were checked: an account's own server sends the same one for some time, and to check its signature
 * costs as much as a page of a timeline. They are known by their hashes, so that it is bounded what is held of them,
 * whatever their length.
 */
import {sha256} from '#atp/crypto/engine.ts'
import type {Did} from '#atp/syntax/did.ts'
import {fromLatin1, toUtf8} from '#std/text.ts'
import {Lru} from './lru.ts'

const countMax = 50_000
const ttlMs = 60_000

/** What a good token says. */
export interface Vouched {
  /** Of the account in whose name it is. */
  readonly did: Did
  /** Until when it is good, in seconds since 1970. */
  readonly exp: number
}

export class RememberedTokens {
  readonly #now: () => number
  readonly #known: Lru<string, Vouched>

  /** `now` gives milliseconds since 1970. */
  constructor(now: () => number) {
    this.#now = now
    this.#known = new Lru({countMax, ttlMs, now})
  }

  /** What `check` gives of a token for this method, or has given within a minute, for as long as the token is good. */
  async of(token: string, nsid: string, check: () => Promise<Vouched>): Promise<Vouched> {
    const key = fromLatin1(sha256(toUtf8(`${nsid} ${token}`)), 0, 32)
    const known = this.#known.get(key)
    if (known && known.exp * 1000 > this.#now()) return known
    const {did, exp} = await check()
    const vouched = {did, exp}
    this.#known.set(key, vouched)
    return vouched
  }
}
