/**
 * A Tap: keeps in step with the repositories that are named to it, and delivers what is in them, and then what happens to
 * them, as JSON, at least once and for each account in order. All wiring is here.
 */
import type {Did} from '#atp/syntax/did.ts'
import type {Frame, Frames} from '#std/wire/frames.ts'
import {Bell} from '#std/waiting/async.ts'
import type {Places} from '#std/waiting/places.ts'
import type {Log} from '#std/log.ts'
import type {World} from '#std/world.ts'
import {openSql} from '#engines/open.ts'
import type {Sql} from '#engines/sql/sql.ts'
import {YoungHeap} from '#engines/young-heap.ts'
import {directoryWorld} from '#runtime/directory-world.ts'
import {observeDirectory, tellDirectory} from '#runtime/health/directory-metrics.ts'
import {observeFullDisk, observeGroups} from '#runtime/health/engine-metrics.ts'
import type {Metrics} from '#runtime/health/metrics.ts'
import {serversAsDns} from '#runtime/server-as-dns.ts'
import {Tasks, type Service} from '#runtime/service.ts'
import {peerAddress} from '#runtime/strangers/peer.ts'
import {strangerPlaces} from '#runtime/strangers/stranger-fetch.ts'
import {Identities} from '#sdk/identity.ts'
import {fetchRepositories, repositoryPlacesFor} from '#stream/resync.ts'
import {upstreamEvents} from '#stream/upstream-events.ts'
import type {VerifiedEvents} from '#stream/verified-events.ts'
import {Drops, runView, ViewNumbers, type ViewStore} from '#stream/view.ts'
import type {Outside} from '../service-row.ts'
import {Admin, isOfOtherSite} from './api/admin.ts'
import {refusal} from './api/answers.ts'
import {answer, type ApiDeps} from './api/index.ts'
import {databaseOf, filtersOf, type TapConfig} from './config.ts'
import {Filters} from './filters.ts'
import {channel} from './outbox/channel.ts'
import {messageSizeMax} from './outbox/message.ts'
import {Outbox} from './outbox/outbox.ts'
import {cursorFault, pruneOld, replay} from './outbox/replay.ts'
import {postEvents, type WebhookStatus} from './outbox/webhook.ts'
import {isStatusPath} from '#pages/status-site.ts'
import {tapSite} from './page/page.ts'
import {Progress} from './progress.ts'
import {crawlNetwork, crawlSignals, StreamStart} from './repos/crawler.ts'
import {Gathering} from './repos/gathering.ts'
import {confirmHandles} from './repos/handles.ts'
import {tidy} from './repos/tidy.ts'
import {Archived} from './store/archived.ts'
import type {OutboxStore} from './store/outbox-store.ts'
import {SqliteOutboxStore} from './store/outbox-store.sqlite.ts'
import {tapMigrations} from './store/schema.ts'
import {SqliteTapStore} from './store/tap-store.sqlite.ts'
import type {SkipReason} from './store/tap-store.ts'
import {tableOf} from './table.ts'

/** Memory for pages of the database, for reading and writing each: rows come in order, and pages of the outbox once. */
const pagesSize = 4 * 2 ** 20

interface Parts {
  readonly config: TapConfig
  readonly sql: Sql
  readonly store: SqliteTapStore
  readonly outbox: Outbox
  readonly kept: OutboxStore
  readonly source: VerifiedEvents
  readonly start: StreamStart
  readonly identities: Identities
  readonly filters: Filters
  readonly places: {readonly repositories: Places; readonly descriptions: Places}
  readonly progress: Progress
  readonly archived: Archived
  readonly api: ApiDeps
  /** Rings when repositories or handles may have become due. */
  readonly due: Bell
  /** To be called once something was written: events may have been made, or repositories become due. */
  readonly stirred: () => Promise<void>
  readonly metrics: Metrics
  readonly world: World
  readonly guarded: World
  readonly log: Log
}

export class Tap implements Service {
  readonly name = 'tap'
  readonly incomingSizeMax = messageSizeMax
  readonly takesMany = true
  readonly #parts: Parts
  readonly #tasks: Tasks
  readonly #admin: Admin
  readonly #site: ReturnType<typeof tapSite>
  /** What comes in and goes out is garbage at once, so a young heap that grows to 64 MB holds nothing but that. */
  #heap: YoungHeap | undefined
  #stopped: Promise<void> | undefined

  constructor(parts: Parts) {
    this.#parts = parts
    const {world, log, config} = parts
    this.#tasks = new Tasks(log, undefined, world)
    this.#admin = new Admin(config.adminPassword, config.bind?.host ?? config.host, world.now)
    this.#site = tapSite({progress: parts.progress, world, log})
  }

