/**
 * A PDS: its people's accounts, their repositories and blobs, and the firehose that tells of them. All wiring is here;
 * what each part does stands in the file of its noun.
 */
import {availableParallelism} from 'node:os'
import type {Frames} from '#std/wire/frames.ts'
import type {Log} from '#std/log.ts'
import {parsedUrl} from '#std/wire/request-url.ts'
import {abortable} from '#std/waiting/async.ts'
import {unlessFull} from '#std/out-of-space.ts'
import type {World} from '#std/world.ts'
import type {Did} from '#atp/syntax/did.ts'
import {openBlobStore, openSql} from '#engines/open.ts'
import {getPreferences} from '#lex/gen/app/bsky/actor/getPreferences.ts'
import {putPreferences} from '#lex/gen/app/bsky/actor/putPreferences.ts'
import {records} from '#lex/gen/records.ts'
import {Registry} from '#lex/registry.ts'
import {observeCalls} from '#runtime/health/call-metrics.ts'
import {observeFullDisk, observeGroups} from '#runtime/health/engine-metrics.ts'
import type {Metrics} from '#runtime/health/metrics.ts'
import {Tasks, type Service} from '#runtime/service.ts'
import {Router} from '#xrpc/router.ts'
import {accountParts} from './account-parts.ts'
import {xrpcErrorOf} from './api/errors.ts'
import {pdsEndpoints} from './api/index.ts'
import {Blobs} from './blobs/blobs.ts'
import type {Callers} from './api/callers.ts'
import {didSetting, picturesSetting, type PdsConfig} from './config.ts'
import {imageUrls} from './proxy/local-views.ts'
import {consentLifeMs, type Authorizations} from './oauth/authorizations.ts'
import type {OAuth} from './oauth/oauth.ts'
import {RecordTypes} from './lexicons/record-types.ts'
import {diskUse, PdsNumbers} from './numbers.ts'
import {Entryway} from './entryway/entryway.ts'
import {Proxy} from './proxy/proxy.ts'
import {ReadAfterWrite} from './proxy/read-after-write.ts'
import {RecordWriter} from './repos/record-writer.ts'
import {RepoImports} from './repos/repo-import.ts'
import {Repos} from './repos/repos.ts'
import {demandWhole} from './store/restore-mark.ts'
import {pdsMigrations} from './store/schema.ts'
import {KnownAnswers} from './store/reads/known-answers.ts'
import {readsHere} from './store/reads/reads.ts'
import {readsOnThreads} from './store/reads/reads.threads.ts'
import {sqlitePdsStores} from './store/stores.sqlite.ts'
import {openSecrets} from './secrets.ts'
import {SigningKeys} from './identity/signing-keys.ts'
import {ServiceTable} from './proxy/service-table.ts'
import {ServiceTokens} from './proxy/service-tokens.ts'
import {isVisible} from './api/visible-repo.ts'
import {PdsSite} from './site/site.ts'
import {eventParts} from './events/event-parts.ts'
import {keepHouse} from './housekeeping.ts'

/** What was to be mailed as the server stops has so long to go. */
const mailGraceMs = 1_000
/** Page cache of each connection to the database, in bytes: what a PDS reads again and again is little. */
const cacheSize = 4 * 2 ** 20
/** Threads for long reads, unless said otherwise. */
const readersUsual = 4

/** Methods of ours that go to another AppView when the call names one, as the official server has it. */
const movable = new Set<string>([getPreferences.nsid, putPreferences.nsid])

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

/** The DID of a server that is found at this URL. */
const serviceDid = (publicUrl: string): Did => `did:web:${encodeURIComponent(new URL(publicUrl).host)}` as Did

/** The AppView that answers what this server does not, if there is one. */
function appViewOf({appviewUrl: url, appviewDid: did}: PdsConfig): {did: Did; url: string} | undefined {
  if (url === undefined) return undefined
  return {did: did === undefined ? serviceDid(url) : didSetting('PDS_APPVIEW_DID', did), url}
}

