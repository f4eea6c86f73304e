/**
 * A feed service: follows the network, keeps the posts of the last days, and answers what AppViews ask of feed generators,
 * for any number of feeds. All wiring is here.
 */
import type {Did} from '#atp/syntax/did.ts'
import {openLimits, openSql} from '#engines/open.ts'
import type {Sql} from '#engines/sql/sql.ts'
import {directoryWorld} from '#runtime/directory-world.ts'
import {observeDirectory, tellDirectory} from '#runtime/health/directory-metrics.ts'
import {observeFullDisk, observeGroups} from '#runtime/health/engine-metrics.ts'
import {Tasks, type Service} from '#runtime/service.ts'
import {strangerPlaces} from '#runtime/strangers/stranger-fetch.ts'
import {Identities} from '#sdk/identity.ts'
import type {Log} from '#std/log.ts'
import {warnOnce} from '#std/log.ts'
import type {World} from '#std/world.ts'
import {upstreamEvents} from '#stream/upstream-events.ts'
import type {VerifiedEvents} from '#stream/verified-events.ts'
import {Drops, runView, ViewNumbers} from '#stream/view.ts'
import {Router} from '#xrpc/router.ts'
import type {Outside} from '../service-row.ts'
import {authenticators} from './api/authenticate.ts'
import type {Callers} from './api/callers.ts'
import {feedsEndpoints} from './api/index.ts'
import {feedStats} from './api/stats.ts'
import {builtIn} from './built-in/built-in.ts'
import {didsOf, type FeedsConfig, isDevelopment} from './config.ts'
import {type FeedSet, ListedFeeds} from './feed.ts'
import {FeedFolder} from './files/feed-folder.ts'
import {Lists} from './graph/lists.ts'
import {recordPlaces, RepoRecords} from './graph/repo-records.ts'
import {Viewers} from './graph/viewers.ts'
import {collections} from './index/changes.ts'
import {jetstreamEvents} from './index/jetstream-events.ts'
import {PostView} from './index/post-view.ts'
import {Interactions} from './interactions.ts'
import {KeptPosts} from './skeletons/feed-posts.ts'
import {Rankings} from './skeletons/rankings.ts'
import {Skeletons} from './skeletons/skeletons.ts'
import type {PostStore} from './store/post-store.ts'
import {SqlitePostStore} from './store/post-store.sqlite.ts'
import {feedsMigrations} from './store/schema.ts'
import {SqliteUsageStore} from './store/usage-store.sqlite.ts'
import {Usage} from './usage.ts'

const about = `This is a feed service: https://docs.bsky.app/docs/starter-templates/custom-feeds

  GET  /xrpc/app.bsky.feed.describeFeedGenerator
  GET  /xrpc/app.bsky.feed.getFeedSkeleton?feed=…
`

interface Parts {
  readonly config: FeedsConfig
  readonly did: Did
  readonly sql: Sql
  readonly store: PostStore
  readonly view: PostView
  readonly usage: Usage
  readonly router: Router<Callers>
  readonly sources: readonly VerifiedEvents[]
  readonly numbers: ViewNumbers
  readonly folder: FeedFolder
  readonly skeletons: Skeletons
  readonly world: World
  readonly log: Log
}

/** An act touches pages of many tables, and readers of feeds do not notice a twentieth of a second. */
const gatherMs = 50
const dayMs = 86_400_000
const dropEveryMs = 60_000
/** Between two acts that drop what is old, so that nobody waits for them. */
const dropPauseMs = 20
/** How long it is kept whom a viewer follows who does not come back. */
const viewerMs = 30 * dayMs

export class Feeds implements Service {
  readonly name = 'feeds'
  readonly #parts: Parts
  readonly #tasks: Tasks

  constructor(parts: Parts) {
    this.#parts = parts
    this.#tasks = new Tasks(parts.log, undefined, parts.world)
  }

  get ended(): Promise<void> {
    return this.#tasks.ended
  }

  /** Which feeds there are, for whoever opened it in this process. */
  get skeletons(): Skeletons {
    return this.#parts.skeletons
  }

  /** Whether posts that feeds have looked at are yet to be there for readers. */
  get isApplying(): boolean {
    return this.#parts.view.isApplying
  }

  async start(): Promise<void> {
    const {sources, view: store, usage, numbers, folder, world, log} = this.#parts
    for (const source of sources) {
      const options = {source, store, start: 'oldest', numbers, world, log, gatherMs} as const
      this.#tasks.spawn(`follow ${source.name}`, signal => runView(options, signal))
    }
    this.#tasks.spawn('files', signal => folder.follow(signal))
    this.#tasks.spawn('age', signal => this.#dropOld(signal))
    this.#tasks.spawn('usage', signal => usage.run(signal))
  }

  async stop(): Promise<void> {
    await this.#tasks.stop()
    await this.#parts.usage.write().catch(() => {})
    await this.#parts.sql.close()
  }

