/**
 * A Jetstream: what a relay tells, as JSON, for readers that want some collections or accounts and no cryptography.
 * All wiring is here.
 */
import {abortable} from '#std/waiting/async.ts'
import type {Frame, Frames} from '#std/wire/frames.ts'
import type {Log} from '#std/log.ts'
import type {World} from '#std/world.ts'
import type {EventLog} from '#engines/event-log/event-log.ts'
import {openEventLog} from '#engines/open.ts'
import {directoryWorld} from '#runtime/directory-world.ts'
import {observeFullLog, observeLog} from '#runtime/health/engine-metrics.ts'
import type {Metrics} from '#runtime/health/metrics.ts'
import {Tasks, type Service} from '#runtime/service.ts'
import {Identities} from '#sdk/identity.ts'
import {Compression} from './compression.ts'
import type {JetstreamConfig} from './config.ts'
import {Recorder} from './recorder.ts'
import {messageSizeMax, subscriber, subscriptionOf} from './subscriber.ts'

const about = `This is a Jetstream: the atproto firehose as JSON.

  WS /subscribe?wantedCollections&wantedDids&cursor&maxMessageSizeBytes&requireHello&compress
`

/** A segment is packed to a fifth when it is full, so it is to be full soon. */
const segmentSizeMax = 8 * 2 ** 20

const refused = (status: number, message: string): Response =>
  Response.json({error: status === 404 ? 'NotFound' : 'InvalidRequest', message}, {status})

export class JetstreamServer implements Service {
  readonly name = 'jetstream'
  readonly incomingSizeMax = messageSizeMax
  readonly #eventLog: EventLog
  readonly #recorder: Recorder
  readonly #log: Log
  readonly #compression: Compression | undefined
  readonly #tasks: Tasks
  #stopped: Promise<void> | undefined

  constructor(eventLog: EventLog, recorder: Recorder, world: World, log: Log, compression?: Compression) {
    this.#eventLog = eventLog
    this.#recorder = recorder
    this.#log = log
    this.#compression = compression
    this.#tasks = new Tasks(log, undefined, world)
  }

  get ended(): Promise<void> {
    return this.#tasks.ended
  }

  async start(): Promise<void> {
    this.#log.info('jetstream open', {...this.#eventLog.bounds()})
    this.#tasks.spawn('log', signal => abortable(this.#eventLog.ended, signal))
    this.#tasks.spawn('recorder', signal => this.#recorder.run(signal))
  }

  stop(): Promise<void> {
    return (this.#stopped ??= this.#tasks.stop().finally(() => this.#eventLog.close()))
  }

  async fetch(request: Request): Promise<Response> {
    const {pathname} = new URL(request.url)
    if (pathname === '/') return new Response(about, {headers: {'content-type': 'text/plain'}})
    if (pathname !== '/subscribe') return refused(404, 'The only stream is /subscribe.')
    return Response.json(
      {error: 'UpgradeRequired', message: 'A subscription needs a WebSocket.'},
      {status: 426, headers: {upgrade: 'websocket'}},
    )
  }

  frames(request: Request, signal: AbortSignal, incoming: AsyncIterable<Frame>): Frames | Response {
    if (new URL(request.url).pathname !== '/subscribe') return refused(404, 'The only stream is /subscribe.')
    const subscription = subscriptionOf(request, this.#compression !== undefined)
    if (typeof subscription === 'string') return refused(400, subscription)
    const onRefused = (detail: string): void => this.#log.info('a reader’s message was not in order', {detail})
    const compression = subscription.compress ? this.#compression : undefined
    return subscriber(this.#eventLog, subscription, signal, incoming, onRefused, compression)
  }
}

/** Opens a Jetstream as `config` says. `guarded` is the world for URLs that strangers name. */
export async function openJetstream(
  config: JetstreamConfig,
  world: World,
  guarded: World,
  log: Log,
  metrics: Metrics,
): Promise<JetstreamServer> {
  const {replayWindow, logSizeMax, upstream, verify, plcUrl, start, dictionary} = config
  const compression = dictionary === undefined ? undefined : Compression.of(dictionary)
  const eventLog = await openEventLog(config.log, {
    now: world.now,
    sleep: world.sleep,
    disk: world.disk,
    ageMax: replayWindow,
    sizeMax: logSizeMax,
    segmentSizeMax,
    packs: true,
    onFull: observeFullLog(log, world.now),
  })
  observeLog(metrics, 'jetstream', eventLog)
  const identities = verify ? new Identities({world: directoryWorld(world, guarded, plcUrl), plcUrl}) : 'unverified'
  const recorder = new Recorder({world, upstream, identities, start, eventLog, log, metrics})
  return new JetstreamServer(eventLog, recorder, world, log, compression)
}
