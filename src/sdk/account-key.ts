/**
 * The key by which an event is to be checked, as whoever follows events has to go about it: the PLC directory may be
 * away, and an account may have a new key of which its `#identity` event has yet to tell. A relay looks keys up by these
 * rules, and so does every client that verifies for itself.
 */
import type {PublicKey} from '#atp/crypto/key.ts'
import {type Did, isPlcDid} from '#atp/syntax/did.ts'
import type {VerifyReason} from '#atp/sync/verify.ts'
import {equalBytes} from '#std/bytes.ts'
import type {World} from '#std/world.ts'
import type {Ok, Refused} from '#std/result.ts'
import {whileDirectoryAway} from './directory.ts'
import type {Identities} from './identity.ts'

/** Who knows the keys of accounts. Without `account` it is believed at once, and what has to be known anew is forgotten. */
export type KeySource = Pick<Identities, 'keyOf' | 'forget'> &
  Partial<Pick<Identities, 'account' | 'directory' | 'doubt'>>

type Account = Awaited<ReturnType<Identities['account']>>
type Keys = Pick<KeySource, 'keyOf' | 'account' | 'directory'>

/** A look for what does not fit may be this long ago. */
const doubtedAgeMs = 10_000

/** The key of an account, for which the stream waits while the PLC directory is away. Rejects when the signal aborts. */
export async function accountKey(
  did: Did,
  identities: Keys,
  world: Pick<World, 'sleep'>,
  signal: AbortSignal,
): Promise<PublicKey | undefined> {
  let found = await identities.account?.(did)
  if (!found) return identities.keyOf(did)
  // Of an account that is in doubt, what was known is given once it was asked for in vain.
  if (!found.ok && found.passing) found = (await identities.account?.(did)) ?? found
  // What is at hand may be of a time when the directory did not know the account yet, or was not well. A stranger's host
  // that leaves us waiting is not asked for each event.
  if (!found.ok && isPlcDid(did)) found = (await identities.account?.(did, {maxAgeMs: 0})) ?? found
  const latest = await waited(did, found, identities, world, signal)
  return latest.ok ? latest.value.key : undefined
}

/**
 * The key that an account has now, waited for as above: for a signature that does not match what is at hand, which anyone
 * can make, so that it is looked for anew no more than every ten seconds.
 */
export async function keyNow(
  did: Did,
  identities: Keys,
  world: Pick<World, 'sleep'>,
  signal: AbortSignal,
): Promise<PublicKey | undefined> {
  const {directory} = identities
  // What is given while nobody can say is what was known before.
  const found = await identities.account?.(did, {maxAgeMs: directory?.isWell === false ? 0 : doubtedAgeMs})
  if (!found) return identities.keyOf(did, '#atproto', true)
  const latest = await waited(did, found, identities, world, signal)
  return latest.ok ? latest.value.key : undefined
}

function waited(
  did: Did,
  found: Account,
  identities: Keys,
  world: Pick<World, 'sleep'>,
  signal: AbortSignal,
): Promise<Account> {
  const again = async (): Promise<Account> => (await identities.account?.(did, {maxAgeMs: 0})) ?? found
  return whileDirectoryAway(did, found, again, world, signal, identities.directory)
}

/** What a check found. */
type Verdict = Ok | Refused<VerifyReason>

/**
 * What a check by `key` found, or what `verify` finds by the key that the account has now, when the signature was not by
 * the one that was at hand and there is a new one. Rejects when the signal aborts.
 */
export async function underNewKey<V extends Verdict>(
  verdict: V,
  {did, key}: {readonly did: Did; readonly key: PublicKey},
  {identities, world, signal}: {identities: Keys; world: Pick<World, 'sleep'>; signal: AbortSignal},
  verify: (key: PublicKey) => V | Promise<V>,
): Promise<V> {
  if (verdict.ok || verdict.reason !== 'bad-signature') return verdict
  const now = await keyNow(did, identities, world, signal)
  return now && !isSameKey(now, key) ? verify(now) : verdict
}

export const isSameKey = (one: PublicKey, other: PublicKey | undefined): boolean =>
  one.curve === other?.curve && equalBytes(one.bytes, other.bytes)
