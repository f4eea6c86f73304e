/**
 * The key by which an event is to be checked, as whoever follows events has to go about it: the PLC directory may be
 * away, and an account may have a new key of which its `#identity` event has yet to tell. A relay looks keys up by these
 * rules, and so does every client that verifies for itself.
 */
import type {PublicKey} from '#atp/crypto/key.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {VerifyReason} from '#atp/sync/verify.ts'
import {equalBytes} from '#std/bytes.ts'
import type {World} from '#std/world.ts'
import type {Ok, Refused} from '#std/result.ts'
import {whileDirectoryAway} from './did-lookup.ts'
import type {Identities} from './identity.ts'

/** Who knows the keys of accounts. */
export type KeySource = Pick<Identities, 'keyOf' | 'forget'> & Partial<Pick<Identities, 'account'>>

/** The key of an account, for which the stream waits while the PLC directory is away. Rejects when the signal aborts. */
export async function accountKey(
  did: Did,
  identities: Pick<KeySource, 'keyOf' | 'account'>,
  world: Pick<World, 'sleep'>,
  signal: AbortSignal,
): Promise<PublicKey | undefined> {
  const key = await identities.keyOf(did)
  const found = key ? undefined : await identities.account?.(did)
  if (key || !found) return key
  const again = (): Promise<typeof found> => identities.account?.(did, {maxAgeMs: 0}) ?? Promise.resolve(found)
  const latest = await whileDirectoryAway(did, found, again, world, signal)
  return latest.ok ? latest.value.key : undefined
}

/** What a check found. */
type Verdict = Ok | Refused<VerifyReason>

/**
 * What a check by `key` found, or what `verify` finds by the key that the account has now, when the signature was not by
 * the one that was at hand and there is a new one.
 */
export async function underNewKey<V extends Verdict>(
  verdict: V,
  did: Did,
  key: PublicKey,
  identities: Pick<KeySource, 'keyOf'>,
  verify: (key: PublicKey) => V | Promise<V>,
): Promise<V> {
  if (verdict.ok || verdict.reason !== 'bad-signature') return verdict
  const now = await identities.keyOf(did, '#atproto', true)
  return now && !(now.curve === key.curve && equalBytes(now.bytes, key.bytes)) ? verify(now) : verdict
}
