/**
 * What a passkey signs. A challenge is not kept: it carries its end and a seal of this process over that and what it is
 * for, so that strangers who ask for any number push nobody's out. What is kept is which were used, until they would
 * have run out, and only somebody with a passkey can add to that. A restart makes all of them void.
 */
import {createHmac, timingSafeEqual} from 'node:crypto'
import {fromBase64Url} from '#std/encoding/base64.ts'
import type {World} from '#std/world.ts'
import {Lru} from '#engines/cache/lru.ts'

export const challengeLifeMs = 5 * 60_000
const nonceSize = 16
const endSize = 6
const sealSize = 16
const size = nonceSize + endSize + sealSize
/** More uses in five minutes than there are people on a server; what is pushed out could be used twice. */
const usedMax = 100_000

/** What a challenge is good for. */
export type ChallengeUse = 'register' | 'sign-in' | 'second-factor' | 'proof'

export class Challenges {
  readonly #world: Pick<World, 'now' | 'random'>
  readonly #key: Uint8Array
  readonly #used: Lru<string, true>

  constructor(world: Pick<World, 'now' | 'random'>) {
    this.#world = world
    this.#key = world.random(32)
    this.#used = new Lru({countMax: usedMax, ttlMs: challengeLifeMs, now: world.now})
  }

  /** `subject` is whose, or of which sign-in, the challenge is; '' for one of nobody yet. */
  make(use: ChallengeUse, subject: string): Uint8Array<ArrayBuffer> {
    const body = Buffer.concat([this.#world.random(nonceSize), Buffer.alloc(endSize)])
    body.writeUIntBE(this.#world.now() + challengeLifeMs, nonceSize, endSize)
    return new Uint8Array(Buffer.concat([body, this.#seal(body, use, subject)]))
  }

  /** Whether this (base64url) was made for just that, has not run out and was not used. */
  isGood(challenge: string, use: ChallengeUse, subject: string): boolean {
    const bytes = challenge.length <= 2 * size ? fromBase64Url(challenge) : undefined
    if (bytes?.length !== size) return false
    const body = Buffer.from(bytes.subarray(0, size - sealSize))
    if (!timingSafeEqual(this.#seal(body, use, subject), bytes.subarray(size - sealSize))) return false
    return body.readUIntBE(nonceSize, endSize) > this.#world.now() && this.#used.get(keyOf(bytes)) === undefined
  }

  /** Notes the use of a good one. False when another has used it meanwhile. */
  spend(challenge: string): boolean {
    const key = keyOf(fromBase64Url(challenge) ?? new Uint8Array())
    if (this.#used.get(key)) return false
    this.#used.set(key, true)
    return true
  }

  #seal(body: Uint8Array, use: ChallengeUse, subject: string): Uint8Array {
    return createHmac('sha256', this.#key).update(`${use} ${subject} `).update(body).digest().subarray(0, sealSize)
  }
}

/** By its bytes, since a text may be spelled in more than one way. */
const keyOf = (bytes: Uint8Array): string => Buffer.from(bytes.subarray(0, nonceSize)).toString('latin1')
