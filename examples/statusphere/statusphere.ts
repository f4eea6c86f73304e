/**
 * Statusphere, the app of the guide (docs/guides/statusphere.md), on nothing but the SDK: people sign in with the account
 * that they have, say how they are with one emoji, and see how others are. All wiring is here.
 */
import type {Did} from '#atp/syntax/did.ts'
import {hashOfSecret} from '#engines/crypto/secrets.ts'
import {openLimits, openSql} from '#engines/open.ts'
import type {Sql} from '#engines/sql/sql.ts'
import {openAssets} from '#pages/assets.ts'
import {Attempts} from '#pages/attempts.ts'
import {hostCookie, setCookie} from '#pages/cookies.ts'
import type {Dress} from '#pages/look/layout.ts'
import {problemOf, problemPage} from '#pages/problem.ts'
import {get} from '#pages/routes.ts'
import {isSecure, Site} from '#pages/site.ts'
import {directoryWorld} from '#runtime/directory-world.ts'
import {observeFullDisk} from '#runtime/health/engine-metrics.ts'
import {serversAsDns} from '#runtime/server-as-dns.ts'
import {Tasks, type Service} from '#runtime/service.ts'
import {
  Identities,
  Malformed,
  OAuthClient,
  OAuthFailure,
  publicKeys,
  SessionEnded,
  UpstreamError,
  type OAuthSession,
} from '#sdk/mod.ts'
import type {Outside} from '#services/service-row.ts'
import {toBase64Url} from '#std/encoding/base64.ts'
import {clientParts, keysPath, metadataPath} from './client.ts'
import type {StatusphereConfig} from './config.ts'
import {firehoseSource} from './ingest/firehose.ts'
import {Intake, type Source} from './ingest/intake.ts'
import {tapSource} from './ingest/tap.ts'
import {People} from './people.ts'
import {homeRoutes} from './site/home.ts'
import {linkRoutes} from './site/links.ts'
import type {Person, PersonVisit} from './site/person.ts'
import {sessionKind, SignedIds} from './site/session-cookie.ts'
import {signInRoutes} from './site/sign-in.ts'
import {migrations} from './store/schema.ts'
import {SignInStore} from './store/sign-in-store.ts'
import {StatusStore} from './store/status-store.ts'

interface Parts {
  sql: Sql
  site: Site<Person>
  source: Source
  publicUrl: string
  tasks: Tasks
}

export class Statusphere implements Service {
  readonly name = 'statusphere'
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  get ended(): Promise<void> {
    return this.#parts.tasks.ended
  }

  async start(): Promise<void> {
    const {tasks, source} = this.#parts
    tasks.spawn('follow the network', signal => source.run(signal))
  }

  async stop(): Promise<void> {
    await this.#parts.tasks.stop()
    await this.#parts.sql.close()
  }

