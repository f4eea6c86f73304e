/**
 * A private key as a line of text: multibase base58btc of its multicodec type and its 32 bytes, the spelling that other
 * atproto tools write and read too. It names its curve, so a key file needs nothing beside it.
 */
import {readFileSync} from 'node:fs'
import {writeFile} from 'node:fs/promises'
import {fromBase58, toBase58} from '#std/encoding/base58.ts'
import {concatBytes} from '#std/bytes.ts'
import {Malformed} from '#std/malformed.ts'
import type {Curve} from '#atp/crypto/primitives.ts'
import {Keypair, parseDidKey, type PublicKey} from '#atp/crypto/key.ts'
import {UsageError} from './shell/exit.ts'

/** The multicodecs secp256k1-priv (0x1301) and p256-priv (0x1306), as varints. */
const codes: Record<Curve, readonly [number, number]> = {k256: [0x81, 0x26], p256: [0x86, 0x26]}

export const formatSecretKey = (keypair: Keypair): string =>
  `z${toBase58(concatBytes([Uint8Array.from(codes[keypair.curve]), keypair.export()]))}`

/** `undefined` for a text that is no private key by its form. Throws `Malformed('private-key', 'out-of-range')`. */
export function readSecretKey(text: string): Keypair | undefined {
  const bytes = text[0] === 'z' ? fromBase58(text.slice(1)) : undefined
  if (!bytes || bytes.length !== 34) return undefined
  const curve = (['k256', 'p256'] as const).find(name => codes[name].every((code, i) => code === bytes[i]))
  return curve && Keypair.import(curve, bytes.subarray(2))
}

/** Reads a key file. Throws the system's error, or `Malformed('private-key', …)`. */
export function readKeyFile(path: string): Keypair {
  const keypair = readSecretKey(readFileSync(path, 'latin1').trim())
  if (!keypair) throw new Malformed('private-key', 'bad-syntax', `${path} holds no private key ("z…")`)
  return keypair
}

/** A public key by its did:key, or by the file of its private key. Throws as those two readers do. */
export function readPublicKey(text: string): PublicKey {
  if (text.startsWith('did:')) return parseDidKey(text)
  if (readSecretKey(text)) throw new UsageError('that is a private key itself: give the file that it is in')
  return readKeyFile(text).publicKey
}

/** Writes a new key file that only its owner may read; an existing file is left alone (EEXIST). */
export const writeKeyFile = (path: string, keypair: Keypair): Promise<void> =>
  writeFile(path, formatSecretKey(keypair) + '\n', {mode: 0o600, flag: 'wx'})
