/** Wires what belongs to accounts: sign-up, logins, mail, standing, identities. The rest of the server is in `pds.ts`. */
import type {Log} from '#std/log.ts'
import type {World} from '#std/world.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {Sql} from '#engines/sql/sql.ts'
import {directoryWorld} from '#runtime/directory-world.ts'
import {Identities} from '#sdk/identity.ts'
import {sqliteAccountStore} from './store/account-store.sqlite.ts'
import {Accounts} from './accounts/accounts.ts'
import {Admins} from './api/admins.ts'
import type {BlobRowStore} from './store/blob-row-store.ts'
import type {Blobs} from './blobs/blobs.ts'
import {authenticators} from './api/callers.ts'
import {didSetting, keySetting, smtpSetting, type PdsConfig} from './config.ts'
import {Delegates} from './api/delegates.ts'
import {sqliteEmailTokenStore} from './store/email-token-store.sqlite.ts'
import {EmailTokens} from './mail/email-tokens.ts'
import {Emails} from './mail/emails.ts'
import {sqliteEventStore} from './store/event-store.sqlite.ts'
import {sqliteInviteStore} from './store/invite-store.sqlite.ts'
import {Invites} from './accounts/invites.ts'
import {Logins} from './accounts/logins.ts'
import {fileMailer} from './mail/mailer.ts'
import {newcomers} from './api/newcomers.ts'
import {OwnIdentities} from './identity/own-identities.ts'
import {PlcOperations} from './identity/plc-operations.ts'
import {sqlitePreferenceStore} from './store/preference-store.sqlite.ts'
import {Preferences} from './accounts/preferences.ts'
import {RateLimits} from './api/rate-limits.ts'
import type {RepoStore} from './store/repo-store.ts'
import type {Repos} from './repos/repos.ts'
import type {Secrets} from './secrets.ts'
import {smtpMailer} from './mail/smtp.ts'
import {Standing} from './accounts/standing.ts'
import {Subjects} from './moderation/subjects.ts'
import {Tokens} from './accounts/tokens.ts'

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