  async fetch(request: Request): Promise<Response> {
    const url = new URL(request.url)
    // A client for development is sent back to a number, and a cookie of the name would be another's.
    if (url.hostname === 'localhost' && request.method === 'GET') {
      const own = new URL(this.#parts.publicUrl)
      if (own.hostname === '127.0.0.1') {
        return new Response(null, {status: 307, headers: {location: own.origin + url.pathname + url.search}})
      }
    }
    return this.#parts.site.fetch(request)
  }
}

/** Opens the app; `start` begins to follow the network. */
export async function openStatusphere(
  config: StatusphereConfig,
  {world, guarded, log}: Pick<Outside, 'world' | 'guarded' | 'log'>,
): Promise<Statusphere> {
  const {publicUrl, plcUrl, handleResolver, tapUrl, tapAdminPassword, relayUrl} = config
  const secure = isSecure(publicUrl)
  const now = (): number => world.now()
  const sql = openSql(config.database, {migrations, disk: world.disk, onFull: observeFullDisk(log, now)})
  const [store, signIns] = [new StatusStore(sql, now), new SignInStore(sql, now)]
  const tasks = new Tasks(log, undefined, world)

  const identities = new Identities({
    world: directoryWorld(world, guarded, plcUrl),
    plcUrl,
    txt: handleResolver && serversAsDns(handleResolver, world),
    development: !secure,
  })
  const intake = new Intake(store)
  const people = new People({identities, intake, store, guarded, now, log})

  const {metadata, keys} = await clientParts(config, signIns)
  const client = new OAuthClient({
    world: guarded,
    metadata,
    keys,
    identities,
    states: signIns.states,
    sessions: signIns.sessions,
    development: !secure,
  })

  // One line to switch: `tapSource(…)` or `firehoseSource(…)`, whatever the setting says.
  const sources = {
    tap: () => tapSource({tapUrl, adminPassword: tapAdminPassword, intake, store, world, log}),
    firehose: () => firehoseSource({relayUrl, identities, people, intake, store, world, log}),
  }
  const source = sources[config.source]()

  const ids = new SignedIds(await signIns.secret('cookie-key', () => toBase64Url(world.random(32))))
  const cookie = hostCookie(sessionKind, secure)
  const sessionOf = ({did}: Person): Promise<OAuthSession> => client.restore(did)
  const later = (what: string, work: () => Promise<void>): void =>
    void work().catch((error: unknown) => log.warn(what, {error}))

  const site = new Site<Person>({
    routes: [
      ...homeRoutes({store, intake, sessionOf, world}),
      ...linkRoutes({store, intake, sessionOf, world}),
      ...signInRoutes({
        client,
        signIns,
        ids,
        attempts: new Attempts({'sign-in': 30}, openLimits('memory:', now)),
        cookie,
        secure,
        formsTo: secure ? ['https:'] : ['https:', 'http://localhost:*', 'http://127.0.0.1:*'],
        async welcome(session) {
          await people.learn(session.did).catch((error: unknown) => log.info('a profile could not be had', {error}))
          later('whom somebody follows could not be listed', () => people.listFollows(session))
          later('an account could not be followed', () => source.track(session.did))
        },
        left: did => store.forgetFollows(did),
        world,
      }),
      get(metadataPath, () => Response.json(metadata)),
      get(keysPath, () => Response.json(publicKeys(keys))),
    ],
    assets: openAssets(`${import.meta.dirname}/site`),
    publicUrl,
    sessionCookie: cookie,
    // What was not signed by us is not even looked for.
    session: secret => (ids.isOurs(secret) ? personOf(hashOfSecret(secret), signIns) : Promise.resolve(undefined)),
    signInPath: '/sign-in',
    dress: person => () => dressOf(person),
    failed: (error, visit) => failed(error, visit, setCookie(cookie, undefined, secure)),
    world,
    log,
  })
  return new Statusphere({sql, site, source, publicUrl, tasks})
}

async function personOf(browser: string, signIns: SignInStore): Promise<Person | undefined> {
  const did: Did | undefined = await signIns.browser(browser)
  return did && {did, browser}
}

function failed(error: unknown, visit: PersonVisit, noCookie: string): Promise<Response> | Response | undefined {
  if (error instanceof SessionEnded) return visit.redirect('/sign-in?why=ended', [noCookie])
  if (error instanceof UpstreamError) return problemPage(visit, problemOf(error, '/'))
  const way = {path: '/', label: 'Back'}
  if (error instanceof OAuthFailure)
    return problemPage(visit, {status: 502, title: 'Your server does not answer', text: error.message, way})
  if (error instanceof Malformed)
    return problemPage(visit, {status: 400, title: 'That is no status', text: error.message, way})
  return undefined
}

const dressOf = (person: Person | undefined): Dress => ({
  name: 'Statusphere',
  entries: [
    {path: '/', label: 'Statuses', icon: 'home', thumb: true},
    {path: '/links', label: 'Pages', icon: 'link', thumb: true},
    person
      ? {path: '/sign-out', label: 'Sign out', icon: 'leave', thumb: true}
      : {path: '/sign-in', label: 'Sign in', icon: 'person', thumb: true},
  ],
  links: [],
  styles: ['statusphere.css'],
})
