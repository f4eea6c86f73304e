/** Passwords as scrypt hashes: 16 bytes of salt, 64 of key, written `salt:key` in hexadecimal. */
import {randomBytes, scrypt, timingSafeEqual} from 'node:crypto'
import {promisify} from 'node:util'
import {fromHex, toHex} from '#std/bytes.ts'

const derive = promisify(scrypt) as (password: string, salt: Uint8Array, size: number) => Promise<Uint8Array>
const keySize = 64

/** A longer one is refused at login before it is hashed, so that nobody can make the hash take long. */
const passwordLengthMax = 512
/** For new passwords, in UTF-16 units. */
export const newPasswordLengthMin = 8
export const newPasswordLengthMax = 256

export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16)
  return `${toHex(salt)}:${toHex(await derive(password, salt, keySize))}`
}

/** False for any mismatch. Takes as long for an account without a password as for a wrong one. */
export async function isPassword(password: string, hash: string | null): Promise<boolean> {
  if (password.length > passwordLengthMax) return false
  const [salt, key] = (hash ?? '').split(':').map(fromHex)
  const derived = await derive(password, salt ?? new Uint8Array(16), keySize)
  return key?.length === keySize && timingSafeEqual(derived, key)
}
