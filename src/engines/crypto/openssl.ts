/**
 * One curve through `node:crypto`. OpenSSL has assembly for P-256 and none for secp256k1, which is why the latter
 * comes from here only on a machine that the faster library is not built for.
 */
import {createECDH, createPrivateKey, createPublicKey, ECDH, sign, verify} from 'node:crypto'
import type {KeyObject} from 'node:crypto'
import {fromHex} from '#std/bytes.ts'
import type {Curve} from '#atp/crypto/primitives.ts'
import {RecentKeys} from '#atp/crypto/recent-keys.ts'

/** The methods of `CryptoEngine`, for one curve. */
export interface CurveEngine {
  verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array, highS: boolean): boolean
  sign(privateKey: Uint8Array, message: Uint8Array): Uint8Array<ArrayBuffer>
  publicKey(privateKey: Uint8Array): Uint8Array<ArrayBuffer>
  compressPoint(point: Uint8Array): Uint8Array<ArrayBuffer> | undefined
}

interface CurveFacts {
  opensslName: string
  /** DER around the 33 bytes of a compressed public key (RFC 5480). */
  spkiHead: string
  /** DER after the 32 bytes of a private key (RFC 5915). */
  sec1Tail: string
  order: bigint
}

const facts: Readonly<Record<Curve, CurveFacts>> = {
  p256: {
    opensslName: 'prime256v1',
    spkiHead: '3039301306072a8648ce3d020106082a8648ce3d030107032200',
    sec1Tail: 'a00a06082a8648ce3d030107',
    order: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  },
  k256: {
    opensslName: 'secp256k1',
    spkiHead: '3036301006072a8648ce3d020106052b8104000a032200',
    sec1Tail: 'a00706052b8104000a',
    order: 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n,
  },
}

const keysMax = 4096
const dsaEncoding = 'ieee-p1363'

export function opensslCurve(curve: Curve): CurveEngine {
  const {opensslName, spkiHead, sec1Tail, order} = facts[curve]
  const halfOrder = fromHex((order >> 1n).toString(16).padStart(64, '0'))!
  const sec1Size = 3 + 2 + 32 + sec1Tail.length / 2
  const sec1Head = `30${sec1Size.toString(16)}0201010420`

  const spki = fromHex(spkiHead + '00'.repeat(33))!
  const publicKeys = new RecentKeys(keysMax, publicKey => {
    spki.set(publicKey, spki.length - 33)
    return createPublicKey({key: spki as Buffer, format: 'der', type: 'spki'})
  })
  /** By the identity of the bytes, so that a secret is kept no longer than its owner keeps it. */
  const privateKeys = new WeakMap<Uint8Array, KeyObject>()

  function privateKeyOf(bytes: Uint8Array): KeyObject {
    const known = privateKeys.get(bytes)
    if (known) return known
    const sec1 = Buffer.concat([Buffer.from(sec1Head, 'hex'), bytes, Buffer.from(sec1Tail, 'hex')])
    const key = createPrivateKey({key: sec1, format: 'der', type: 'sec1'})
    privateKeys.set(bytes, key)
    return key
  }

  const isHighS = (signature: Uint8Array): boolean => {
    for (let i = 0; i < 32; i++) if (signature[32 + i] !== halfOrder[i]) return signature[32 + i] > halfOrder[i]
    return false
  }

  return {
    verify(publicKey, message, signature, highS) {
      if (publicKey.length !== 33 || signature.length !== 64 || (!highS && isHighS(signature))) return false
      try {
        return verify('sha256', message, {key: publicKeys.get(publicKey), dsaEncoding}, signature)
      } catch {
        return false // the point is not on the curve
      }
    },

    sign(privateKey, message) {
      const signature = Uint8Array.from(sign('sha256', message, {key: privateKeyOf(privateKey), dsaEncoding}))
      if (isHighS(signature)) {
        const s = BigInt(`0x${Buffer.from(signature.buffer, 32).toString('hex')}`)
        signature.set(fromHex((order - s).toString(16).padStart(64, '0'))!, 32)
      }
      return signature
    },

    publicKey(privateKey) {
      const ecdh = createECDH(opensslName)
      try {
        if (privateKey.length !== 32) throw new RangeError()
        ecdh.setPrivateKey(privateKey)
      } catch {
        throw new RangeError(`A ${curve} private key is 32 bytes, above zero and below the curve's order.`)
      }
      return Uint8Array.from(ecdh.getPublicKey(null, 'compressed'))
    },

    compressPoint(point) {
      // OpenSSL also knows a third, hybrid form, which nothing here may take.
      if (point.length === 33 ? point[0] >> 1 !== 1 : point.length !== 65 || point[0] !== 4) return undefined
      try {
        const compressed = ECDH.convertKey(point, opensslName, undefined, undefined, 'compressed') as Buffer
        return Uint8Array.from(compressed)
      } catch {
        return undefined
      }
    },
  }
}
