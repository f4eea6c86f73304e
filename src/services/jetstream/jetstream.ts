/**
 * A Jetstream: what a relay tells, as JSON, for readers that want some collections or accounts and no cryptography.
 * All wiring is here.
 */
import {fileURLToPath} from 'node:url'
import {abortable} from '#std/waiting/async.ts'
import type {Frame, Frames} from '#std/wire/frames.ts'
import type {Log} from '#std/log.ts'
import type {World} from '#std/world.ts'
import type {EventLog} from '#engines/event-log/event-log.ts'
import {openEventLog} from '#engines/open.ts'
import type {SegmentsOptions} from '#engines/event-log/segments.ts'
import {directoryWorld} from '#runtime/directory-world.ts'
import {observeDirectory, tellDirectory} from '#runtime/health/directory-metrics.ts'
import {observeFullLog, observeLog} from '#runtime/health/engine-metrics.ts'
import type {Metrics} from '#runtime/health/metrics.ts'
import {Tasks, type Service} from '#runtime/service.ts'
import {Identities} from '#sdk/identity.ts'
import type {Archive} from './archive/archive.ts'
import {ArchiveKeeper, openArchive} from './archive/archive-keeper.ts'
import {Compression} from './compression.ts'
import type {JetstreamConfig} from './config.ts'
import {Drops, runView, ViewNumbers, type ViewStore} from '#stream/view.ts'
import {upstreamEvents} from '#stream/upstream-events.ts'
import type {VerifiedEvents} from '#stream/verified-events.ts'
import {JetstreamApi} from './api/index.ts'
import {eventsPath} from './api/network/bsky/jetstream/subscribeEvents.ts'
import {about} from './page/about.ts'
import {Overview} from './page/overview.ts'
import {isStatusPath} from '#pages/status-site.ts'
import {jetstreamSite} from './page/page.ts'
import type {Store} from './pages.ts'
import {Recorder} from './recorder.ts'
import {messageSizeMax, subscriber, subscriptionOf} from './subscriber.ts'

/** Trained by `tools/train-dictionary.ts`. */
export const ownDictionary = fileURLToPath(new URL('events/events.zdict', import.meta.url))

/** A segment is packed to a fifth when it is full, so it is to be full soon. */
const segmentSizeMax = 8 * 2 ** 20

/** A browser is shown the page, and whoever asks by hand some words. */
const wantsWords = (request: Request): boolean => !/text\/html/i.test(request.headers.get('accept') ?? '')

const noStream = `The streams are /subscribe and ${eventsPath}.`

const refused = (status: number, message: string): Response =>
  Response.json({error: status === 404 ? 'NotFound' : 'InvalidRequest', message}, {status})

interface Parts {
  readonly eventLog: EventLog
  /** Keeps the log in step with the stream. */
  readonly follow: (signal: AbortSignal) => Promise<void>
  readonly archived: ArchiveKeeper | undefined
  /** Of the operator, to import times with. */
  readonly token: string | undefined
  readonly world: World
  readonly log: Log
  readonly overview: Overview
  /** Whether events of `/subscribe` have their number. */
  readonly hasNumbers: boolean
  /** For readers of `subscribeEvents`. */
  readonly eventsCompression: Compression
  /** For those of `/subscribe`. */
  readonly compression: Compression | undefined
}

export class JetstreamServer implements Service {
  readonly name = 'jetstream'
  readonly incomingSizeMax = messageSizeMax
  readonly subprotocols = ['xrpc.v1.json'] as const
  readonly #eventLog: EventLog
  readonly #follow: (signal: AbortSignal) => Promise<void>
  readonly #archived: Parts['archived']
  readonly #log: Log
  readonly #compression: Compression | undefined
  readonly #api: JetstreamApi
  readonly #overview: Overview
  readonly #hasNumbers: boolean
  readonly #site: ReturnType<typeof jetstreamSite>
  readonly #tasks: Tasks
  #stopped: Promise<void> | undefined

  constructor(parts: Parts) {
    const {eventLog, follow, archived, token, world, log, overview, eventsCompression, compression} = parts
    this.#eventLog = eventLog
    this.#follow = follow
    this.#archived = archived
    this.#log = log
    this.#compression = compression
    const {archive, imports} = archived ?? {archive: undefined, imports: undefined}
    this.#api = new JetstreamApi({log: eventLog, world, eventsCompression, archive, imports, token})
    this.#overview = overview
    this.#hasNumbers = parts.hasNumbers
    this.#site = jetstreamSite({overview, world, log})
    this.#tasks = new Tasks(log, undefined, world)
  }

  get ended(): Promise<void> {
    return this.#tasks.ended
  }

  async start(): Promise<void> {
    this.#log.info('jetstream open', {...this.#eventLog.bounds()})
    this.#tasks.spawn('log', signal => abortable(this.#eventLog.ended, signal))
    this.#tasks.spawn('recorder', this.#follow)
    const archived = this.#archived
    if (archived) this.#tasks.spawn('archive', signal => archived.run(signal))
  }

  stop(): Promise<void> {
    return (this.#stopped ??= this.#end())
  }

  async #end(): Promise<void> {
    try {
      await this.#tasks.stop()
    } finally {
      await this.#eventLog.close()
      await this.#archived?.close()
    }
  }

