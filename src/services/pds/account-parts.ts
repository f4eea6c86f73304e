/** Wires what belongs to accounts: sign-up, logins, mail, standing, identities. The rest of the server is in `pds.ts`. */
import type {Log} from '#std/log.ts'
import type {World} from '#std/world.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {Sql} from '#engines/sql/sql.ts'
import {directoryWorld} from '#runtime/directory-world.ts'
import {Identities} from '#sdk/identity.ts'
import {sqliteAccountStore} from './account-store.sqlite.ts'
import {Accounts} from './accounts.ts'
import {Admins} from './admins.ts'
import type {BlobRowStore} from './blob-row-store.ts'
import type {Blobs} from './blobs.ts'
import {authenticators} from './callers.ts'
import {didSetting, keySetting, smtpSetting, type PdsConfig} from './config.ts'
import {Delegates} from './delegates.ts'
import {sqliteEmailTokenStore} from './email-token-store.sqlite.ts'
import {EmailTokens} from './email-tokens.ts'
import {Emails} from './emails.ts'
import {sqliteEventStore} from './event-store.sqlite.ts'
import {sqliteInviteStore} from './invite-store.sqlite.ts'
import {Invites} from './invites.ts'
import {Logins} from './logins.ts'
import {fileMailer} from './mailer.ts'
import {newcomers} from './newcomers.ts'
import {OwnIdentities} from './own-identities.ts'
import {PlcOperations} from './plc-operations.ts'
import {sqlitePreferenceStore} from './preference-store.sqlite.ts'
import {Preferences} from './preferences.ts'
import {RateLimits} from './rate-limits.ts'
import type {RepoStore} from './repo-store.ts'
import type {Repos} from './repos.ts'
import type {Secrets} from './secrets.ts'
import {smtpMailer} from './smtp.ts'
import {Standing} from './standing.ts'
import {Subjects} from './subjects.ts'
import {Tokens} from './tokens.ts'

/** Only this machine reaches a server of this name. */
const isLoopback = (hostname: string): boolean => /^(?:localhost$|127\.|\[::1\])/.test(hostname)

export interface AccountPartsOptions {
  config: PdsConfig
  /** This server's DID. */
  service: Did
  secrets: Secrets
  sql: Sql
  store: RepoStore
  repos: Pick<Repos, 'forget'>
  blobRows: BlobRowStore
  blobs: Blobs
  world: World
  /** For URLs that strangers name. */
  guarded: World
  log: Log
  /** Called after an event is durable. */
  onEvent: () => void
}

export function accountParts({
  config,
  service,
  secrets,
  sql,
  store,
  repos,
  blobRows,
  blobs,
  world,
  guarded,
  log,
  onEvent,
}: AccountPartsOptions) {
  const {publicUrl, plcUrl, handleDomains} = config
  const {hostname} = new URL(publicUrl)
  const accountStore = sqliteAccountStore(sql)
  const preferenceStore = sqlitePreferenceStore(sql)
  const tokens = new Tokens(secrets.jwtSecret, service, world)
  const plc = new PlcOperations({
    world,
    directory: plcUrl,
    rotationKey: secrets.rotationKey,
    recoveryKey:
      config.recoveryDidKey === undefined ? undefined : keySetting('PDS_RECOVERY_DID_KEY', config.recoveryDidKey),
    publicUrl,
  })
  const identities = new Identities({
    world: directoryWorld(world, guarded, plcUrl),
    plcUrl,
    development: hostname === 'localhost',
  })
  const directory = new Identities({world, plcUrl})
  const ownIdentities = new OwnIdentities({directory, guarded: identities, plc, publicUrl})
  const logins = new Logins({store: accountStore, tokens, world})
  const emailTokens = new EmailTokens(sqliteEmailTokenStore(sql), world)
  const inviteStore = sqliteInviteStore(sql)
  const limits = new RateLimits(config.rateLimits ?? !isLoopback(hostname), world)
  const standing = new Standing({
    accounts: accountStore,
    repoStore: store,
    repos,
    preferences: preferenceStore,
    blobs,
    identities: ownIdentities,
    events: sqliteEventStore(sql),
    world,
    onEvent,
  })
  const mailer = config.smtpUrl
    ? smtpMailer(smtpSetting(config.smtpUrl), config.mailFrom)
    : fileMailer(config.mailFolder, world)
  const {adminPassword = secrets.adminPassword, moderatorDid} = config
  const moderator = moderatorDid === undefined ? undefined : didSetting('PDS_MODERATOR_DID', moderatorDid)
  const delegates = new Delegates({service, world, keyOf: ownIdentities.keyOf})
  const admins = new Admins({password: adminPassword, moderator, service, world, keyOf: ownIdentities.keyOf})
  return {
    accountStore,
    plc,
    identities,
    ownIdentities,
    didDocs: ownIdentities,
    logins,
    emailTokens,
    emails: new Emails({store: accountStore, tokens: emailTokens, mailer, world, hostname, log}),
    newcomers: newcomers({keyOf: ownIdentities.keyOf}, service, world),
    preferences: new Preferences(preferenceStore, world),
    accounts: new Accounts({
      store: accountStore,
      plc,
      logins,
      identities: ownIdentities,
      strangers: identities,
      world,
      handleDomains,
      onEvent,
    }),
    standing,
    subjects: new Subjects({accounts: accountStore, blobs: blobRows, records: store, standing}),
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
    auth: authenticators(tokens, accountStore, limits, admins, delegates),
  }
}
