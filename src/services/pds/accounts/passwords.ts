/**
 * Passwords as scrypt hashes: 16 bytes of salt, 64 of key, written `salt:key` in hexadecimal. A hash costs some forty
 * milliseconds of a thread on purpose, so only a few are made at a time, and only so many may wait for their turn.
 */
import {scrypt, timingSafeEqual} from 'node:crypto'
import {availableParallelism} from 'node:os'
import {promisify} from 'node:util'
import {toBase32} from '#std/encoding/base32.ts'
import {fromHex, toHex} from '#std/bytes.ts'
import {Places} from '#std/waiting/places.ts'
import {toUtf8} from '#std/text.ts'
import {realWorld, type World} from '#std/world.ts'
import {sha256} from '#atp/crypto/engine.ts'
import type {Did} from '#atp/syntax/did.ts'

const scryptOf = promisify(scrypt) as (password: string, salt: Uint8Array, size: number) => Promise<Uint8Array>
type Hashing = Pick<World, 'random' | 'slowHash'>

const saltSize = 16
const keySize = 64

/** A longer one is refused at login before it is hashed, so that nobody can make the hash take long. */
export const passwordLengthMax = 512
/** For new passwords, in UTF-16 units. */
export const newPasswordLengthMin = 8
export const newPasswordLengthMax = 256

/** The threads are the process's own, shared with its files, so the places are the process's too. */
const places = new Places({max: Math.min(3, availableParallelism()), waitingMax: 300})

/** Rejects with `Overloaded` when too many wait. */
const derive = (password: string, salt: Uint8Array, {slowHash = scryptOf}: Pick<World, 'slowHash'>) =>
  places.with('', () => slowHash(password, salt, keySize))

const written = (salt: Uint8Array, key: Uint8Array): string => `${toHex(salt)}:${toHex(key)}`

export async function hashPassword(password: string, world: Hashing = realWorld): Promise<string> {
  const salt = world.random(saltSize)
  return written(salt, await derive(password, salt, world))
}

/** False for any mismatch. Takes as long for an account without a password as for a wrong one. */
export async function isPassword(
  password: string,
  hash: string | null,
  world: Pick<World, 'slowHash'> = realWorld,
): Promise<boolean> {
  if (password.length > passwordLengthMax) return false
  const [salt, key] = (hash ?? '').split(':').map(fromHex)
  const derived = await derive(password, salt ?? new Uint8Array(saltSize), world)
  return key?.length === keySize && timingSafeEqual(derived, key)
}

/** `xxxx-xxxx-xxxx-xxxx`: 80 bits, so that it can be found by its hash and never be guessed. */
export function newAppPassword(world: Pick<World, 'random'>): string {
  const text = toBase32(world.random(10))
  return [0, 4, 8, 12].map(at => text.slice(at, at + 4)).join('-')
}

export const looksLikeAppPassword = (password: string): boolean => /^[a-z2-7]{4}(?:-[a-z2-7]{4}){3}$/.test(password)

/** All app passwords of an account share a salt: one hash finds which of them it is. */
export async function hashAppPassword(
  did: Did,
  password: string,
  world: Pick<World, 'slowHash'> = realWorld,
): Promise<string> {
  const salt = sha256(toUtf8(did)).subarray(0, saltSize)
  return written(salt, await derive(password, salt, world))
}
