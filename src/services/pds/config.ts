/** How a PDS is set up. */
import {
  choice,
  ConfigError,
  configSchema,
  duration,
  flag,
  integer,
  list,
  port,
  size,
  text,
  url,
  urls,
  type ConfigOf,
} from '#std/config.ts'
import {Malformed} from '#std/malformed.ts'
import {throwAwayDomains} from './mail/addresses.ts'
import {fromHex} from '#std/bytes.ts'
import {parseDidKey, publicKeyOf, type PublicKey} from '#atp/crypto/key.ts'
import {isDid, type Did} from '#atp/syntax/did.ts'

export const pdsConfig = configSchema(
  {name: 'pds', envPrefix: 'PDS', about: 'A PDS: the accounts, repositories and blobs of its people.'},
  {
    host: text({default: '127.0.0.1', help: 'The address to listen on.'}),
    port: port({default: 2583, help: 'The port to listen on.'}),
    publicUrl: url({default: 'http://localhost:{port}', help: 'Where others reach this server.'}),
    handleDomains: list({default: ['.test'], help: 'Domains for new handles, each starting with a dot.'}),
    reservedHandles: list({
      default: [],
      help: 'Names that nobody is given, beside the built-in ones; one of those is freed by "!" before it.',
    }),
    barredEmailDomains: list({
      default: throwAwayDomains,
      help: 'Domains of email addresses that no account may have; by default those of known throw-away services.',
    }),
    plcUrl: url({default: 'http://localhost:2582', help: 'The PLC directory that keeps the identities.'}),
    appviewUrl: url({optional: true, help: 'URL of the AppView that answers all other calls.'}),
    appviewDid: text({optional: true, help: 'The DID of that AppView, unless it is the did:web of its host.'}),
    appviewCdnUrlPattern: text({
      optional: true,
      help: 'Where that AppView shows pictures, with "%s" for preset, DID and CID, such as https://cdn.example.com/img/%s/plain/%s/%s.',
    }),
    services: list({
      default: [],
      help: 'Other services, each as "<did>#<service> <url>", optionally followed by the DID that tokens are for.',
    }),
    modService: text({
      optional: true,
      help: 'Service for tools.ozone.* calls without an atproto-proxy header, as "<did>#<service>".',
    }),
    reportService: text({optional: true, help: 'Service for reports, as "<did>#<service>"; by default the same.'}),
    chatService: text({
      optional: true,
      help: 'Service for chat.* calls without an atproto-proxy header, as "<did>#<service>".',
    }),
    relays: urls({default: [], help: 'Relays to notify of this server, such as https://relay.example.com.'}),
    relayInterval: duration({default: '20m', help: 'Shortest time between two notifications to a relay.'}),
    database: text({
      default: 'sqlite:data/pds/pds.sqlite',
      help: 'Where accounts and repositories are kept: `sqlite:<file>`, or `memory:` for a try.',
    }),
    blobs: text({
      default: 'file:data/pds/blobs',
      help: 'Where blobs are kept: `file:<folder>`, or `memory:` for a try.',
    }),
    readerThreads: integer({
      optional: true,
      min: 0,
      max: 16,
      help: 'Threads for long reads, such as whole repositories; by default one less than processors, up to 4.',
    }),
    eventsAgeMax: duration({default: '3d', help: 'Firehose events older than this are deleted.'}),
    eventsSizeMax: size({default: '10GB', help: 'Above this size the oldest events are deleted early.'}),
    acceptLossTo: integer({
      optional: true,
      min: 1,
      help: 'After data loss, for one start: the number of the newest event that was sent, as the error message names it.',
    }),
    secrets: text({default: 'data/pds/secrets.json', help: 'The file for secrets; created on first start, mode 0600.'}),
    smtpUrl: text({
      secret: true,
      optional: true,
      help: 'A mail server, such as smtps://user:password@mail.example.com.',
    }),
    mailFrom: text({default: 'no-reply@localhost', help: 'Sender address of emails.'}),
    mailFolder: text({
      default: 'data/pds/mail',
      help: 'Without a mail server, emails are written to this folder, mode 0600.',
    }),
    blobSizeMax: size({default: '100MB', help: 'The largest blob accepted.'}),
    blobWaitingSizeMax: size({
      default: '2GB',
      help: 'How much an account may upload that no record refers to yet.',
    }),
    pictureNotes: flag({
      default: true,
      help: 'Whether uploaded pictures (JPEG, PNG, WebP) keep what cameras write into them, such as the place.',
    }),
    importSizeMax: size({default: '300MB', help: 'The largest repository accepted for import.'}),
    passwordHashes: choice(['own', 'library'], {
      default: 'own',
      help: 'What hashes passwords that come at the same time: `own` is our own code, twice as fast; `library` is OpenSSL alone.',
    }),
    adminPassword: text({
      secret: true,
      optional: true,
      help: 'Password for com.atproto.admin.* calls; generated on first start if not set.',
    }),
    moderatorDid: text({optional: true, help: 'DID of the moderation service that may take accounts down.'}),
    rateLimits: flag({optional: true, help: 'Whether to enforce rate limits; by default unless on localhost.'}),
    inviteInterval: duration({
      optional: true,
      help: 'How often an account earns an invite code.',
    }),
    inviteEpoch: integer({
      default: 0,
      help: 'Accounts earn no codes for the time before this, in milliseconds since 1970.',
    }),
    recoveryDidKey: text({
      optional: true,
      help: 'Recovery key (did:key) for identities created here, ranked above this server’s own; keep its private key elsewhere.',
    }),
    privacyPolicyUrl: url({optional: true, help: 'URL of the privacy policy.'}),
    termsOfServiceUrl: url({optional: true, help: 'URL of the terms of service.'}),
    entrywayUrl: url({
      optional: true,
      help: 'The entryway that accounts log in at, in place of this server; needs the three settings below.',
    }),
    entrywayDid: text({optional: true, help: 'DID of the entryway.'}),
    entrywayKey: text({
      env: 'PDS_ENTRYWAY_JWT_VERIFY_KEY_K256_PUBLIC_KEY_HEX',
      optional: true,
      help: 'Public key (k256, hexadecimal) that the access tokens of the entryway are signed by.',
    }),
    entrywayPlcRotationKey: text({
      optional: true,
      help: 'Public key (did:key) by which the entryway changes identities.',
    }),
    contactEmail: text({
      env: 'PDS_CONTACT_EMAIL_ADDRESS',
      optional: true,
      help: 'Contact email address.',
    }),
    oauthTrustedClients: list({
      default: [],
      help: 'Apps that you vouch for, each by its client id: people are not asked again for what they have granted.',
    }),
    inviteRequired: flag({default: false, help: 'Whether new accounts need an invite code.'}),
  },
)

