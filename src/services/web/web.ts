/**
 * The pages: the network's home, an app to take part in it, and an explorer. They are written on the server and work
 * without a script; islands make them better. All data comes by XRPC and streams, as it would to any other app. All
 * wiring is here; what the pages show stands in the folder of their area.
 */
import type {Log} from '#std/log.ts'
import type {World} from '#std/world.ts'
import {openSql} from '#engines/open.ts'
import {getProfile} from '#lex/gen/app/bsky/actor/getProfile.ts'
import {getUnreadCount} from '#lex/gen/app/bsky/notification/getUnreadCount.ts'
import {observeFullDisk} from '#runtime/health/engine-metrics.ts'
import type {Metrics} from '#runtime/health/metrics.ts'
import {Tasks, type Service} from '#runtime/service.ts'
import {strangerPlaces} from '#runtime/strangers/stranger-fetch.ts'
import {SessionEnded} from '#sdk/session.ts'
import {Client} from '#xrpc/client.ts'
import {UpstreamError} from '#xrpc/errors.ts'
import {appRoutes} from './app/routes.ts'
import {openAssets, type Assets} from './assets.ts'
import type {WebConfig} from './config.ts'
import {RepoReader} from './explorer/repo-reader.ts'
import {explorerRoutes} from './explorer/routes.ts'
import {checkPlaces, RepoChecks} from './explorer/whole-repo.ts'
import {homeRoutes} from './home/routes.ts'
import {VitalSigns} from './home/vitals.ts'
import {Viewers} from './live/event-stream.ts'
import {LiveStream} from './live/live-stream.ts'
import {liveRoutes} from './live/routes.ts'
import {chosenTheme, sessionCookie, sessionSecret} from './cookies.ts'
import {Doors} from './doors.ts'
import {toText, type Html} from './html.ts'
import {document, type Page} from './layout.ts'
import {problemOf, problemPage, type Problem} from './problem.ts'
import {isOwnPath, routeTable, type PageInit, type Route, type Visit} from './routes.ts'
import {isOwnForm, securityHeaders} from './security-headers.ts'
import type {SessionStore} from './session-store.ts'
import {sessionMigrations, sqliteSessionStore} from './session-store.sqlite.ts'
import {Sessions, type Session} from './sessions.ts'

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

export class Web implements Service {
  readonly name = 'web'
  readonly #parts: Parts
  readonly #assets: Assets = openAssets()
  readonly #match
  readonly #headers: Readonly<Record<string, string>>
  readonly #secure: boolean

