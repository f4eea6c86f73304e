/** Base58 in the Bitcoin alphabet: the body of multikeys and did:key (`z…`). Quadratic, so the length is capped. */

const alphabet = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'
const valueOf = new Int8Array(128).fill(-1)
for (let i = 0; i < alphabet.length; i++) valueOf[alphabet.charCodeAt(i)] = i

/** A public key takes about 50 characters; an uncompressed legacy one about 90. */
const lengthMax = 256

export function toBase58(bytes: Uint8Array): string {
  const digits: number[] = []
  for (const byte of bytes) {
    let carry = byte
    for (let i = 0; i < digits.length; i++) {
      carry += digits[i] << 8
      digits[i] = carry % 58
      carry = (carry / 58) | 0
    }
    while (carry > 0) {
      digits.push(carry % 58)
      carry = (carry / 58) | 0
    }
  }
  let text = ''
  for (let i = 0; i < bytes.length && bytes[i] === 0; i++) text += alphabet[0]
  for (let i = digits.length - 1; i >= 0; i--) text += alphabet[digits[i]]
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
