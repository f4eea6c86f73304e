/** Base58 in the Bitcoin alphabet: the body of multikeys and did:key (`z…`). Quadratic, so the length is capped. */

const alphabet = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'
const valueOf = new Int8Array(128).fill(-1)
for (let i = 0; i < alphabet.length; i++) valueOf[alphabet.charCodeAt(i)] = i

/** A public key takes about 50 characters; an uncompressed legacy one about 90. */
const lengthMax = 256

/** Digits that are worked on together: so many that a limb times 2^16 is still an exact number. */
const limbDigits = 5
const limbBase = 58 ** limbDigits

export function toBase58(bytes: Uint8Array): string {
  const limbs: number[] = []
  for (let i = 0; i < bytes.length; i += 2) {
    // Two bytes at a time, and a last one alone.
    const isPair = i + 1 < bytes.length
    const shift = isPair ? 0x1_0000 : 0x100
    let carry = isPair ? (bytes[i] << 8) | bytes[i + 1] : bytes[i]
    for (let j = 0; j < limbs.length; j++) {
      const value = limbs[j] * shift + carry
      carry = Math.floor(value / limbBase)
      limbs[j] = value - carry * limbBase
    }
    if (carry > 0) limbs.push(carry)
  }
  let text = ''
  for (let i = 0; i < bytes.length && bytes[i] === 0; i++) text += alphabet[0]
  for (let i = limbs.length - 1; i >= 0; i--) text += limbText(limbs[i], i < limbs.length - 1)
  return text
}

/** The digits of a limb; all five of them where others stand before it. */
function limbText(limb: number, isInner: boolean): string {
  let text = ''
  for (let rest = limb, i = 0; isInner ? i < limbDigits : rest > 0; i++) {
    text = alphabet[rest % 58] + text
    rest = (rest / 58) | 0
  }
  return text
}

/** `undefined` for a foreign character or more than 256 of them. */
export function fromBase58(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (text.length > lengthMax) return undefined
  const bytes: number[] = []
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    let carry = code < 128 ? valueOf[code] : -1
    if (carry < 0) return undefined
    for (let j = 0; j < bytes.length; j++) {
      carry += bytes[j] * 58
      bytes[j] = carry & 0xff
      carry >>= 8
    }
    while (carry > 0) {
      bytes.push(carry & 0xff)
      carry >>= 8
    }
  }
  for (let i = 0; i < text.length && text[i] === alphabet[0]; i++) bytes.push(0)
  return Uint8Array.from(bytes.toReversed())
}
