/** How a feed service is set up. */
import {ConfigError, configSchema, duration, list, port, size, text, url, urls, type ConfigOf} from '#std/config.ts'
import {type Did, isDid} from '#atp/syntax/did.ts'
import {isLoopbackHost} from '#std/wire/loopback.ts'

export const feedsConfig = configSchema(
  {name: 'feeds', envPrefix: 'FEEDS', about: 'Feeds: any number of feed generators, built in and your own.'},
  {
    host: text({default: '127.0.0.1', help: 'The address to listen on.'}),
    port: port({default: 2586, help: 'The port to listen on.'}),
    publicUrl: url({default: 'http://localhost:{port}', help: 'Where AppViews and PDSes reach it.'}),
    did: text({
      optional: true,
      help: 'Its DID, which records of feeds and tokens name. By default that of the public URL, as in did:web:feeds.example.com.',
    }),
    owner: text({
      optional: true,
      help: 'The DID of the account that has the records of its feeds. Unless set, any account may publish one.',
    }),
    folder: text({
      default: 'feeds',
      help: 'The folder of your own feeds, each a file. They are read again as they change.',
    }),
    builtIn: list({
      default: ['whats-hot', 'hot-classic', 'with-friends', 'friends-like', 'mutuals'],
      help: 'The built-in feeds that it offers.',
    }),
    relays: urls({default: ['http://localhost:2470'], help: 'Relays, or single PDSes, to follow.'}),
    jetstreams: urls({default: [], help: 'Jetstreams to follow; what they say is believed.'}),
    plcUrl: url({default: 'http://localhost:2582', help: 'The PLC directory that keeps the identities.'}),
    appviewUrl: url({default: 'http://localhost:2584', help: 'The AppView that knows who follows whom back.'}),
    keepPosts: duration({
      default: '48h',
      help: 'How long posts are kept, and how much of them is read at the first start.',
    }),
    database: text({
      default: 'sqlite:data/feeds/feeds.sqlite',
      help: 'Where posts and counts are kept: `sqlite:<file>`, or `memory:` for a try.',
    }),
    cacheSize: size({default: '128MB', help: 'Memory for pages of the database, for reading and writing each.'}),
    privacyPolicy: url({optional: true, help: 'Where its privacy policy is, for describeFeedGenerator.'}),
    termsOfService: url({optional: true, help: 'Where its terms of service are, for describeFeedGenerator.'}),
  },
)

export type FeedsConfig = ConfigOf<typeof feedsConfig>

/** Its own DID and that of the owner. Throws `ConfigError` with each text that is no DID. */
export function didsOf({did, owner, publicUrl}: Pick<FeedsConfig, 'did' | 'owner' | 'publicUrl'>): {
  readonly did: Did
  readonly owner: Did | undefined
} {
  const own = did ?? `did:web:${encodeURIComponent(new URL(publicUrl).host)}`
  const faults = Object.entries({FEEDS_DID: own, FEEDS_OWNER: owner}).flatMap(([name, given]) =>
    given === undefined || isDid(given) ? [] : [`${name} is "${given}", which is not a DID.`],
  )
  if (faults.length > 0) throw new ConfigError('feeds', faults)
  return {did: own as Did, owner: owner as Did | undefined}
}

/** Whether it is for this machine alone, where identities may be on it, too. */
export const isDevelopment = ({publicUrl}: Pick<FeedsConfig, 'publicUrl'>): boolean =>
  isLoopbackHost(new URL(publicUrl).hostname)
