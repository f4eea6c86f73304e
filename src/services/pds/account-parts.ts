/**
 * Wires what belongs to accounts: sign-up, logins, standing, invites. What is of one room alone is wired there
 * (`mail/mail-parts.ts`, `identity/identity-parts.ts`, …), the rest of the server in `pds.ts`.
 */
import {openLimits} from '#engines/open.ts'
import type {Log} from '#std/log.ts'
import type {World} from '#std/world.ts'
import type {Did} from '#atp/syntax/did.ts'
import {dnsOverHttps} from '#sdk/handle-lookup.ts'
import {Accounts} from './accounts/accounts.ts'
import type {Blobs} from './blobs/blobs.ts'
import {callerParts} from './api/caller-parts.ts'
import {entrywaySettings, type PdsConfig} from './config.ts'
import {Devices} from './accounts/devices.ts'
import {factorParts} from './factors/factor-parts.ts'
import {identityParts} from './identity/identity-parts.ts'
import {Invites} from './accounts/invites.ts'
import {lexiconSources} from './lexicons/lexicon-sources.ts'
import {Lexicons} from './lexicons/lexicons.ts'
import {Logins} from './accounts/logins.ts'
import {mailParts} from './mail/mail-parts.ts'
import {oauthLimits} from './api/oauth-limits.ts'
import {oauthParts} from './oauth-parts.ts'
import {Passwords} from './accounts/passwords.ts'
import {PermissionSets} from './permissions/permission-sets.ts'
import {Preferences} from './accounts/preferences.ts'
import {RateLimits} from './api/rate-limits.ts'
import {reservedLabels} from './identity/reserved-names.ts'
import type {PdsStores} from './store/stores.ts'
import type {Repos} from './repos/repos.ts'
import type {Secrets} from './secrets.ts'
import {Standing} from './accounts/standing.ts'
import {Subjects} from './moderation/subjects.ts'
import {EntrywayTokens} from './entryway/entryway-tokens.ts'
import {EntrywayScopes} from './entryway/entryway-scopes.ts'
import {Tokens} from './accounts/tokens.ts'
import {isLoopbackHost} from '#std/wire/loopback.ts'

/** For one question to DNS. */
const dnsMs = 5_000

export interface AccountPartsOptions {
  config: PdsConfig
  /** This server's DID. */
  service: Did
  secrets: Secrets
  stores: PdsStores
  repos: Pick<Repos, 'forget'>
  blobs: Blobs
  world: World
  /** For URLs that strangers name. */
  guarded: World
  log: Log
  /** Called after an event is durable. */
  onEvent: () => void
  /** Told of each mail, and whether it went. */
  onMail: (isSent: boolean) => void
}

export function accountParts({
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
  onMail,
}: AccountPartsOptions) {
  const {publicUrl, handleDomains, barredEmailDomains} = config
  const {hostname} = new URL(publicUrl)
  const {accounts: accountStore, invites: inviteStore} = stores
  const limits = new RateLimits(config.rateLimits ?? !isLoopbackHost(hostname), world, openLimits('memory:', world.now))
  const entryway = entrywaySettings(config)
  const entrywayTokens = entryway && new EntrywayTokens({key: entryway.key, audiences: [service, entryway.did], world})
  const entrywayScopes = entryway && new EntrywayScopes(entryway, world)
  const identity = identityParts({config, secrets, entrywayKey: entryway?.rotationKey, world, guarded})
  const {plc, identities, ownIdentities} = identity
  const mail = mailParts({
    config,
    stores,
    mayNotify: (did, topic) => limits.mayNotify(did, topic),
    world,
    log,
    onMail,
  })
  const {emails, emailTokens} = mail
  const passwords = new Passwords(world, {
    by: config.passwordHashes,
    onFault: error => log.error('passwords are hashed by the library from here on', {error}),
  })
  const tokens = new Tokens(secrets.jwtSecret, service, world)
  const logins = new Logins({
    accounts: accountStore,
    sessions: stores.sessions,
    tokens,
    passwords,
    world,
    tell: (did, what) => emails.notify(did, 'app-passwords', what),
  })
  const standing = new Standing({
    accounts: accountStore,
    repoStore: stores.repos,
    keys: stores.keys,
    repos,
    preferences: stores.preferences,
    blobs,
    identities: ownIdentities,
    events: stores.events,
    world,
    onEvent,
  })
  const txt = dnsOverHttps({world: guarded, timeoutMs: dnsMs})
  const sources = lexiconSources({txt, identities, guarded})
  const lexicons = new Lexicons({store: stores.lexicons, sources, world, log})
  const {resource, ...oauth} = oauthParts({
    config,
    service,
    secrets,
    stores,
    limits: oauthLimits(limits),
    world,
    guarded,
    permissionSets: new PermissionSets(lexicons),
    elsewhere: entrywayTokens &&
      entrywayScopes && {
        accessTokens: entrywayTokens.ofClients,
        scopeOf: ({grantId}) => entrywayScopes.of(grantId),
      },
    log,
  })
  return {
    ...identity,
    ...mail,
    ...oauth,
    ...callerParts({
      config,
      service,
      secrets,
      stores,
      tokens: entrywayTokens ?? tokens,
      grantsAre: entryway ? 'there' : 'here',
      resource,
      identities: ownIdentities,
      limits,
      world,
    }),
    ...factorParts({
      accounts: accountStore,
      store: stores.factors,
      secret: secrets.factorSecret,
      logins,
      emails,
      emailTokens,
      mayMail: did => limits.mayMail(did),
      world,
      publicUrl,
    }),
    limits,
    entryway,
    accountsFrom: entryway ? ('entryway' as const) : ('here' as const),
    accountStore,
    passwords,
    logins,
    standing,
    lexicons,
    inviteStore,
    devices: new Devices({store: stores.devices, world}),
    preferences: new Preferences(stores.preferences, world),
    accounts: new Accounts({
      store: accountStore,
      keys: stores.keys,
      plc,
      logins,
      passwords,
      identities: ownIdentities,
      strangers: identities,
      world,
      handles: {domains: handleDomains, reserved: reservedLabels(config.reservedHandles)},
      barredEmailDomains,
      tell: (did, what, more) => emails.notify(did, 'password', what, more),
      onEvent,
    }),
    subjects: new Subjects({
      accounts: accountStore,
      blobs: stores.blobs,
      bytes: blobs,
      records: stores.repos,
      standing,
    }),
    invites: new Invites({
      store: inviteStore,
      world,
      hostname,
      everyMs: config.inviteInterval,
      epochMs: config.inviteEpoch,
      required: config.inviteRequired,
    }),
  }
}
