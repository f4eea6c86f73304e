/** Wires what tells others of events: the firehose, how long it is kept, and who is told that there is news. */
import {openSeqMarkOf} from '#engines/open.ts'
import type {Log} from '#std/log.ts'
import type {World} from '#std/world.ts'
import type {PdsConfig} from '../config.ts'
import type {EventStore} from '../store/events/event-store.ts'
import {CrawlRequests} from './crawl-requests.ts'
import {EventKeeping} from './event-keeping.ts'
import {SeqGuard} from './seq-guard.ts'
import {Sequencer} from './sequencer.ts'

export interface EventPartsOptions {
  config: Pick<
    PdsConfig,
    'database' | 'acceptLossTo' | 'eventsAgeMax' | 'eventsSizeMax' | 'relays' | 'publicUrl' | 'relayInterval'
  >
  events: EventStore
  world: World
  log: Log
  /** Told of each try to tell a relay, and whether it took it. */
  onTold: (relay: string, isTaken: boolean) => void
}

export interface EventParts {
  sequencer: Sequencer
  guard: SeqGuard
  keeping: EventKeeping
  crawlRequests: CrawlRequests
  /** To be called after an event is durable. */
  onEvent: () => void
}

/** Rejects with `DataLost` when events are gone that were told of. */
export async function eventParts({config, events, world, log, onTold}: EventPartsOptions): Promise<EventParts> {
  const mark = openSeqMarkOf(config.database, world.disk)
  const guard = new SeqGuard({mark, store: events, acceptedTo: config.acceptLossTo, log, world})
  await guard.check().catch((error: unknown) => {
    mark.close()
    throw error
  })
  const sequencer = new Sequencer(events, await events.prunedTo())
  const keeping = new EventKeeping({
    store: events,
    ageMaxMs: config.eventsAgeMax,
    sizeMax: config.eventsSizeMax,
    onPruned: sequencer.pruned,
    world,
  })
  const crawlRequests = new CrawlRequests({
    onTold,
    relays: config.relays,
    hostname: new URL(config.publicUrl).host,
    everyMs: config.relayInterval,
    world,
    log,
  })
  const onEvent = (): void => {
    sequencer.notify()
    guard.notify()
    crawlRequests.notify()
  }
  return {sequencer, guard, keeping, crawlRequests, onEvent}
}
