/** Secrets that others hold: how they are kept, and held against what somebody gives. */
import {timingSafeEqual} from 'node:crypto'
import {toHex} from '#std/bytes.ts'
import {toUtf8} from '#std/text.ts'
import {sha256} from '#atp/crypto/engine.ts'

/** In a time that tells nothing of how near it is: by their hashes, since only texts of one length can be compared so. */
export const isSameSecret = (given: string, wanted: string): boolean =>
  timingSafeEqual(sha256(toUtf8(given)), sha256(toUtf8(wanted)))

/** As a secret is kept that is long and by chance, in hexadecimal: whoever reads the hash has nothing. */
export const hashOfSecret = (secret: string): string => toHex(sha256(toUtf8(secret)))