  get ended(): Promise<void> {
    return this.#tasks.ended
  }

  async start(): Promise<void> {
    const {config, store, outbox, log} = this.#parts
    this.#heap = new YoungHeap()
    const {repos} = await store.counts()
    log.info('tap open', {repos, relay: config.relayUrl})
    this.#tasks.spawn('outbox', signal => outbox.run(signal))
    this.#deliver()
    if (config.outboxOnly) return
    this.#follow()
    this.#fetch()
  }

  /** What delivers, or forgets, without being asked. */
  #deliver(): void {
    const {config, outbox, kept, metrics, world, log} = this.#parts
    const {webhookUrl: url, webhookParallelism: parallelism, adminPassword: password} = config
    if (url !== undefined) {
      const posts = metrics.counter('tap_webhook_requests_total', 'Posts to the webhook, by what came of them.', [
        'status',
      ])
      const counted = (status: WebhookStatus): void => posts.add(1, {status})
      const posting = {outbox, url, parallelism, password, world, log, counted}
      this.#tasks.spawn('webhook', signal => postEvents(posting, signal))
    }
    const {replayWindow: windowMs, replaySizeMax: sizeMax} = config
    if (windowMs === 0) return
    const pruning = {store: kept, windowMs, sizeMax, world, pruned: () => outbox.recount()}
    this.#tasks.spawn('prune', signal => pruneOld(pruning, signal))
  }

  #follow(): void {
    const count = (name: string, help: string) => this.#parts.metrics.counter(name, help)
    const received = count('tap_firehose_events_received_total', 'Events that the relay has told.')
    const processed = count('tap_firehose_events_processed_total', 'Events of repositories that are followed.')
    const passedOver = count('tap_firehose_events_skipped_total', 'Events of others, and those that say nothing new.')
    const {config, source, start, store, progress, identities, due, stirred, outbox, metrics, world, log} = this.#parts
    const {signal: stopping} = this.#tasks
    const view: ViewStore = {
      async cursor(name) {
        const cursor = config.noReplay ? undefined : await store.cursor(name)
        start.hasPlace = cursor !== undefined
        // Of this process the stream is open at once.
        if (progress.isConnected) start.opened()
        return cursor
      },
      async apply(name, events, cursor) {
        await outbox.room(stopping)
        const before = skippedIn(store.skipped)
        for (const event of events) {
          if (event.t !== '#identity') continue
          // Its key is of use while the directory is away.
          identities.doubt(event.did)
          if (event.handle) identities.forget(event.handle)
          due.ring()
        }
        await store.apply(name, events, cursor)
        const skipped = skippedIn(store.skipped) - before
        received.add(events.length)
        progress.received += events.length
        passedOver.add(skipped)
        processed.add(Math.max(0, events.length - skipped))
        progress.cursor = cursor
        start.hasPlace = true
        const newest = events.findLast(event => event.t !== '#info')
        if (newest) progress.lagMs = Math.max(0, world.now() - Date.parse(newest.time))
        await stirred()
      },
      skipped: store.skipped,
    }
    const numbers = new ViewNumbers('tap', metrics, world.now)
    const options = {source, store: view, start: 'live', numbers, world, log} as const
    this.#tasks.spawn('follow', signal => runView(options, signal))
  }

  #fetch(): void {
    const parts = this.#parts
    const {config, start, store, outbox, stirred, progress, metrics, places, filters, identities, guarded, world, log} =
      parts
    const count = (name: string, help: string) => metrics.counter(name, help)
    const started = count('tap_resyncs_started_total', 'Repositories that were begun to be fetched.')
    const completed = count('tap_resyncs_completed_total', 'Repositories that were fetched.')
    const failed = count('tap_resyncs_failed_total', 'Repositories that could not be fetched.')
    const discovered = count('tap_crawler_repos_discovered_total', 'Repositories that were found by lists.')
    const took = metrics.histogram('tap_resync_duration_seconds', 'How long fetching a repository took.')
    const {signal: stopping} = this.#tasks
    const gathering = this.#gathering()
    const resyncs = {
      due: (limit: number) => store.due(limit),
      begin: store.begin.bind(store),
      stage: store.stage.bind(store),
      putOff: store.putOff.bind(store),
      async postpone(did: Did, dueMs: number, reason: string | undefined) {
        await store.postpone(did, dueMs, reason)
        await gathering?.forget(did)
      },
      async finish(did: Did, rev: string) {
        await outbox.room(stopping)
        const outcome = await store.finish(did, rev)
        await gathering?.forget(did)
        await stirred()
        return outcome
      },
    }
    const onFetched = (_: string, tookMs: number, failure: string | undefined): void => {
      started.add(1)
      ;(failure === undefined ? completed : failed).add(1)
      took.observe(tookMs / 1_000)
      if (failure !== undefined) void stirred()
    }
    const {due} = parts
    const fetching = {
      resyncs,
      identities,
      places: places.repositories,
      guarded,
      world,
      log,
      onFetched,
      due,
      atHand: gathering && ((did: Did, signal: AbortSignal) => gathering.atHand(did, signal)),
      localHostsSetting: 'TAP_LOCAL_HOSTS',
    }
    const timeoutMs = config.repoFetchTimeout
    this.#tasks.spawn('repositories', signal => fetchRepositories({...fetching, timeoutMs}, signal))
    this.#tasks.spawn('handles', signal => confirmHandles({store, identities, world, due, stirred}, signal))
    const room = (signal: AbortSignal): Promise<void> => outbox.room(signal)
    this.#tasks.spawn('tidy', signal => tidy({store, world, room, stirred}, signal))
    const crawl = {
      relay: config.relayUrl,
      start,
      store,
      filters,
      identities,
      places: places.descriptions,
      guarded,
      world,
      log,
      changed: due,
      discovered: (found: number): void => discovered.add(found),
      stirred,
    }
    this.#tasks.spawn('network', signal => crawlNetwork(crawl, signal))
    this.#tasks.spawn('signals', signal => crawlSignals(crawl, signal))
    progress.observe(metrics)
  }

  #gathering(): Gathering | undefined {
    const {config, archived, metrics, world, log} = this.#parts
    const {archive: service, archiveTimeout: timeoutMs} = config
    if (service === undefined) {
      this.#tasks.spawn('archived', signal => archived.clear(signal))
      return undefined
    }
    const help = 'Repositories that the archive had something of, by whether they were verified with it.'
    const repos = metrics.counter('tap_archive_repos_total', help, ['verified'])
    const used = (isVerified: boolean): void => repos.add(1, {verified: `${isVerified}`})
    return new Gathering({service, timeoutMs, archived, world, log, used})
  }

  stop(): Promise<void> {
    return (this.#stopped ??= this.#tasks.stop().finally(() => {
      this.#heap?.[Symbol.dispose]()
      return this.#parts.sql.close()
    }))
  }

  async health(): Promise<object> {
    const {outbox, progress} = this.#parts
    return {cursor: (await progress.position()) ?? null, connected: progress.isConnected, outbox: outbox.waiting}
  }

  /** How it gets on, as a table for a terminal. */
  async table(): Promise<readonly string[]> {
    return tableOf(await this.#parts.progress.show())
  }

  async fetch(request: Request): Promise<Response> {
    const refused = await this.#admin.refuse(request)
    if (refused) return refused
    const {pathname} = new URL(request.url)
    if (isStatusPath(pathname)) return this.#site.fetch(request)
    if (pathname === '/channel') return refusal(426, 'The channel needs a WebSocket.', {upgrade: 'websocket'})
    return (await answer(request, this.#parts.api)) ?? refusal(404, 'Not Found')
  }

  async frames(request: Request, signal: AbortSignal, incoming: AsyncIterable<Frame>): Promise<Frames | Response> {
    const refused = await this.#admin.refuse(request)
    if (refused) return refused
    if (new URL(request.url).pathname !== '/channel') return refusal(404, 'The only stream is /channel.')
    if (isOfOtherSite(request)) return refusal(403, 'A page of another site may not read this.')
    const {config, outbox, log} = this.#parts
    if (config.webhookUrl !== undefined) return refusal(400, 'websocket not available in webhook mode')
    const cursor = new URL(request.url).searchParams.get('cursor')
    if (cursor !== null) return this.#replay(cursor, signal)
    const address = peerAddress(request)
    log.info('a consumer has connected', {address})
    const onRefused = (): void => log.info('a consumer has sent what is no acknowledgement', {address})
    return channel({outbox, acks: !config.disableAcks, about: address, onRefused}, signal, incoming)
  }

  async #replay(cursor: string, signal: AbortSignal): Promise<Frames | Response> {
    const {config, kept, outbox, world} = this.#parts
    if (config.replayWindow === 0) return refusal(400, 'Nothing is kept to be read again: TAP_REPLAY_WINDOW is 0s.')
    const fault = await cursorFault(kept, cursor)
    if (fault !== undefined) return refusal(400, fault)
    return replay({store: kept, made: outbox.made, world}, Number(cursor), signal)
  }
}

/** Events that were passed over, as a whole. */
function skippedIn(skipped: ReadonlyMap<SkipReason, number>): number {
  let count = 0
  for (const reason of ['untracked', 'replayed', 'paused'] as const) count += skipped.get(reason) ?? 0
  return count
}

/** Opens a Tap as `config` says. A relay that is one of the streams of this process is not verified again. */
export async function openTap(config: TapConfig, outside: Outside): Promise<Tap> {
  const {world, guarded, log, metrics, streams} = outside
  const configured = filtersOf(config)
  const filters = new Filters(configured)
  const sql = openSql(databaseOf(config), {
    migrations: tapMigrations,
    disk: world.disk,
    cacheSize: pagesSize,
    onGroup: observeGroups(metrics, 'tap'),
    onFull: observeFullDisk(log, world.now),
  })
  const {relayUrl, plcUrl, handleResolver, replayWindow} = config
  const cursorSaveMs = config.cursorSaveInterval
  const store = new SqliteTapStore(sql, {world, filters, cursorSaveMs, tellsStates: config.statusEvents})
  const set = await store.filters(configured)
  if (set) {
    log.info('the filters are those that were set at run time', {...set})
    filters.set(set)
  }
  const delivered = metrics.counter('tap_events_delivered_total', 'Events that were handed to consumers.')
  const acked = metrics.counter('tap_events_acked_total', 'Events that were acknowledged.')
  const kept = new SqliteOutboxStore(sql)
  const outbox: Outbox = new Outbox({
    store: kept,
    world,
    capacity: config.outboxCapacity,
    retryMs: config.retryTimeout,
    keeps: replayWindow > 0,
    delivered: count => {
      progress.delivered += count
      delivered.add(count)
    },
    acked: count => {
      progress.acknowledged += count
      acked.add(count)
    },
  })
  const progress = new Progress({store, outbox, filters, relay: relayUrl, now: world.now})
  const identities = new Identities({
    world: directoryWorld(world, guarded, plcUrl),
    plcUrl,
    onDirectory: tellDirectory(log),
    countMax: config.identCacheSize,
    development: config.localHosts,
    txt: handleResolver === undefined ? undefined : serversAsDns(handleResolver, world),
  })
  observeDirectory(metrics, 'tap', identities)
  const own = streams.find(({name}) => name === relayUrl)
  // Of this process there is nothing to be connected to.
  progress.isConnected = own !== undefined
  const start = new StreamStart()
  const source = own ?? upstreamOf(config, identities, store, progress, start, outside)
  const due = new Bell()
  const stirred = async (): Promise<void> => {
    due.ring()
    await outbox.written()
  }
  const api = {store, outbox, identities, filters, configured, progress, stirred}
  const places = {
    repositories: strangerPlaces('repositories', 'tap', metrics, repositoryPlacesFor(config.resyncParallelism)),
    descriptions: strangerPlaces('descriptions', 'tap', metrics, {max: 16, perKeyMax: 4, waitingMax: 64}),
  }
  const archived = new Archived(sql, world)
  const parts = {
    config,
    sql,
    store,
    archived,
    outbox,
    kept,
    source,
    start,
    identities,
    filters,
    places,
    progress,
    api,
    due,
  }
  return new Tap({...parts, stirred, metrics, world, guarded, log})
}

function upstreamOf(
  {relayUrl}: TapConfig,
  identities: Identities,
  store: SqliteTapStore,
  progress: Progress,
  start: StreamStart,
  {world, log, metrics}: Outside,
): VerifiedEvents {
  const help = 'Events of the relay not taken, by reason.'
  const drops = new Drops(metrics.counter('tap_dropped_total', help, ['reason']), log)
  return upstreamEvents(relayUrl, {
    world,
    identities,
    // Of who is not followed nothing need be checked.
    wants: event => store.isWanted(event),
    // The relay has looked at its clock. What it has passed on is not lost here because ours is behind.
    revFutureMaxMs: Infinity,
    onDrop: (reason, detail) => drops.count(reason, {relay: relayUrl, detail}),
    onConnection: connection => {
      progress.isConnected = connection.state === 'open'
      if (connection.state === 'open') start.opened()
      if (connection.state === 'open') log.info('relay connected', {relay: relayUrl})
      else log.warn('relay lost', {relay: relayUrl, error: connection.error, retryMs: connection.retryMs})
    },
  })
}
