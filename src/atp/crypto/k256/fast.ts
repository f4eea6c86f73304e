/** When checks of signatures go through `verifier.ts`, for the engines, which have another way for the rest. */
import {RecentKeys} from '../recent-keys.ts'
import {K256Verifier} from './verifier.ts'

/** As `verify` of a crypto engine, for one curve. */
export type VerifyOnCurve = (
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
  highS: boolean,
) => boolean

/** Up to 1,500 bytes each. */
const keysMax = 8192

interface Options {
  digest(message: Uint8Array, out: Uint8Array): void
  /** For the first checks, for what the formulas leave out, and wherever the fast code does not run. */
  otherwise: VerifyOnCurve
  /** How many checks it takes to be worth the time, 60 to 90 ms, in which the fast code is made. */
  after: number
}

export function fastVerifyK256({digest, otherwise, after}: Options): VerifyOnCurve {
  const hash = new Uint8Array(32)
  let count = 0
  let fast: VerifyOnCurve | undefined
  const make = (): VerifyOnCurve => {
    const verifier = K256Verifier.create()
    if (!verifier) return otherwise
    const keys = new RecentKeys(keysMax, publicKey => verifier.prepare(publicKey) ?? 'no point')
    return (publicKey, message, signature, highS) => {
      if (publicKey.length !== 33 || signature.length !== 64) return false
      const key = keys.get(publicKey)
      if (key === 'no point') return false
      digest(message, hash)
      const verdict = verifier.verify(key, hash, signature, highS)
      return verdict === 'unsure' ? otherwise(publicKey, message, signature, highS) : verdict === 'right'
    }
  }
  return (...check) => {
    if (!fast && count++ < after) return otherwise(...check)
    fast ??= make()
    return fast(...check)
  }
}
