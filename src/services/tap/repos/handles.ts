/** Confirms the handles of accounts that are followed: when they begin to be, when an event says so, and once a day. */
import type {Identities} from '#sdk/identity.ts'
import {type Bell, mapConcurrent} from '#std/waiting/async.ts'
import type {World} from '#std/world.ts'
import {invalidHandle} from '#atp/syntax/handle.ts'
import type {HandleDue, TapStore} from '../store/tap-store.ts'

const handlesMax = 50
const lookupsMax = 8
const idleMs = 1_000
const againMs = 86_400_000
/** An account that could not be asked about; and one whose handle is not its own, which may be the moment's fault. */
const retryMs = 60_000
const unconfirmedMs = 3_600_000

interface Deps {
  readonly store: Pick<TapStore, 'handlesDue' | 'setHandle'>
  readonly identities: Pick<Identities, 'doubt' | 'identity'>
  readonly world: Pick<World, 'now' | 'sleep'>
  /** Rings when handles may have become due. */
  readonly due: Bell
  /** Told when events may have been made. */
  readonly stirred: () => Promise<void>
}

export async function confirmHandles(
  {store, identities, world, due, stirred}: Deps,
  signal: AbortSignal,
): Promise<void> {
  const confirm = async ({did, dueMs}: HandleDue): Promise<void> => {
    identities.doubt(did)
    const found = await identities.identity(did, {maxAgeMs: idleMs, signal})
    const isKnown = found.ok || !found.passing
    const handle = found.ok ? found.value.handle : invalidHandle
    const nextMs = !isKnown ? retryMs : handle === invalidHandle ? unconfirmedMs : againMs
    // What cannot be asked about stays as it was; one that was never told of is told as it is.
    await store.setHandle(did, isKnown ? handle : undefined, world.now() + nextMs, dueMs)
  }
  for (;;) {
    const some = await store.handlesDue(handlesMax)
    await mapConcurrent(some, lookupsMax, confirm, signal)
    if (some.length > 0) await stirred()
    else await due.waitUpTo(idleMs, world, signal)
  }
}