/** Opens a PDS as `config` says. `guarded` is the world for URLs that strangers name. */
export async function openPds(
  config: PdsConfig,
  world: World,
  guarded: World,
  log: Log,
  metrics: Metrics,
): Promise<Pds> {
  const services = new ServiceTable({
    appView: appViewOf(config),
    rows: config.services,
    moderation: config.modService,
    reports: config.reportService,
    chat: config.chatService,
  })
  demandWhole(config.database)
  const secrets = openSecrets(config.secrets, world)
  const sql = openSql(config.database, {
    migrations: pdsMigrations,
    disk: world.disk,
    cacheSize,
    onGroup: observeGroups(metrics, 'pds'),
    onFull: observeFullDisk(log, world.now),
  })
  const stores = sqlitePdsStores(sql)
  const {repos: store, blobs: blobRows, events, keys} = stores
  const here = readsHere(store)
  // One processor is left to the thread that writes.
  const {readerThreads: countMax = Math.min(readersUsual, availableParallelism() - 1)} = config
  const reads = sql.file === undefined || countMax === 0 ? here : readsOnThreads(here, sql.file, {countMax, log})
  const files = await openBlobStore(config.blobs, world.now)
  const blobs = new Blobs({
    rows: blobRows,
    files,
    world,
    log,
    sizeMax: config.blobSizeMax,
    waitingSizeMax: config.blobWaitingSizeMax,
    withoutNotes: !config.pictureNotes,
  })
  const numbers = new PdsNumbers({config, metrics, accounts: stores.accounts, events, world})
  const onTold = numbers.relayTold
  const {sequencer, guard, keeping, crawlRequests, onEvent} = await eventParts({
    config,
    events,
    world,
    log,
    onTold,
  }).catch(async (error: unknown) => {
    await sql.close()
    throw error
  })
  const service = serviceDid(config.publicUrl)
  const {handleDomains, inviteRequired} = config
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
  const repoImports = new RepoImports({imports: stores.imports, store, keys, repos, blobs, world, onEvent})
  await repoImports.sweep() // what a crash in the middle of an import has left
  await unlessFull(() => parts.standing.sweep()) // and in the middle of the end of an account
  const {lexicons} = parts
  const writer = new RecordWriter({
    repos,
    blobRows,
    registry: new Registry(records),
    recordTypes: new RecordTypes(lexicons, world),
    mayLookUp: did => parts.limits.mayLookUp(did),
  })
  const serviceTokens = new ServiceTokens(keys, world)
  const {auth, limits} = parts
  const proxy = new Proxy({
    session: auth.sessionOrClient,
    anyone: auth.anyoneOrClient,
    tokens: serviceTokens,
    identities: parts.identities,
    services,
    readAfterWrite: new ReadAfterWrite({
      accounts: parts.accountStore,
      repos: store,
      world,
      imageUrl: imageUrls(config.publicUrl, picturesSetting(config.appviewCdnUrlPattern)),
    }),
    recheck: parts.recheck,
    world,
    guarded,
    log,
  })
  const {recheck} = parts
  const entryway =
    parts.entryway &&
    new Entryway({...parts.entryway, publicUrl: config.publicUrl, auth, tokens: serviceTokens, recheck, world})
  const signingKeys = new SigningKeys({
    accounts: parts.accountStore,
    keys,
    store,
    repos,
    plc: parts.plc,
    identities: parts.ownIdentities,
    tokens: serviceTokens,
    world,
    onEvent,
  })
  const endpoints = pdsEndpoints({
    ...parts,
    signingKeys,
    store,
    reads,
    known: new KnownAnswers(store),
    writer,
    blobRows,
    blobs,
    repos,
    repoImports,
    importSizeMax: config.importSizeMax,
    sequencer,
    handleDomains,
    inviteRequired,
    service,
    serviceTokens,
    proxy,
    world,
    blobSizeMax: config.blobSizeMax,
    about: config,
  })
  const router = new Router<Callers>({
    endpoints,
    auth,
    recheck,
    admit: limits.admit,
    errorOf: xrpcErrorOf,
    otherwise: (request, nsid) => (entryway?.answers(nsid) ? entryway : proxy).fetch(request, nsid),
    isForOther: (request, nsid) => entryway?.answers(nsid) || (movable.has(nsid) && proxy.isForOther(request)),
    observe: observeCalls(metrics, 'pds', log),
  })
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
  return new Pds({
    router,
    entryway,
    oauth: parts.oauth,
    authorizations: parts.authorizations,
    site: new PdsSite({
      ...parts,
      repoStore: store,
      blobRows,
      publicUrl: config.publicUrl,
      handleDomains,
      inviteRequired,
      contactEmail: config.contactEmail,
      privacyPolicyUrl: config.privacyPolicyUrl,
      termsOfServiceUrl: config.termsOfServiceUrl,
      find: actor => parts.accounts.find(actor),
      isVisible,
      admin: {
        ...parts,
        repoStore: store,
        blobRows,
        sequencer,
        crawlRequests,
        relays: config.relays,
        disk: () => diskUse(config),
        hasMailServer: config.smtpUrl !== undefined,
        inviteRequired,
        publicUrl: config.publicUrl,
        world,
        log,
      },
      world,
      log,
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
