/**
 * An AppView: follows relays, keeps an index of what is public in app.bsky, and answers what clients read from it. All
 * wiring is here.
 */
import type {Cid} from '#atp/data/cid.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {Log} from '#std/log.ts'
import type {Places} from '#std/waiting/places.ts'
import type {World} from '#std/world.ts'
import {openSql} from '#engines/open.ts'
import type {Sql} from '#engines/sql/sql.ts'
import {directoryWorld} from '#runtime/directory-world.ts'
import {observeDirectory, tellDirectory} from '#runtime/health/directory-metrics.ts'
import {observeFullDisk, observeGroups} from '#runtime/health/engine-metrics.ts'
import type {Metrics} from '#runtime/health/metrics.ts'
import {serversAsDns} from '#runtime/server-as-dns.ts'
import {Tasks, type Service} from '#runtime/service.ts'
import {strangerPlaces} from '#runtime/strangers/stranger-fetch.ts'
import {Identities} from '#sdk/identity.ts'
import {fetchRepositories, listRepositories, repositoryPlaces} from '#stream/resync.ts'
import {upstreamEvents} from '#stream/upstream-events.ts'
import type {VerifiedEvents} from '#stream/verified-events.ts'
import {Drops, runView, ViewNumbers} from '#stream/view.ts'
import {Router} from '#xrpc/router.ts'
import {appviewEndpoints} from './api/index.ts'
import {authenticators} from './authenticate.ts'
import type {Callers} from './callers.ts'
import {didsOf, type AppViewConfig} from './config.ts'
import {feedPlaces, FeedServices} from './feed-services.ts'
import {Images, picturePlaces} from './images.ts'
import {confirmHandles, IndexView, notePictures} from './indexer.ts'
import {skipReasons} from './store/index/index-store.ts'
import {appviewMigrations} from './store/schema.ts'
import type {AppViewStores} from './store/stores.ts'
import {sqliteAppViewStores} from './store/stores.sqlite.ts'
import {imageUrls} from './views/image-urls.ts'

const about = `This is an AppView for app.bsky: https://atproto.com

  GET  /xrpc/app.bsky.actor.getProfile?actor=…
  GET  /xrpc/app.bsky.feed.getAuthorFeed?actor=…
`

interface Parts {
  config: AppViewConfig
  did: string
  sql: Sql
  index: AppViewStores['index']
  view: IndexView
  identities: Identities
  router: Router<Callers>
  images: Images
  /** To fetch repositories in. */
  places: Places
  sources: readonly VerifiedEvents[]
  numbers: ViewNumbers
  world: World
  guarded: World
  log: Log
}

/** An act of the index touches pages of many tables, and its readers do not notice a twentieth of a second. */
const gatherMs = 50

class AppView implements Service {
  readonly name = 'appview'
  readonly #parts: Parts
  readonly #tasks: Tasks

  constructor(parts: Parts) {
    this.#parts = parts
    this.#tasks = new Tasks(parts.log, undefined, parts.world)
  }

  get ended(): Promise<void> {
    return this.#tasks.ended
  }

