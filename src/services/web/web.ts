/**
 * The pages: the network's home, an app to take part in it, and an explorer. They are written on the server and work
 * without a script; islands make them better. All data comes by XRPC and streams, as it would to any other app. All
 * wiring is here; what the pages show stands in the folder of their area.
 */
import type {Log} from '#std/log.ts'
import {timeLimit} from '#std/waiting/deadline.ts'
import type {World} from '#std/world.ts'
import {openLimits, openSql} from '#engines/open.ts'
import {getProfile} from '#lex/gen/app/bsky/actor/getProfile.ts'
import {getUnreadCount} from '#lex/gen/app/bsky/notification/getUnreadCount.ts'
import {observeFullDisk} from '#runtime/health/engine-metrics.ts'
import type {Metrics} from '#runtime/health/metrics.ts'
import {Tasks, type Service} from '#runtime/service.ts'
import {strangerPlaces} from '#runtime/strangers/stranger-fetch.ts'
import {SessionEnded} from '#sdk/session.ts'
import {Client} from '#xrpc/client.ts'
import {UpstreamError} from '#xrpc/errors.ts'
import {openAssets} from '#pages/assets.ts'
import {Attempts} from '#pages/attempts.ts'
import {Viewers} from '#pages/live-events.ts'
import type {Dress, Page} from '#pages/look/layout.ts'
import {problemOf, problemPage} from '#pages/problem.ts'
import {isSecure, Site} from '#pages/site.ts'
import {appRoutes} from './app/routes.ts'
import type {Offer} from '../service-row.ts'
import {servicesOf, type WebConfig} from './config.ts'
import {RepoReader} from './explorer/repo-reader.ts'
import {explorerRoutes} from './explorer/routes.ts'
import {checkPlaces, RepoChecks} from './explorer/repo/whole-repo.ts'
import {homeRoutes} from './home/routes.ts'
import {VitalSigns} from './home/vitals.ts'
import {LiveStream} from './live/live-stream.ts'
import {liveRoutes} from './live/routes.ts'
import {dressOf} from './dress.ts'
import {sessionCookie, sessionKind} from './sessions/session-cookie.ts'
import type {SessionStore} from './store/session-store.ts'
import {sessionMigrations, sqliteSessionStore} from './store/session-store.sqlite.ts'
import {Sessions, type Session} from './sessions/sessions.ts'
import type {Route, Visit} from './visit.ts'

const sweepEveryMs = 3_600_000
/** How long what the navigation shows of a person is good. */
const sightFreshMs = 15_000
/** A page does not wait longer for it. */
const sightTimeoutMs = 1_500

interface Parts {
  config: WebConfig
  routes: readonly Route[]
  sessions: Sessions
  store: SessionStore
  live: LiveStream
  tasks: Tasks
  world: World
  log: Log
}

/** Tries of one stranger in five minutes. */
const attemptsMax = {'sign-in': 30, 'sign-up': 10} as const

export class Web implements Service {
  readonly name = 'web'
  readonly #parts: Parts
  readonly #site: Site<Session>
  readonly #secure: boolean