export type PdsConfig = ConfigOf<typeof pdsConfig>

/** A DID among the settings. Throws `ConfigError` for what is none. */
export function didSetting(name: string, text: string): Did {
  if (!isDid(text)) throw new ConfigError('pds', [`${name} is "${text}", which is not a DID.`])
  return text
}

/** A public key (did:key) among the settings. Throws as above. */
export function keySetting(name: string, text: string): string {
  try {
    parseDidKey(text)
    return text
  } catch (error) {
    if (!(error instanceof Malformed)) throw error
    throw new ConfigError('pds', [`${name} is "${text}". Expected a public key such as did:key:zQ3sh….`])
  }
}

/** The addresses of pictures among the settings. Throws as above. */
export function picturesSetting(text: string | undefined): string | undefined {
  if (text === undefined || (/^https?:\/\//.test(text) && text.split('%s').length === 4)) return text
  const form = 'a URL with %s three times, for preset, DID and CID'
  throw new ConfigError('pds', [`PDS_APPVIEW_CDN_URL_PATTERN is "${text}". Expected ${form}.`])
}

/** The mail server among the settings. Throws as above; the value itself is a secret. */
export function smtpSetting(text: string): URL {
  const url = URL.parse(text)
  if (url && /^smtps?:$/.test(url.protocol) && url.hostname !== '') return url
  throw new ConfigError('pds', ['PDS_SMTP_URL: expected a URL such as smtps://user:password@mail.example.com.'])
}

export interface EntrywaySettings {
  url: string
  did: Did
  /** Signs its access tokens. */
  key: PublicKey
  /** did:key */
  rotationKey: string
}

/** The entryway among the settings, if there is one. Throws as above. */
export function entrywaySettings({
  entrywayUrl: url,
  entrywayDid: did,
  entrywayKey: hex,
  entrywayPlcRotationKey: rotationKey,
}: PdsConfig): EntrywaySettings | undefined {
  if (url === undefined) return undefined
  if (did === undefined || hex === undefined || rotationKey === undefined) {
    const names = 'PDS_ENTRYWAY_DID, PDS_ENTRYWAY_JWT_VERIFY_KEY_K256_PUBLIC_KEY_HEX and PDS_ENTRYWAY_PLC_ROTATION_KEY'
    throw new ConfigError('pds', [`PDS_ENTRYWAY_URL needs ${names} beside it.`])
  }
  const name = 'PDS_ENTRYWAY_JWT_VERIFY_KEY_K256_PUBLIC_KEY_HEX'
  const point = fromHex(hex)
  try {
    if (!point) throw new Malformed('public-key', 'bad-syntax', 'not hexadecimal')
    return {
      url: new URL(url).origin,
      did: didSetting('PDS_ENTRYWAY_DID', did),
      key: publicKeyOf('k256', point),
      rotationKey: keySetting('PDS_ENTRYWAY_PLC_ROTATION_KEY', rotationKey),
    }
  } catch (error) {
    if (!(error instanceof Malformed)) throw error
    throw new ConfigError('pds', [`${name} is "${hex}". Expected a public key of k256, 33 or 65 bytes in hexadecimal.`])
  }
}