  constructor(parts: Parts) {
    this.#parts = parts
    this.#match = routeTable(parts.routes)
    this.#headers = securityHeaders(new URL(parts.config.appviewUrl).origin)
    this.#secure = parts.config.publicUrl.startsWith('https:')
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

  async fetch(request: Request): Promise<Response> {
    const answered = await this.#answer(request)
    for (const [name, value] of Object.entries(this.#headers)) answered.headers.set(name, value)
    return request.method === 'HEAD' ? new Response(null, answered) : answered
  }

  async #answer(request: Request): Promise<Response> {
    const url = new URL(request.url)
    if (url.pathname.startsWith('/assets/')) return this.#assets.serve(request)
    if (url.pathname === '/robots.txt') return new Response('User-agent: *\nAllow: /\n')
    const secret = sessionSecret(request)
    const session = secret === undefined ? undefined : await this.#parts.sessions.find(secret)
    const visit = this.#visit(request, url, session)
    const match = this.#match(request.method, url.pathname)
    if (match === 'no-such-page') return problemPage(visit, noSuchPage)
    if (match === 'wrong-method') return problemPage(visit, wrongMethod)
    if (match.route.method === 'POST' && !isOwnForm(request, this.#parts.config.publicUrl)) {
      return problemPage(this.#visit(request, url, undefined), notOurForm)
    }
    try {
      return await match.route.handle({...visit, params: match.params})
    } catch (error) {
      return this.#failed(error, visit)
    }
  }

  #failed(error: unknown, visit: Visit): Promise<Response> | Response {
    const {request, url} = visit
    // Another page than the one asked for could fail the same way: whoever came by a form starts at the beginning.
    const retry = request.method === 'GET' ? url.pathname + url.search : '/'
    const stranger = this.#visit(request, url, undefined)
    if (error instanceof SessionEnded || (error instanceof UpstreamError && error.error === 'ExpiredToken')) {
      const next = new URLSearchParams({next: retry, why: 'ended'})
      return visit.redirect(`/sign-in?${next}`, [sessionCookie(undefined, this.#secure)])
    }
    if (error instanceof UpstreamError) return problemPage(visit, problemOf(error, retry))
    this.#parts.log.error('a page could not be made', {path: url.pathname, error})
    return problemPage(stranger, ourFault)
  }

  #visit(request: Request, url: URL, session: Session | undefined): Visit {
    const theme = chosenTheme(request)
    // Asked for at once, so that it comes while the page's own data does.
    const sighted = session && request.method === 'GET' ? this.#look(session) : undefined
    const page = async (page: Page, init: PageInit = {}): Promise<Response> => {
      await sighted
      const viewer = session && {handle: session.handle, ...session.sight}
      const path = request.method === 'GET' ? url.pathname + url.search : page.at || '/'
      const text = toText(document(page, {viewer, theme, path, asset: file => this.#assets.url(file)}))
      return respond(text, init)
    }
    return {
      request,
      url,
      params: {},
      session,
      theme,
      signal: request.signal,
      page,
      fragment: (part: Html, init: PageInit = {}) => respond(toText(part), init),
      redirect: (path, cookies = []) =>
        new Response(null, {
          status: 303,
          headers: [['location', isOwnPath(path) ? path : '/'], ...cookies.map(cookieHeader)],
        }),
    }
  }

  /** Brings what the navigation shows of a person up to date. A page is worth showing without it. */
  async #look({did, handle, client, sight}: Session): Promise<void> {
    const {world} = this.#parts
    if (world.now() - sight.seenMs < sightFreshMs) return
    sight.seenMs = world.now()
    const signal = AbortSignal.timeout(sightTimeoutMs)
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

const cookieHeader = (cookie: string): [string, string] => ['set-cookie', cookie]

const respond = (text: string, {status = 200, cookies = []}: PageInit): Response =>
  new Response(text, {
    status,
    headers: [
      ['content-type', 'text/html; charset=utf-8'],
      // Pages show what one person may see.
      ['cache-control', 'private, no-store'],
      ...cookies.map(cookieHeader),
    ],
  })

const home = {path: '/', label: 'To the start'}
const noSuchPage: Problem = {
  status: 404,
  title: 'There is no such page',
  text: 'The address may be mistyped, or what was here is gone.',
  way: home,
}
const wrongMethod: Problem = {
  status: 405,
  title: 'That is a button, not a page',
  text: 'This address is for the forms of other pages.',
  way: home,
}
const notOurForm: Problem = {
  status: 403,
  title: 'This did not come from here',
  text: 'Another site tried to do something in your name, or your browser does not say where a form comes from. Nothing was done.',
  way: home,
}
const ourFault: Problem = {
  status: 500,
  title: 'That was our fault',
  text: 'This page has a fault. It has been noted in the log.',
  way: home,
}

/** Opens the pages as `config` says. `guarded` is the world for URLs that strangers name. */
export async function openWeb(
  config: WebConfig,
  world: World,
  guarded: World,
  log: Log,
  metrics: Metrics,
): Promise<Web> {
  const store = sqliteSessionStore(
    openSql(config.database, {migrations: sessionMigrations, onFull: observeFullDisk(log, world.now)}),
  )
  const sessions = new Sessions({store, world, pdsUrl: config.pdsUrl})
  const secure = config.publicUrl.startsWith('https:')
  const client = (service: string): Client => new Client({service, fetch: request => world.fetch(request)})
  const {pdsUrl, plcUrl, publicPlcUrl, relayUrl, jetstreamUrl, appviewUrl, publicUrl, metricsUrl} = config
  const addresses = {
    plc: plcUrl,
    pds: pdsUrl,
    relay: relayUrl,
    jetstream: jetstreamUrl,
    appview: appviewUrl,
    web: publicUrl,
  }
  const tasks = new Tasks(log)
  const live = new LiveStream(world, jetstreamUrl, log)
  const reader = new RepoReader({world, guarded, plcUrl, publicPlcUrl, pdsUrl})
  const shared = {live, reader, world, viewers: new Viewers(world), stopping: tasks.signal, appview: client(appviewUrl)}
  const routes = [
    ...appRoutes({pds: client(pdsUrl), appview: shared.appview, sessions, world, doors: new Doors(world), secure}),
    ...homeRoutes({...shared, signs: new VitalSigns(world, addresses, metricsUrl)}),
    ...explorerRoutes({
      ...shared,
      checks: new RepoChecks(reader, world, strangerPlaces('checks', 'web', metrics, checkPlaces)),
      pdsUrl,
    }),
    ...liveRoutes(shared),
  ]
  return new Web({config, routes, sessions, store, live, tasks, world, log})
}
