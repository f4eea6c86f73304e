/** The password of a Tap: as its clients show it, and as it shows it to a webhook, so that nobody else posts events. */
import {sha256} from '#atp/crypto/engine.ts'
import {toBase64} from '#std/encoding/base64.ts'
import {toUtf8} from '#std/text.ts'
import {basicCredentials} from '#std/wire/basic-auth.ts'

/** As the header `Authorization`. */
export function formatAdminAuthHeader(password: string): string {
  const text = toBase64(toUtf8(`admin:${password}`))
  // Some readers want it whole.
  return `Basic ${text.padEnd(Math.ceil(text.length / 4) * 4, '=')}`
}

/** The password in a header `Authorization`. Throws when there is none. */
export function parseAdminAuthHeader(header: string): string {
  const text = basicCredentials(header)
  if (!text?.startsWith('admin:')) throw new Error('The header Authorization holds no password of an admin.')
  return text.slice('admin:'.length)
}

/** Throws unless the header has this password; how long that takes says nothing of how much of it is right. */
export function assureAdminAuth(expectedPassword: string, header: string): void {
  const [theirs, ours] = [parseAdminAuthHeader(header), expectedPassword].map(text => sha256(toUtf8(text)))
  let difference = 0
  for (let i = 0; i < ours.length; i++) difference |= ours[i] ^ theirs[i]
  if (difference !== 0) throw new Error('That is not the password.')
}
