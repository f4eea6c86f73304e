/** Wires what answers calls: the endpoints, what they write with, and what passes on the calls that are not theirs. */
import type {Log} from '#std/log.ts'
import type {World} from '#std/world.ts'
import type {Did} from '#atp/syntax/did.ts'
import {getPreferences} from '#lex/gen/app/bsky/actor/getPreferences.ts'
import {putPreferences} from '#lex/gen/app/bsky/actor/putPreferences.ts'
import {records} from '#lex/gen/records.ts'
import {Registry} from '#lex/registry.ts'
import {observeCalls} from '#runtime/health/call-metrics.ts'
import type {Metrics} from '#runtime/health/metrics.ts'
import {Router} from '#xrpc/router.ts'
import type {accountParts} from './account-parts.ts'
import type {Callers} from './api/callers.ts'
import {xrpcErrorOf} from './api/errors.ts'
import {pdsEndpoints} from './api/index.ts'
import {didSetting, picturesSetting, type PdsConfig} from './config.ts'
import {Entryway} from './entryway/entryway.ts'
import type {Sequencer} from './events/sequencer.ts'
import {SigningKeys} from './identity/signing-keys.ts'
import {RecordTypes} from './lexicons/record-types.ts'
import {imageUrls} from './proxy/local-views.ts'
import {Proxy} from './proxy/proxy.ts'
import {ReadAfterWrite} from './proxy/read-after-write.ts'
import {ServiceTable} from './proxy/service-table.ts'
import {ServiceTokens} from './proxy/service-tokens.ts'
import {RecordWriter} from './repos/record-writer.ts'
import type {RepoImports} from './repos/repo-import.ts'
import type {Repos} from './repos/repos.ts'
import {serviceDid} from './identity/service-did.ts'
import type {StorageParts} from './storage-parts.ts'
import {KnownAnswers} from './store/reads/known-answers.ts'

/** Methods of ours that go to another AppView when the call names one, as the official server has it. */
const movable = new Set<string>([getPreferences.nsid, putPreferences.nsid])

/** The AppView that answers what this server does not, if there is one. */
function appViewOf({appviewUrl: url, appviewDid: did}: PdsConfig): {did: Did; url: string} | undefined {
  if (url === undefined) return undefined
  return {did: did === undefined ? serviceDid(url) : didSetting('PDS_APPVIEW_DID', did), url}
}

/** Which service is where, as `config` says. Throws `ConfigError`. */
export const serviceTable = (config: PdsConfig): ServiceTable =>
  new ServiceTable({
    appView: appViewOf(config),
    rows: config.services,
    moderation: config.modService,
    reports: config.reportService,
    chat: config.chatService,
  })

export interface CallPartsOptions extends Pick<StorageParts, 'stores' | 'reads' | 'blobs'> {
  config: PdsConfig
  /** This server's DID. */
  service: Did
  services: ServiceTable
  parts: ReturnType<typeof accountParts>
  repos: Repos
  repoImports: RepoImports
  sequencer: Sequencer
  world: World
  /** For URLs that strangers name. */
  guarded: World
  log: Log
  metrics: Metrics
  /** Called after an event is durable. */
  onEvent: () => void
}

export interface CallParts {
  router: Router<Callers>
  /** Where accounts log in, if it is not here. */
  entryway: Entryway | undefined
}

export function callParts({
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
}: CallPartsOptions): CallParts {
  const {repos: store, blobs: blobRows, keys} = stores
  const {auth, limits, recheck} = parts
  const serviceTokens = new ServiceTokens(keys, world)
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
    recheck,
    world,
    guarded,
    log,
  })
  const entryway =
    parts.entryway &&
    new Entryway({...parts.entryway, publicUrl: config.publicUrl, auth, tokens: serviceTokens, recheck, world})
  const endpoints = pdsEndpoints({
    ...parts,
    store,
    reads,
    known: new KnownAnswers(store),
    writer: new RecordWriter({
      repos,
      blobRows,
      registry: new Registry(records),
      recordTypes: new RecordTypes(parts.lexicons, world),
      mayLookUp: did => limits.mayLookUp(did),
    }),
    signingKeys: new SigningKeys({
      accounts: parts.accountStore,
      keys,
      store,
      repos,
      plc: parts.plc,
      identities: parts.ownIdentities,
      tokens: serviceTokens,
      world,
      onEvent,
    }),
    blobRows,
    blobs,
    repos,
    repoImports,
    importSizeMax: config.importSizeMax,
    sequencer,
    handleDomains: config.handleDomains,
    inviteRequired: config.inviteRequired,
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
  return {router, entryway}
}
