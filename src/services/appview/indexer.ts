/**
 * The loops that keep the index in step: one follows a relay and has its events applied, as many at a time as have come
 * meanwhile; one confirms the handles of accounts, when an event says so and again from time to time.
 */
import type {Did} from '#atp/syntax/did.ts'
import {type Handle, invalidHandle} from '#atp/syntax/handle.ts'
import {Firehose, type FirehoseEvent} from '#sdk/firehose.ts'
import type {Identities} from '#sdk/identity.ts'
import {Channel, mapConcurrent} from '#std/waiting/async.ts'
import {warnOnce, type Log} from '#std/log.ts'
import type {World} from '#std/world.ts'
import type {Processor} from './index/processor.ts'

/** Events that wait for those before them to be applied. */
const eventsMax = 1000
const handlesMax = 50
const lookupsMax = 8
/** How often it is looked which handles are to be confirmed again; events tell of others at once. */
const handlesEveryMs = 1000
/** When to look at a handle again: one that is confirmed, and one that is not. */
const confirmedMs = 86_400_000
const unconfirmedMs = 3_600_000

interface Deps {
  readonly processor: Pick<Processor, 'apply' | 'cursor' | 'handlesDue' | 'handleDue' | 'setHandle'>
  readonly identities: Pick<Identities, 'keyOf' | 'forget' | 'identity'>
  /** Has the firehose while it runs, for who fetches repositories (`resync.ts`). */
  readonly firehoses: Set<Pick<Firehose, 'resynchronized'>>
  /** Told the time of each newest event that is indexed. */
  readonly took: (time: string) => void
  readonly world: World
  readonly log: Log
}

/** Follows the relay at the URL `service` until the signal aborts, from where the index was left. */
export async function followRelay(service: string, deps: Deps, signal: AbortSignal): Promise<void> {
  const {processor, identities, firehoses, took, world, log} = deps
  const ending = new AbortController()
  const both = AbortSignal.any([signal, ending.signal])
  const arrived = new Channel<FirehoseEvent>(eventsMax)
  const tell = warnOnce(log)
  const firehose = new Firehose({
    world,
    service,
    signal: both,
    identities,
    cursor: processor.cursor(service) ?? 0,
    // The relay has looked at its clock. What it has passed on is not lost here because ours is behind.
    revFutureMaxMs: Infinity,
    onDrop: (reason, detail) => tell(reason, 'event dropped', {relay: service, reason, detail}),
    onConnection: connection => log.info('relay connection', {...connection}),
  })
  const receive = async (): Promise<void> => {
    try {
      for await (const event of firehose) await arrived.put(event, both)
      arrived.close()
    } catch (error) {
      arrived.close(both.aborted ? undefined : error)
    }
  }
  const receiving = receive()
  firehoses.add(firehose)
  try {
    for (let events; (events = await arrived.nextAll());) {
      await processor.apply(service, events)
      const newest = events.findLast(event => event.t !== '#info')
      if (newest) took(newest.time)
    }
  } finally {
    firehoses.delete(firehose)
    ending.abort()
    await receiving
  }
}

/** Confirms the handles that are due, until the signal aborts. */
export async function confirmHandles(
  deps: Omit<Deps, 'log' | 'took' | 'firehoses'>,
  signal: AbortSignal,
): Promise<void> {
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