  async fetch(request: Request): Promise<Response> {
    const {pathname} = new URL(request.url)
    if (pathname.startsWith('/xrpc/')) return this.#parts.router.fetch(request)
    if (pathname === '/.well-known/did.json') return this.#didDocument()
    if (pathname === '/feeds/stats') return feedStats(this.#parts, new URL(request.url).searchParams)
    if (pathname === '/') return new Response(about)
    if (pathname === '/robots.txt') return new Response('User-agent: *\nDisallow: /\n')
    return new Response('There is nothing here.\n', {status: 404})
  }

  /** How others find this service by its DID. One that is no did:web has its document elsewhere. */
  #didDocument(): Response {
    const {
      did,
      config: {publicUrl},
    } = this.#parts
    if (!did.startsWith('did:web:')) return new Response('There is nothing here.\n', {status: 404})
    return Response.json({
      '@context': ['https://www.w3.org/ns/did/v1'],
      id: did,
      service: [{id: '#bsky_fg', type: 'BskyFeedGenerator', serviceEndpoint: publicUrl}],
    })
  }

  async #dropOld(signal: AbortSignal): Promise<void> {
    const {
      config: {keepPosts},
      store,
      world,
    } = this.#parts
    for (;;) {
      await world.sleep(dropEveryMs, signal)
      for (let isMore = true; isMore && !signal.aborted;) {
        isMore = await store.dropOld(world.now() - keepPosts, world.now() - viewerMs)
        if (isMore) await world.sleep(dropPauseMs, signal)
      }
    }
  }
}

/** Opens a feed service as `config` says. `more` are feeds beside those that it names. */
export async function openFeeds(config: FeedsConfig, outside: Outside, more: readonly FeedSet[] = []): Promise<Feeds> {
  const {world, guarded, log, metrics, streams} = outside
  const {did, owner} = didsOf(config)
  const {plcUrl, appviewUrl, keepPosts: keptMs} = config
  const feeds = builtIn(config.builtIn)
  const sql = openSql(config.database, {
    migrations: feedsMigrations,
    disk: world.disk,
    cacheSize: config.cacheSize,
    onGroup: observeGroups(metrics, 'feeds'),
    onFull: observeFullDisk(log, world.now),
  })
  const identities = new Identities({
    world: directoryWorld(world, guarded, plcUrl),
    plcUrl,
    onDirectory: tellDirectory(log),
    development: isDevelopment(config),
  })
  observeDirectory(metrics, 'feeds', identities)
  const tellFault = warnOnce(log)
  const onFault = (key: string, error: unknown): void => tellFault(key, 'a feed has failed', {feed: key, error})
  const own = new ListedFeeds([], onFault)
  const folder = new FeedFolder({folder: config.folder, set: own, world, log})
  await folder.look()
  const sets: readonly FeedSet[] = [
    ...more,
    own,
    new ListedFeeds(
      feeds.map(feed => ({feed, owner: undefined})),
      onFault,
    ),
  ]
  const store = new SqlitePostStore(sql)
  const records = new RepoRecords({
    identities,
    guarded,
    places: strangerPlaces('records', 'feeds', metrics, recordPlaces),
  })
  const lists = new Lists({records, world, log})
  const viewers = new Viewers({store, records, world, appviewUrl, log})
  const view = new PostView({store, sets, graph: [lists, viewers], world, keptMs})
  const rankings = new Rankings(store, world.now)
  const know = (viewer: Did, withFollowers: boolean): Promise<void> => viewers.know(viewer, withFollowers)
  const posts = {store, rankings, now: world.now, know, lists}
  const usage = new Usage(new SqliteUsageStore(sql), world)
  const skeletons = new Skeletons({
    sets,
    did,
    owner,
    postsFor: (key, viewer) => new KeptPosts(posts, key, viewer),
    version: () => sql.version,
    now: world.now,
    onFault,
  })
  const interactions = new Interactions({limits: openLimits('memory:', world.now), skeletons, usage})
  const endpoints = feedsEndpoints({did, skeletons, interactions, usage, now: world.now, links: config})
  const router = new Router<Callers>({endpoints, auth: authenticators({world, identities, did})})
  for (const reason of ['too-old', 'invalid', 'missing-block'] as const) {
    const help = 'Records that were left out.'
    metrics.gauge('feeds_skipped', help, {reason}, () => view.skipped.get(reason) ?? 0)
  }
  const drops = new Drops(
    metrics.counter('feeds_dropped_total', 'Events of upstreams not taken, by reason.', ['reason']),
    log,
  )
  const relayEvents = (upstream: string): VerifiedEvents =>
    streams.find(({name}) => name === upstream) ??
    upstreamEvents(upstream, {
      world,
      identities,
      // The relay has looked at its clock. What it has passed on is not lost here because ours is behind.
      revFutureMaxMs: Infinity,
      onDrop: (reason, detail) => drops.count(reason, {upstream, detail}),
      onConnection: connection => log.info('relay connection', {...connection}),
    })
  const sources = [
    ...config.relays.map(relayEvents),
    ...config.jetstreams.map(upstream =>
      jetstreamEvents(upstream, {
        world,
        wantedCollections: collections,
        windowMs: keptMs,
        onDrop: (reason, detail) => drops.count(reason, {upstream, detail}),
        onConnection: connection => log.info('jetstream connection', {...connection}),
      }),
    ),
  ]
  const numbers = new ViewNumbers('feeds', metrics, world.now)
  return new Feeds({config, did, sql, store, view, usage, router, sources, numbers, folder, skeletons, world, log})
}
