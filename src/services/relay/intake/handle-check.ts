/**
 * The handle in an `#identity` event is what a host says. Consumers hear of it only when it leads to the account and
 * the account's document leads back; else the event goes out without it, and who wants the handle looks it up (spec:
 * sync, "Identity Events"). A handle whose domain is slow must not hold up its host, so there is little time for it.
 */
import {handleOf} from '#atp/identity/did-document.ts'
import {invalidHandle, normalizeHandle} from '#atp/syntax/handle.ts'
import type {IdentityEvent} from '#atp/sync/event.ts'
import {decodeFrame, encodeMessageFrame} from '#atp/sync/frame.ts'
import type {Account} from '#atp/identity/held-account.ts'
import type {Identities} from '#sdk/identity.ts'
import {assert} from '#std/assert.ts'
import {TimedOut, withDeadline} from '#std/waiting/deadline.ts'
import type {World} from '#std/world.ts'

const checkMs = 1_000
/** A handle that was looked up longer ago is asked for anew: the event says that something has changed. */
const handleAgeMs = 10_000

interface Deps {
  readonly identities: Pick<Identities, 'handleDid' | 'isFresh'>
  readonly world: Pick<World, 'sleep'>
  /** Told of each look-up. */
  readonly onLookup: () => void
}

/** Whether the event's handle, if there is one, may be passed on. */
export async function isHandleTrue(
  {did, handle}: IdentityEvent,
  {document}: Pick<Account, 'document'>,
  {identities, world, onLookup}: Deps,
  signal: AbortSignal,
): Promise<boolean> {
  // That a handle is not valid is for the host to say.
  if (handle === undefined || normalizeHandle(handle) === invalidHandle) return true
  if (handleOf(document) !== normalizeHandle(handle)) return false
  const look = {maxAgeMs: handleAgeMs}
  if (!identities.isFresh(handle, look)) onLookup()
  try {
    // What comes later is at hand the next time.
    const found = await withDeadline(world, checkMs, signal, () => identities.handleDid(handle, look))
    return found.ok && found.value === did
  } catch (error) {
    if (error instanceof TimedOut) return false
    throw error
  }
}

/** The frame of an event, with its handle left out and all else as it was. */
export function withoutHandle(frame: Uint8Array): Uint8Array {
  const read = decodeFrame(frame)
  assert(read.op === 1, 'the frame of an event is a message')
  const {handle: _, ...body} = read.body
  return encodeMessageFrame(read.t, body)
}
