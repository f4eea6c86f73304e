/**
 * What keeps the index in step: as a view it has the events of its streams applied (`#stream/view.ts`); a loop
 * confirms the handles of accounts, when an event says so and again from time to time; another looks through the records
 * of an index that is older than the table of pictures.
 */
import {type Did, isPlcDid} from '#atp/syntax/did.ts'
import {type Handle, invalidHandle} from '#atp/syntax/handle.ts'
import type {Identities} from '#sdk/identity.ts'
import {Bell, mapConcurrent} from '#std/waiting/async.ts'
import type {World} from '#std/world.ts'
import type {Cursor, StreamEvent} from '#stream/verified-events.ts'
import type {ViewStore} from '#stream/view.ts'
import type {HandleDue, IndexStore} from './store/index/index-store.ts'

const handlesMax = 50
const lookupsMax = 8
/** How often it is looked which handles are to be confirmed again; events tell of others at once. */
const handlesEveryMs = 1000
/** When to look at a handle again: one that is confirmed, and one that is not. */
const confirmedMs = 86_400_000
const unconfirmedMs = 3_600_000
/** One that was not confirmed may be the moment's fault: it is looked at soon, then each time after four times as long. */
const firstAgainMs = 2_000
/** Accounts of which is known how often that was. */
const triesMax = 10_000

/** The index as a view. What an `#identity` tells has to be looked up anew by all who ask `identities`. */
export class IndexView implements ViewStore {
  /** Rings when events have made the handle of an account due. */
  readonly handleDue = new Bell()
  readonly #index: Pick<IndexStore, 'apply' | 'cursor' | 'skipped'>
  readonly #identities: Pick<Identities, 'doubt' | 'forget'>
  readonly #cursors = new Map<string, Cursor>()

  constructor(
    index: Pick<IndexStore, 'apply' | 'cursor' | 'skipped'>,
    identities: Pick<Identities, 'doubt' | 'forget'>,
  ) {
    this.#index = index
    this.#identities = identities
  }

  get skipped(): ReadonlyMap<string, number> {
    return this.#index.skipped
  }

  /** How far the index has come with a stream, as was last known here. */
  indexed(source: string): Cursor | undefined {
    return this.#cursors.get(source)
  }

  async cursor(source: string): Promise<Cursor | undefined> {
    const cursor = await this.#index.cursor(source)
    if (cursor !== undefined) this.#cursors.set(source, cursor)
    return cursor
  }

  async apply(source: string, events: readonly StreamEvent[], cursor: Cursor): Promise<void> {
    for (const event of events) {
      const isBack = event.t === '#account' && event.active
      if (event.t !== '#identity' && !isBack) continue
      this.#identities.doubt(event.did)
      if (event.t === '#identity' && event.handle) this.#identities.forget(event.handle)
    }
    const {handlesDue} = await this.#index.apply(source, events, cursor)
    this.#cursors.set(source, cursor)
    if (handlesDue) this.handleDue.ring()
  }
}

interface Deps {
  readonly index: Pick<IndexStore, 'handlesDue' | 'setHandle'>
  readonly handleDue: Bell
  readonly identities: Pick<Identities, 'doubt' | 'identity'> & Partial<Pick<Identities, 'directory'>>
  readonly world: World
}

/** Confirms the handles that are due, until the signal aborts. */
export async function confirmHandles(deps: Deps, signal: AbortSignal): Promise<void> {
  const {index, handleDue, identities, world} = deps
  /** How often the handle was not confirmed in a row, and when it is due for that. */
  const unconfirmed = new Map<Did, {tries: number; dueMs: number}>()
  const againMs = (did: Did, dueMs: number): number => {
    const before = unconfirmed.get(did)
    // One that an event has made due begins anew.
    const tries = before?.dueMs === dueMs ? before.tries + 1 : 0
    const nextMs = world.now() + Math.min(firstAgainMs * 4 ** tries, unconfirmedMs)
    unconfirmed.delete(did)
    unconfirmed.set(did, {tries, dueMs: nextMs})
    if (unconfirmed.size > triesMax) unconfirmed.delete(unconfirmed.keys().next().value as Did)
    return nextMs
  }
  const confirm = async ({did, dueMs}: HandleDue): Promise<void> => {
    identities.doubt(did)
    // The handle, too, is asked for anew: what is known of it may be from before the event.
    const look = (): ReturnType<Identities['identity']> => identities.identity(did, {maxAgeMs: 0, signal})
    let found = await look()
    // While the directory answers nobody, that says nothing of a handle.
    const isOpen = (): boolean => !found.ok && found.passing && isPlcDid(did)
    while (isOpen() && (await identities.directory?.answers(did, signal)) === false) found = await look()
    const handle: Handle | null = found.ok && found.value.handle !== invalidHandle ? found.value.handle : null
    if (handle) unconfirmed.delete(did)
    await index.setHandle(did, handle, handle ? world.now() + confirmedMs : againMs(did, dueMs), dueMs)
  }
  for (;;) {
    const due = await index.handlesDue(handlesMax)
    if (due.length > 0) await mapConcurrent(due, lookupsMax, confirm, signal)
    else await handleDue.waitUpTo(handlesEveryMs, world, signal)
  }
}

const pauseMs = 5

/** Has an index of an earlier version note the pictures of its records, some at a time. */
export async function notePictures(
  index: Pick<IndexStore, 'notePictures'>,
  world: Pick<World, 'sleep'>,
  signal: AbortSignal,
): Promise<void> {
  while (await index.notePictures()) await world.sleep(pauseMs, signal)
}