  constructor(parts: Parts) {
    const {config, routes, sessions, world, log} = parts
    this.#parts = parts
    this.#secure = isSecure(config.publicUrl)
    this.#site = new Site<Session>({
      routes,
      assets: openAssets(import.meta.dirname),
      publicUrl: config.publicUrl,
      pictures: [new URL(config.appviewUrl).origin],
      sessionCookie: sessionKind,
      session: secret => sessions.find(secret),
      signInPath: '/sign-in',
      dress: (session, token) => this.#dress(session, token),
      failed: (error, visit) => this.#failed(error, visit),
      world,
      log,
    })
  }

  get ended(): Promise<void> {
    return this.#parts.tasks.ended
  }

  async start(): Promise<void> {
    const {world, sessions, live, tasks} = this.#parts
    tasks.spawn('live', signal => live.run(signal))
    tasks.spawn('sweep', async signal => {
      for (;;) {
        await sessions.sweep()
        await world.sleep(sweepEveryMs, signal)
      }
    })
  }

  async stop(): Promise<void> {
    const {tasks, store} = this.#parts
    await tasks.stop()
    await store.close()
  }

  fetch(request: Request): Promise<Response> {
    return this.#site.fetch(request)
  }

  #failed(error: unknown, visit: Visit): Promise<Response> | Response | undefined {
    const {request, url} = visit
    // Another page than the one asked for could fail the same way: whoever came by a form starts at the beginning.
    const retry = request.method === 'GET' ? url.pathname + url.search : '/'
    if (error instanceof SessionEnded || (error instanceof UpstreamError && error.error === 'ExpiredToken')) {
      const next = new URLSearchParams({next: retry, why: 'ended'})
      return visit.redirect(`/sign-in?${next}`, [sessionCookie(undefined, this.#secure)])
    }
    return error instanceof UpstreamError ? problemPage(visit, problemOf(error, retry)) : undefined
  }

  #dress(session: Session | undefined, token: string): (page: Page) => Dress | Promise<Dress> {
    if (!session) return page => dressOf(page, undefined)
    const looked = this.#look(session)
    return async page => {
      await looked
      return dressOf(page, {handle: session.handle, unread: session.sight.unread, token})
    }
  }

  /** Brings what the navigation shows of a person up to date. A page is worth showing without it. */
  async #look({did, handle, client, sight}: Session): Promise<void> {
    const {world} = this.#parts
    if (world.now() - sight.seenMs < sightFreshMs) return
    sight.seenMs = world.now()
    using limit = timeLimit(world, sightTimeoutMs)
    const {signal} = limit
    const [profile, count] = await Promise.allSettled([
      client.query(getProfile, {actor: did}, {signal}),
      client.query(getUnreadCount, {}, {signal}),
    ])
    if (profile.status === 'fulfilled') {
      sight.name = profile.value.displayName || handle
      sight.avatar = profile.value.avatar
    }
    if (count.status === 'fulfilled') sight.unread = count.value.count
  }
}

/**
 * Opens the pages as `config` says. `guarded` is the world for URLs that strangers name, `offers` is what the home page
 * says of each service, by its name.
 */
export async function openWeb(
  config: WebConfig,
  world: World,
  guarded: World,
  log: Log,
  metrics: Metrics,
  offers: ReadonlyMap<string, Offer> = new Map(),
): Promise<Web> {
  const places = servicesOf(config)
  const store = sqliteSessionStore(
    openSql(config.database, {
      migrations: sessionMigrations,
      disk: world.disk,
      onFull: observeFullDisk(log, world.now),
    }),
  )
  const sessions = new Sessions({store, world, pdsUrl: config.pdsUrl})
  const secure = isSecure(config.publicUrl)
  const client = (service: string): Client => new Client({service, fetch: request => world.fetch(request)})
  const {pdsUrl, plcUrl, publicPlcUrl, jetstreamUrl, appviewUrl, metricsUrl} = config
  const tasks = new Tasks(log, undefined, world)
  const live = new LiveStream(world, jetstreamUrl, log)
  const reader = new RepoReader({world, guarded, plcUrl, publicPlcUrl, pdsUrl})
  const shared = {live, reader, world, viewers: new Viewers(world), stopping: tasks.signal, appview: client(appviewUrl)}
  const routes = [
    ...appRoutes({
      pds: client(pdsUrl),
      appview: shared.appview,
      sessions,
      world,
      attempts: new Attempts(attemptsMax, openLimits('memory:', world.now)),
      secure,
    }),
    ...homeRoutes({...shared, signs: new VitalSigns(world, places, metricsUrl), offers}),
    ...explorerRoutes({
      ...shared,
      checks: new RepoChecks(reader, world, strangerPlaces('checks', 'web', metrics, checkPlaces)),
      pdsUrl,
    }),
    ...liveRoutes(shared),
  ]
  return new Web({config, routes, sessions, store, live, tasks, world, log})
}
