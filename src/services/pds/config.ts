/** How a PDS is set up. */
import {
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
  type ConfigOf,
} from '#std/config.ts'
import {Malformed} from '#std/malformed.ts'
import {parseDidKey} from '#atp/crypto/key.ts'
import {isDid, type Did} from '#atp/syntax/did.ts'

export const pdsConfig = configSchema(
  {name: 'pds', envPrefix: 'PDS', about: 'A PDS: the accounts, repositories and blobs of its people.'},
  {
    host: text({default: '127.0.0.1', help: 'The address to listen on.'}),
    port: port({default: 2583, help: 'The port to listen on.'}),
    publicUrl: url({default: 'http://localhost:{port}', help: 'Where others reach this server.'}),
    handleDomains: list({default: ['.test'], help: 'Domains under which handles are given out, each with its dot.'}),
    plcUrl: url({default: 'http://localhost:2582', help: 'The PLC directory that keeps the identities.'}),
    appviewUrl: url({optional: true, help: 'The AppView that answers what this server does not: where it is.'}),
    appviewDid: text({optional: true, help: 'The DID of that AppView, unless it is the did:web of its host.'}),
    services: list({
      default: [],
      help: 'Other services by name, as "<did>#<service> <url>", and a DID behind it if tokens are for another.',
    }),
    modService: text({optional: true, help: 'Who takes tools.ozone.* calls without a header, as "<did>#<service>".'}),
    reportService: text({optional: true, help: 'Who takes reports, as "<did>#<service>"; else the same.'}),
    relays: list({default: [], help: 'Relays that are told of this server, such as https://relay.example.com.'}),
    relayNotice: duration({default: '20m', help: 'A relay is told of news no more often than this.'}),
    database: text({default: 'sqlite:data/pds/pds.sqlite', help: 'Where accounts and repositories are kept.'}),
    blobs: text({default: 'file:data/pds/blobs', help: 'Where blobs are kept.'}),
    eventsAgeMax: duration({default: '3d', help: 'Events of the firehose that are older than this are thrown away.'}),
    eventsSizeMax: size({default: '10GB', help: 'Above this the oldest events are thrown away before their time.'}),
    acceptLossTo: integer({
      optional: true,
      min: 1,
      help: 'After a loss of data, for one start: the number of the newest event that was told, as the refusal names it.',
    }),
    secrets: text({default: 'data/pds/secrets.json', help: 'The file of secrets; made on first start, mode 0600.'}),
    smtpUrl: text({
      secret: true,
      optional: true,
      help: 'A mail server, such as smtps://user:password@mail.example.com.',
    }),
    mailFrom: text({default: 'no-reply@localhost', help: 'The sender of mail to people here.'}),
    mailFolder: text({default: 'data/pds/mail', help: 'Where mail is written, mode 0600, without a mail server.'}),
    blobSizeMax: size({default: '100MB', help: 'The biggest blob taken in.'}),
    importSizeMax: size({default: '300MB', help: 'The biggest repository that an account may bring along.'}),
    adminPassword: text({
      secret: true,
      optional: true,
      help: 'Rules over all accounts; made on first start if not given.',
    }),
    moderatorDid: text({optional: true, help: 'The DID of the moderation service that may take accounts down.'}),
    rateLimits: flag({optional: true, help: 'Whether calls are counted and limited; by default unless on localhost.'}),
    inviteInterval: duration({
      optional: true,
      help: 'How long an account waits for each invite code it may give away.',
    }),
    inviteEpoch: integer({
      default: 0,
      help: 'No account earns codes for the time before this: milliseconds since 1970.',
    }),
    recoveryDidKey: text({
      optional: true,
      help: 'A key (did:key) that stands above the one of this server in each identity made here; its owner keeps it apart.',
    }),
    privacyPolicyUrl: url({optional: true, help: 'The page that says what becomes of people’s data.'}),
    termsOfServiceUrl: url({optional: true, help: 'The page of the terms of this server.'}),
    contactEmail: text({
      env: 'PDS_CONTACT_EMAIL_ADDRESS',
      optional: true,
      help: 'Where people write who have something to say about this server.',
    }),
    inviteRequired: flag({default: false, help: 'Whether a new account needs an invite code.'}),
  },
)

export type PdsConfig = ConfigOf<typeof pdsConfig>

/** A DID among the settings. Throws `ConfigError` for what is none. */
export function didSetting(name: string, text: string): Did {
  if (!isDid(text)) throw new ConfigError('pds', [`${name} is "${text}", which is no DID.`])
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

/** The mail server among the settings. Throws as above; the value itself is a secret. */
export function smtpSetting(text: string): URL {
  const url = URL.parse(text)
  if (url && /^smtps?:$/.test(url.protocol) && url.hostname !== '') return url
  throw new ConfigError('pds', ['PDS_SMTP_URL: expected a URL such as smtps://user:password@mail.example.com.'])
}
