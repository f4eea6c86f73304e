/**
 * Refresh tokens. Each says which access it renews and for the how-manieth time, under a code that only this server can
 * make. So the database holds none of them, and the successor of one is the same however often it is asked for: an
 * answer that was lost can be given again.
 */
import {createHmac, createSecretKey, timingSafeEqual, type KeyObject} from 'node:crypto'
import {fromBase64Url, toBase64Url} from '#std/encoding/base64.ts'

const prefix = 'ref-'
const idSize = 16
const generationSize = 4
const codeSize = 24
const tokenSize = idSize + generationSize + codeSize

export interface RefreshClaims {
  grantId: string
  /** How often its access had been renewed when it was given out. */
  generation: number
}

export const grantIdSize = idSize

export class RefreshTokens {
  /** Made ready once: that takes as long as a code. */
  readonly #secret: KeyObject

  /** `secret` is 32 bytes. */
  constructor(secret: Uint8Array) {
    this.#secret = createSecretKey(secret)
  }

  make({grantId, generation}: RefreshClaims): string {
    const bytes = new Uint8Array(tokenSize)
    bytes.set(fromBase64Url(grantId) ?? [])
    new DataView(bytes.buffer).setUint32(idSize, generation)
    bytes.set(this.#codeOf(bytes), idSize + generationSize)
    return prefix + toBase64Url(bytes)
  }

  /** What a token says; `undefined` for one that this server did not make. */
  read(token: string): RefreshClaims | undefined {
    if (!token.startsWith(prefix) || token.length > 100) return undefined
    const bytes = fromBase64Url(token.slice(prefix.length))
    if (bytes?.length !== tokenSize) return undefined
    if (!timingSafeEqual(bytes.subarray(idSize + generationSize), this.#codeOf(bytes))) return undefined
    return {
      grantId: toBase64Url(bytes.subarray(0, idSize)),
      generation: new DataView(bytes.buffer).getUint32(idSize),
    }
  }

  #codeOf(bytes: Uint8Array): Uint8Array {
    const said = bytes.subarray(0, idSize + generationSize)
    return new Uint8Array(createHmac('sha256', this.#secret).update('refresh token').update(said).digest()).subarray(
      0,
      codeSize,
    )
  }
}