  async start(): Promise<void> {
    const {sources, index, view, identities, places, numbers, world, guarded, log} = this.#parts
    for (const source of sources) {
      const {name} = source
      const options = {source, store: view, start: 'oldest', numbers, world, log, gatherMs} as const
      this.#tasks.spawn(`follow ${name}`, signal => runView(options, signal))
      this.#tasks.spawn(`list ${name}`, signal => listRepositories(name, {resyncs: index, world, log}, signal))
    }
    const {handleDue} = view
    this.#tasks.spawn('handles', signal => confirmHandles({index, handleDue, identities, world}, signal))
    this.#tasks.spawn('repositories', signal =>
      fetchRepositories({resyncs: index, identities, places, guarded, world, log}, signal),
    )
    this.#tasks.spawn('pictures', signal => notePictures(index, world, signal))
  }

  async stop(): Promise<void> {
    await this.#tasks.stop()
    await this.#parts.sql.close()
  }

  async fetch(request: Request): Promise<Response> {
    const {pathname} = new URL(request.url)
    if (pathname.startsWith('/xrpc/')) return this.#parts.router.fetch(request)
    if (pathname.startsWith('/img/')) return this.#parts.images.fetch(request)
    if (pathname === '/.well-known/did.json') return Response.json(didDocument(this.#parts))
    if (pathname === '/') return new Response(about)
    if (pathname === '/robots.txt') return new Response('User-agent: *\nDisallow: /\n')
    return new Response('There is nothing here.\n', {status: 404})
  }
}

/** How other services find this one by its DID. */
const didDocument = ({did, config: {publicUrl}}: Pick<Parts, 'did' | 'config'>) => ({
  '@context': ['https://www.w3.org/ns/did/v1'],
  id: did,
  service: [
    {id: '#bsky_appview', type: 'BskyAppView', serviceEndpoint: publicUrl},
    {id: '#bsky_notif', type: 'BskyNotificationService', serviceEndpoint: publicUrl},
  ],
})

/**
 * Opens an AppView as `config` says. `guarded` is the world for URLs that strangers name, `own` are streams of this process:
 * a relay that is one of them is read without a socket, and not verified again.
 */
export async function openAppView(
  config: AppViewConfig,
  world: World,
  guarded: World,
  log: Log,
  metrics: Metrics,
  own: readonly VerifiedEvents[] = [],
): Promise<AppView> {
  const dids = didsOf(config)
  const [did] = dids
  const sql = openSql(config.database, {
    migrations: appviewMigrations,
    disk: world.disk,
    cacheSize: config.cacheSize,
    onGroup: observeGroups(metrics, 'appview'),
    onFull: observeFullDisk(log, world.now),
  })
  const stores = sqliteAppViewStores(sql, {world, images: imageUrls(config.publicUrl)})
  const {index, skeletons, hydration, search} = stores
  const development = new URL(config.publicUrl).hostname === 'localhost'
  const identities = new Identities({
    world: directoryWorld(world, guarded, config.plcUrl),
    plcUrl: config.plcUrl,
    onDirectory: tellDirectory(log),
    development,
    txt: config.handleResolver === undefined ? undefined : serversAsDns(config.handleResolver, world),
  })
  observeDirectory(metrics, 'appview', identities)
  const placesFor = (kind: string, options: Parameters<typeof strangerPlaces>[3]) =>
    strangerPlaces(kind, 'appview', metrics, options)
  const view = new IndexView(index, identities)
  const endpoints = appviewEndpoints({
    hydrator: hydration,
    skeletons,
    search,
    state: stores.private,
    feedServices: new FeedServices({identities, guarded, world, places: placesFor('feeds', feedPlaces)}),
    identities,
  })
  const auth = authenticators({world, identities, audiences: dids})
  const router = new Router<Callers>({endpoints, auth})
  const isShown = async (actor: Did, cid: Cid): Promise<boolean> => {
    const id = await hydration.actorId(actor)
    if (id === undefined || !(await hydration.isPictureNamed(id, cid))) return false
    return (await hydration.hydrate(undefined, {actors: [id]})).actors.get(id)?.isHidden === false
  }
  const images = new Images({identities, guarded, world, isShown, places: placesFor('pictures', picturePlaces)})
  for (const reason of skipReasons) {
    const help = 'Records and commits that were not indexed.'
    metrics.gauge('appview_skipped', help, {reason}, () => index.skipped.get(reason) ?? 0)
  }
  for (const relay of config.relays) {
    const help = 'The newest event of a relay that is indexed.'
    metrics.gauge('appview_indexed_seq', help, {relay}, () => view.indexed(relay) ?? 0)
  }
  const numbers = new ViewNumbers('appview', metrics, world.now)
  const drops = new Drops(
    metrics.counter('appview_dropped_total', 'Events of relays not taken, by reason.', ['reason']),
    log,
  )
  const upstreamOf = (relay: string): VerifiedEvents =>
    upstreamEvents(relay, {
      world,
      identities,
      // The relay has looked at its clock. What it has passed on is not lost here because ours is behind.
      revFutureMaxMs: Infinity,
      onDrop: (reason, detail) => drops.count(reason, {relay, detail}),
      onConnection: connection => log.info('relay connection', {...connection}),
    })
  const sources = config.relays.map(relay => own.find(({name}) => name === relay) ?? upstreamOf(relay))
  const places = placesFor('repositories', repositoryPlaces)
  const parts = {
    config,
    did,
    sql,
    index,
    view,
    identities,
    router,
    images,
    places,
    sources,
    numbers,
    world,
    guarded,
    log,
  }
  return new AppView(parts)
}
