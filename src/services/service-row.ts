/**
 * What a service says of itself, once, in its `service.ts`. Whatever lists services reads these rows: the network in one
 * process, a service alone, help, `doctor`, the home page, tests and benches. A row is light: the service's own code is
 * loaded when it is opened, so that who runs one of them, or asks for help, does not pay for the others.
 */
import type {ConfigOf, ConfigSchema} from '#std/config.ts'
import type {Log} from '#std/log.ts'
import type {World} from '#std/world.ts'
import type {SharedBounds} from '#engines/event-log/readers/shared-bounds.ts'
import type {Metrics} from '#runtime/health/metrics.ts'
import type {Service} from '#runtime/service.ts'
import type {Beforehand} from '#runtime/when-asked.ts'
import type {VerifiedEvents} from '#stream/verified-events.ts'

/** What people find at it, as the table of `npm start` and the home page show it. */
export interface Offer {
  /** As it stands above a column. */
  readonly title: string
  /** What it is for, in a few words. */
  readonly about: string
  /** Where it is, if not at `/`. */
  readonly path?: string
  /** Whether that is a WebSocket, to which no link leads. */
  readonly isStream?: true
}

/** The other services of the same network. */
export interface Neighbours {
  /** In the order in which they start. */
  readonly names: readonly string[]
  /** Where one of them is, as `http://localhost:2583`; `metrics` is where the numbers are. */
  urlOf(name: string): string
}

/** What a service is handed when it is opened. */
export interface Outside {
  /** For URLs that the configuration names. */
  readonly world: World
  /** For URLs that strangers name: private addresses are refused, and places, rates and times are bounded. */
  readonly guarded: World
  readonly log: Log
  readonly metrics: Metrics
  /** What others of this process have verified; none for a service alone, which reads its upstream by its URL. */
  readonly streams: readonly VerifiedEvents[]
  /** What each service there is offers, by its name. */
  offers(): Promise<ReadonlyMap<string, Offer>>
}

/** A log whose files other threads of the program read, up to where it is durable. */
export interface SharedLog {
  readonly folder: string
  readonly bounds: SharedBounds
}

/** What some services are beside a service: they have verified events for others of their process. */
export type Opened = Service & {
  /** For those in its thread, which know it by `url`. */
  verifiedEvents?(url: string): VerifiedEvents
  /** For those on threads of their own; undefined where its log has no files. Its row has `readLog`. */
  shareLog?(): SharedLog | undefined
  /** How it gets on, in lines: shown to whoever runs it alone in a terminal, and drawn anew every second. */
  table?(): Promise<readonly string[]>
}

export interface ServiceRow<C extends ConfigSchema = ConfigSchema> {
  /** As in `wholesky pds`, in the log and in the metrics; also the name of its folder. */
  readonly name: string
  /** Its settings; `host` and `port` are among them. */
  readonly config: C
  readonly offers: Offer
  /** Whether it is handed the verified events of others of its process, which then stand above it in the list. */
  readonly readsEvents?: boolean
  /**
   * Of a service that follows nothing by itself: whether it has anything to do, with these settings, before it is asked.
   * Where it has not, `npm start` opens it when it is first asked, and its listener has the rest to go by.
   */
  readonly whenAsked?: {isIdle(config: ConfigOf<C>): boolean} & Omit<Beforehand, 'name'>
  /**
   * Whether it may run on a thread of its own in `npm start`, where `WHOLESKY_THREADS` names it: then it reaches others by
   * their ports, and reads verified events from the log's files, to decode them once more and check nothing again.
   */
  readonly thread?: boolean
  /** What it needs to know of its neighbours: settings that follow from where they are, as one would write them. */
  needs(network: Neighbours): Partial<Record<keyof C['settings'], string>>
  open(config: ConfigOf<C>, outside: Outside): Promise<Opened>
  /** The events in a log that it shares, on another thread, for those that know it by `url`. */
  readLog?(log: SharedLog, url: string): Promise<VerifiedEvents>
}

export const serviceRow = <C extends ConfigSchema>(row: Omit<ServiceRow<C>, 'name'>): ServiceRow<C> => ({
  ...row,
  name: row.config.name,
})
