/**
 * What keeps the index in step: as a view it has the events of its streams applied (`#stream/view.ts`); and a loop
 * confirms the handles of accounts, when an event says so and again from time to time.
 */
import type {Did} from '#atp/syntax/did.ts'
import {type Handle, invalidHandle} from '#atp/syntax/handle.ts'
import type {Identities} from '#sdk/identity.ts'
import {mapConcurrent} from '#std/waiting/async.ts'
import type {World} from '#std/world.ts'
import type {Cursor, StreamEvent} from '#stream/verified-events.ts'
import type {ViewStore} from '#stream/view.ts'
import type {Processor} from './store/processor.ts'

const handlesMax = 50
const lookupsMax = 8
/** How often it is looked which handles are to be confirmed again; events tell of others at once. */
const handlesEveryMs = 1000
/** When to look at a handle again: one that is confirmed, and one that is not. */
const confirmedMs = 86_400_000
const unconfirmedMs = 3_600_000

/** The index as a view. What an `#identity` tells has to be looked up anew by all who ask `identities`. */
export class IndexView implements ViewStore {
  readonly #processor: Pick<Processor, 'apply' | 'cursor' | 'skipped'>
  readonly #identities: Pick<Identities, 'forget'>

  constructor(processor: Pick<Processor, 'apply' | 'cursor' | 'skipped'>, identities: Pick<Identities, 'forget'>) {
    this.#processor = processor
    this.#identities = identities
  }

  get skipped(): ReadonlyMap<string, number> {
    return this.#processor.skipped
  }

  async cursor(source: string): Promise<Cursor | undefined> {
    return this.#processor.cursor(source)
  }

  apply(source: string, events: readonly StreamEvent[], cursor: Cursor): Promise<void> {
    for (const event of events) {
      if (event.t !== '#identity') continue
      this.#identities.forget(event.did)
      if (event.handle) this.#identities.forget(event.handle)
    }
    return this.#processor.apply(source, events, cursor)
  }
}

interface Deps {
  readonly processor: Pick<Processor, 'handlesDue' | 'handleDue' | 'setHandle'>
  readonly identities: Pick<Identities, 'forget' | 'identity'>
  readonly world: World
}

/** Confirms the handles that are due, until the signal aborts. */
export async function confirmHandles(deps: Deps, signal: AbortSignal): Promise<void> {
  const {processor, identities, world} = deps
  const confirm = async (did: Did): Promise<void> => {
    identities.forget(did)
    const found = await identities.identity(did, {signal})
    const handle: Handle | null = found.ok && found.value.handle !== invalidHandle ? found.value.handle : null
    await processor.setHandle(did, handle, world.now() + (handle ? confirmedMs : unconfirmedMs))
  }
  for (;;) {
    const due = processor.handlesDue(handlesMax)
    if (due.length > 0) await mapConcurrent(due, lookupsMax, confirm, signal)
    else await processor.handleDue.waitUpTo(handlesEveryMs, world, signal)
  }
}
