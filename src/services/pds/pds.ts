/**
 * A PDS: its people's accounts, their repositories and blobs, and the firehose that tells of them. Here they are put
 * together: what is kept (`storage-parts.ts`), what belongs to accounts (`account-parts.ts`), what answers calls
 * (`call-parts.ts`), the pages. What each part does stands in the file of its noun.
 */
import type {Frames} from '#std/wire/frames.ts'
import type {Log} from '#std/log.ts'
import {parsedUrl} from '#std/wire/request-url.ts'
import {abortable} from '#std/waiting/async.ts'
import {unlessFull} from '#std/out-of-space.ts'
import type {World} from '#std/world.ts'
import type {Metrics} from '#runtime/health/metrics.ts'
import {Tasks, type Service} from '#runtime/service.ts'
import type {Router} from '#xrpc/router.ts'
import {accountParts} from './account-parts.ts'
import {callParts, serviceTable} from './call-parts.ts'
import {storageParts} from './storage-parts.ts'
import {serviceDid} from './identity/service-did.ts'
import type {Callers} from './api/callers.ts'
import type {PdsConfig} from './config.ts'
import {consentLifeMs, type Authorizations} from './oauth/authorizations.ts'
import type {OAuth} from './oauth/oauth.ts'
import {diskUse, PdsNumbers} from './numbers.ts'
import type {Entryway} from './entryway/entryway.ts'
import {RepoImports} from './repos/repo-import.ts'
import {Repos} from './repos/repos.ts'
import {notePublicUrl} from './store/public-url.ts'
import {demandWhole} from './store/restore-mark.ts'
import {openSecrets} from './secrets.ts'
import {isVisible} from './api/visible-repo.ts'
import {PdsSite} from './site/site.ts'
import {eventParts} from './events/event-parts.ts'
import {keepHouse} from './housekeeping.ts'

/** What was to be mailed as the server stops has so long to go. */
const mailGraceMs = 1_000

interface Parts {
  router: Router<Callers>
  /** Where accounts log in, if it is not here. */
  entryway: Entryway | undefined
  oauth: OAuth
  authorizations: Authorizations
  site: PdsSite
  /** What goes on from start to stop, by name. */
  loops: Readonly<Record<string, (signal: AbortSignal) => Promise<void>>>
  close: () => Promise<void>
  world: World
  log: Log
}

export class Pds implements Service {
  readonly name = 'pds'
  /** What people decide on who use apps: for the pages, and for whoever drives a server in its own process. */
  readonly authorizations: Authorizations
  readonly #parts: Parts
  readonly #tasks: Tasks

  constructor(parts: Parts) {
    this.#parts = parts
    this.authorizations = parts.authorizations
    this.#tasks = new Tasks(parts.log, undefined, parts.world)
  }

  get ended(): Promise<void> {
    return this.#tasks.ended
  }

  async start(): Promise<void> {
    for (const [name, run] of Object.entries(this.#parts.loops)) this.#tasks.spawn(name, run)
  }

  async stop(): Promise<void> {
    await this.#tasks.stop()
    await this.#parts.close()
  }

  async fetch(request: Request): Promise<Response> {
    const {router, oauth, site, entryway} = this.#parts
    const isCall = parsedUrl(request).pathname.startsWith('/xrpc/')
    if (isCall) return oauth.withNonce(request, await router.fetch(request))
    return entryway?.page(request) ?? (await oauth.fetch(request)) ?? site.fetch(request)
  }

  frames(request: Request, signal: AbortSignal): Frames | Response {
    return this.#parts.router.frames(request, signal)
  }
}

/** Opens a PDS as `config` says. `guarded` is the world for URLs that strangers name. */
export async function openPds(
  config: PdsConfig,
  world: World,
  guarded: World,
  log: Log,
  metrics: Metrics,
): Promise<Pds> {
  const services = serviceTable(config)
  demandWhole(config.database)
  const secrets = openSecrets(config.secrets, world)
  const {sql, stores, reads, blobs} = await storageParts({config, world, log, metrics})
  if (world.disk === undefined) notePublicUrl(config.database, config.publicUrl)
  const {repos: store, blobs: blobRows, keys} = stores
  const numbers = new PdsNumbers({config, metrics, accounts: stores.accounts, events: stores.events, world})
  const {sequencer, guard, keeping, crawlRequests, onEvent} = await eventParts({
    config,
    events: stores.events,
    world,
    log,
    onTold: numbers.relayTold,
  }).catch(async (error: unknown) => {
    await sql.close()
    throw error
  })
  const service = serviceDid(config.publicUrl)
  const [clockByte] = world.random(1)
  const repos = new Repos(store, keys, blobRows, world, clockByte, (did, unsettled) => {
    onEvent()
    if (unsettled.length > 0) blobs.settle(did, unsettled)
  })
  const parts = accountParts({
    config,
    service,
    secrets,
    stores,
    repos,
    blobs,
    world,
    guarded,
    log,
    onEvent,
    onMail: numbers.mailed,
  })
  const repoImports = new RepoImports({
    imports: stores.imports,
    store,
    keys,
    repos,
    blobs,
    world,
    onEvent,
    sizeMax: config.importSizeMax,
  })
  await repoImports.sweep() // what a crash in the middle of an import has left
  await unlessFull(() => parts.standing.sweep()) // and in the middle of the end of an account
  const {router, entryway} = callParts({
    config,
    service,
    services,
    parts,
    stores,
    reads,
    blobs,
    repos,
    repoImports,
    sequencer,
    world,
    guarded,
    log,
    metrics,
    onEvent,
  })
  const {lexicons} = parts
  const sweeps = [
    () => stores.sessions.sweepTokens(world.now()),
    () => stores.grants.sweep(world.now(), world.now() - consentLifeMs),
    () => parts.emailTokens.sweep(),
    () => parts.factors.sweep(),
    () => parts.accounts.sweepKeys(),
    () => lexicons.sweep(),
    () => parts.devices.sweep(),
    () => parts.standing.sweep(),
    () => repoImports.sweep(),
  ]
  const {publicUrl, inviteRequired} = config
  const shown = {...parts, repoStore: store, blobRows, publicUrl, inviteRequired, world, log}
  return new Pds({
    router,
    entryway,
    oauth: parts.oauth,
    authorizations: parts.authorizations,
    site: new PdsSite({
      ...shown,
      handleDomains: config.handleDomains,
      contactEmail: config.contactEmail,
      privacyPolicyUrl: config.privacyPolicyUrl,
      termsOfServiceUrl: config.termsOfServiceUrl,
      find: actor => parts.accounts.find(actor),
      isVisible,
      admin: {
        ...shown,
        sequencer,
        crawlRequests,
        relays: config.relays,
        disk: () => diskUse(config),
        hasMailServer: config.smtpUrl !== undefined,
      },
    }),
    world,
    log,
    loops: {
      crawlRequests: signal => crawlRequests.run(signal),
      mark: signal => guard.run(signal),
      keeping: signal => keeping.run(signal),
      numbers: signal => numbers.run(signal),
      mail: signal => abortable(parts.emails.check(), signal),
      sweep: signal => keepHouse({blobs, sweeps, world}, signal),
    },
    close: async () => {
      await parts.emails.settled(mailGraceMs)
      await parts.passwords.close()
      await lexicons.close()
      await guard.close()
      await blobs.close()
      await reads.close()
      await sql.close()
    },
  })
}