  async fetch(request: Request): Promise<Response> {
    const {pathname} = new URL(request.url)
    if (pathname === '/' && wantsWords(request)) {
      return new Response(about, {headers: {'content-type': 'text/plain', vary: 'accept'}})
    }
    if (isStatusPath(pathname)) return this.#site.fetch(request)
    if (pathname.startsWith('/xrpc/')) return this.#api.fetch(request)
    if (pathname !== '/subscribe') return refused(404, noStream)
    return Response.json(
      {error: 'UpgradeRequired', message: 'A subscription needs a WebSocket.'},
      {status: 426, headers: {upgrade: 'websocket'}},
    )
  }

  async frames(request: Request, signal: AbortSignal, incoming: AsyncIterable<Frame>): Promise<Frames | Response> {
    const {pathname} = new URL(request.url)
    const reader = this.#overview.reader(pathname)
    const passed = (through: number): void => void (reader.through = through)
    const frames = await this.#framesOf(request, signal, incoming, passed)
    return frames instanceof Response ? frames : this.#overview.counted(reader, frames)
  }

  async #framesOf(
    request: Request,
    signal: AbortSignal,
    incoming: AsyncIterable<Frame>,
    passed: Store['passed'],
  ): Promise<Frames | Response> {
    const {pathname} = new URL(request.url)
    if (pathname === eventsPath) return this.#api.frames(request, signal, incoming, passed)
    if (pathname !== '/subscribe') return refused(404, noStream)
    const subscription = subscriptionOf(request, this.#compression !== undefined)
    if (typeof subscription === 'string') return refused(400, subscription)
    const compression = subscription.compress ? this.#compression : undefined
    const store = {log: this.#eventLog, archive: this.#archived?.archive, passed}
    return subscriber(store, {...subscription, hasNumbers: this.#hasNumbers}, signal, incoming, compression)
  }
}

/**
 * Opens a Jetstream as `config` says. `guarded` is the world for URLs that strangers name, `own` are streams of this
 * process: an upstream that is one of them is read without a socket, and not verified again.
 */
export async function openJetstream(
  config: JetstreamConfig,
  world: World,
  guarded: World,
  log: Log,
  metrics: Metrics,
  own: readonly VerifiedEvents[] = [],
): Promise<JetstreamServer> {
  const {replayWindow, logSizeMax, upstream, start, dictionary, eventsDictionary} = config
  const compression = dictionary === undefined ? undefined : Compression.of(dictionary, 'JETSTREAM_DICTIONARY')
  const eventsCompression = Compression.of(eventsDictionary ?? ownDictionary, 'JETSTREAM_EVENTS_DICTIONARY')
  const archive = await openArchive(config, world)
  const eventLog = await openLog(config, archive, {
    now: world.now,
    sleep: world.sleep,
    disk: world.disk,
    ageMax: replayWindow,
    sizeMax: logSizeMax,
    segmentSizeMax,
    packs: true,
    onFull: observeFullLog(log, world.now),
    ...(archive && {first: archive.last + 1, heldFrom: () => archive.sealedTip + 1}),
  })
  observeLog(metrics, 'jetstream', eventLog)
  const overview = new Overview({upstream, eventLog, archive, world})
  const within = own.find(({name}) => name === upstream)
  if (within) overview.isConnected = true
  const source = within ?? upstreamOf(config, {world, guarded, log, metrics, overview})
  const recorder = new Recorder({world, eventLog, metrics})
  const store: ViewStore = {
    cursor: () => recorder.cursor(),
    async apply(name, events, cursor) {
      await recorder.apply(name, events, cursor)
      overview.took(events)
    },
  }
  const numbers = new ViewNumbers('jetstream', metrics, world.now)
  const follow = (signal: AbortSignal): Promise<void> => runView({source, store, start, numbers, world, log}, signal)
  const archived = archive && (await ArchiveKeeper.open({archive, eventLog, config, world, log, metrics, overview}))
  const token = config.timestampImportToken
  const hasNumbers = config.subscribeCursors
  const parts = {eventLog, follow, archived, token, world, log, overview, hasNumbers, eventsCompression, compression}
  return new JetstreamServer(parts)
}

async function openLog(
  config: JetstreamConfig,
  archive: Archive | undefined,
  options: SegmentsOptions,
): Promise<EventLog> {
  try {
    return await openEventLog(config.log, options)
  } catch (error) {
    archive?.[Symbol.dispose]()
    throw error
  }
}

interface UpstreamDeps {
  readonly world: World
  readonly guarded: World
  readonly log: Log
  readonly metrics: Metrics
  readonly overview: Overview
}

function upstreamOf(
  {upstream, verify, plcUrl}: JetstreamConfig,
  {world, guarded, log, metrics, overview}: UpstreamDeps,
): VerifiedEvents {
  const help = 'Events of the relay not taken, by reason.'
  const drops = new Drops(metrics.counter('jetstream_dropped_total', help, ['reason']), log)
  const onDirectory = tellDirectory(log)
  const identities = verify
    ? new Identities({world: directoryWorld(world, guarded, plcUrl), plcUrl, onDirectory})
    : undefined
  if (identities) observeDirectory(metrics, 'jetstream', identities)
  return upstreamEvents(upstream, {
    world,
    identities: identities ?? 'unverified',
    // The relay has looked at its clock. What it has passed on is not lost here because ours is behind.
    revFutureMaxMs: Infinity,
    onDrop: (reason, detail) => {
      drops.count(reason, {upstream, detail})
      overview.leftOut(reason)
    },
    onConnection: connection => {
      overview.isConnected = connection.state === 'open'
      if (connection.state === 'open') log.info('relay connected', {upstream})
      else log.warn('relay lost', {upstream, error: connection.error, retryMs: connection.retryMs})
    },
  })
}
