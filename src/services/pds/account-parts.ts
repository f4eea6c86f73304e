/** Wires what belongs to accounts: sign-up, logins, mail, standing, identities. The rest of the server is in `pds.ts`. */
import {openLimits} from '#engines/open.ts'
import type {Log} from '#std/log.ts'
import type {World} from '#std/world.ts'
import type {Did} from '#atp/syntax/did.ts'
import {directoryWorld} from '#runtime/directory-world.ts'
import {dnsOverHttps} from '#sdk/handle-lookup.ts'
import {Identities} from '#sdk/identity.ts'
import {Accounts} from './accounts/accounts.ts'
import {Admins} from './api/admins.ts'
import type {Blobs} from './blobs/blobs.ts'
import {authenticators, recheck} from './api/callers.ts'
import {didSetting, entrywaySettings, keySetting, smtpSetting, type PdsConfig} from './config.ts'
import {clientTokens} from './api/client-tokens.ts'
import {Delegates} from './api/delegates.ts'
import {Devices} from './accounts/devices.ts'
import {EmailTokens} from './mail/email-tokens.ts'
import {Emails} from './mail/emails.ts'
import {factorParts} from './factors/factor-parts.ts'
import {Invites} from './accounts/invites.ts'
import {lexiconSources} from './lexicons/lexicon-sources.ts'
import {Lexicons} from './lexicons/lexicons.ts'
import {Logins} from './accounts/logins.ts'
import {countingMailer, fileMailer, MailFolder} from './mail/mailer.ts'
import {newcomers} from './api/newcomers.ts'
import {oauthLimits} from './api/oauth-limits.ts'
import {oauthParts} from './oauth-parts.ts'
import {OwnIdentities} from './identity/own-identities.ts'
import {Passwords} from './accounts/passwords.ts'
import {PermissionSets} from './permissions/permission-sets.ts'
import {PlcOperations} from './identity/plc-operations.ts'
import {Preferences} from './accounts/preferences.ts'
import {RateLimits} from './api/rate-limits.ts'
import {reservedLabels} from './identity/reserved-names.ts'
import type {PdsStores} from './store/stores.ts'
import type {Repos} from './repos/repos.ts'
import type {Secrets} from './secrets.ts'
import {smtpMailer} from './mail/smtp.ts'
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
  const {publicUrl, plcUrl, handleDomains, barredEmailDomains} = config
  const {hostname} = new URL(publicUrl)
  const accountStore = stores.accounts
  const tokens = new Tokens(secrets.jwtSecret, service, world)
  const entryway = entrywaySettings(config)
  const entrywayTokens = entryway && new EntrywayTokens({key: entryway.key, audiences: [service, entryway.did], world})
  const entrywayScopes = entryway && new EntrywayScopes(entryway, world)
  const plc = new PlcOperations({
    world,
    directory: plcUrl,
    rotationKey: secrets.rotationKey,
    recoveryKey:
      config.recoveryDidKey === undefined ? undefined : keySetting('PDS_RECOVERY_DID_KEY', config.recoveryDidKey),
    publicUrl,
    entrywayKey: entryway?.rotationKey,
  })
  const identities = new Identities({
    world: directoryWorld(world, guarded, plcUrl),
    plcUrl,
    development: hostname === 'localhost',
  })
  const directory = new Identities({world, plcUrl})
  const ownIdentities = new OwnIdentities({directory, guarded: identities, plc, publicUrl})
  const passwords = new Passwords(world, {
    by: config.passwordHashes,
    onFault: error => log.error('passwords are hashed by the library from here on', {error}),
  })
  const emailTokens = new EmailTokens(stores.sessions, world)
  const inviteStore = stores.invites
  const limits = new RateLimits(config.rateLimits ?? !isLoopbackHost(hostname), world, openLimits('memory:', world.now))
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
  const mailer = config.smtpUrl
    ? smtpMailer(smtpSetting(config.smtpUrl), config.mailFrom)
    : fileMailer(config.mailFolder, world)
  const emails = new Emails({
    store: accountStore,
    tokens: emailTokens,
    mailer: countingMailer(mailer, onMail),
    world,
    hostname,
    log,
    barredDomains: barredEmailDomains,
    notes: stores.mailNotes,
    mayNotify: (did, topic) => limits.mayNotify(did, topic),
  })
  const logins = new Logins({
    accounts: accountStore,
    sessions: stores.sessions,
    tokens,
    passwords,
    world,
    tell: (did, what) => emails.notify(did, 'app-passwords', what),
  })
  const {adminPassword = secrets.adminPassword, moderatorDid} = config
  const moderator = moderatorDid === undefined ? undefined : didSetting('PDS_MODERATOR_DID', moderatorDid)
  const delegates = new Delegates({service, world, keyOf: ownIdentities.keyOf})
  const admins = new Admins({password: adminPassword, moderator, service, world, keyOf: ownIdentities.keyOf})
  const txt = dnsOverHttps({world: guarded, timeoutMs: dnsMs})
  const sources = lexiconSources({txt, identities, guarded})
  const lexicons = new Lexicons({store: stores.lexicons, sources, world, log})
  const permissionSets = new PermissionSets(lexicons)
  const {resource, ...oauth} = oauthParts({
    config,
    service,
    secrets,
    stores,
    limits: oauthLimits(limits),
    world,
    guarded,
    permissionSets,
    elsewhere: entrywayTokens &&
      entrywayScopes && {
        accessTokens: entrywayTokens.ofClients,
        scopeOf: ({grantId}) => entrywayScopes.of(grantId),
      },
    log,
  })
  return {
    mailNotes: stores.mailNotes,
    admins,
    // Codes are in it: for a server that only this machine reaches.
    mailFolder: isLoopbackHost(hostname) && !config.smtpUrl ? new MailFolder(config.mailFolder) : undefined,
    ...oauth,
    entryway,
    accountsFrom: entryway ? ('entryway' as const) : ('here' as const),
    accountStore,
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
    plc,
    passwords,
    identities,
    ownIdentities,
    didDocs: ownIdentities,
    logins,
    devices: new Devices({store: stores.devices, world}),
    emailTokens,
    emails,
    newcomers: newcomers(
      {keyOf: ownIdentities.keyOf, current: (did, look) => ownIdentities.current(did, look)},
      service,
      world,
    ),
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
    standing,
    subjects: new Subjects({
      accounts: accountStore,
      blobs: stores.blobs,
      bytes: blobs,
      records: stores.repos,
      standing,
    }),
    inviteStore,
    invites: new Invites({
      store: inviteStore,
      world,
      hostname,
      everyMs: config.inviteInterval,
      epochMs: config.inviteEpoch,
      required: config.inviteRequired,
    }),
    limits,
    lexicons,
    recheck: recheck(
      accountStore,
      // An entryway keeps its own, and is asked as seldom as it allows.
      async ({did, tokenId}) =>
        entryway !== undefined || (await stores.grants.scope(tokenId, did, world.now())) !== undefined,
    ),
    auth: authenticators(entrywayTokens ?? tokens, accountStore, limits, admins, delegates, clientTokens(resource)),
  }
}
