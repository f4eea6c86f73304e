/** How an AppView is set up. */
import {ConfigError, configSchema, list, port, size, text, url, urls, type ConfigOf} from '#std/config.ts'
import {isDid} from '#atp/syntax/did.ts'

export const appviewConfig = configSchema(
  {name: 'appview', envPrefix: 'APPVIEW', about: 'An AppView: what app.bsky clients read, indexed from a relay.'},
  {
    host: text({default: '127.0.0.1', help: 'The address to listen on.'}),
    port: port({default: 2584, help: 'The port to listen on.'}),
    publicUrl: url({default: 'http://localhost:{port}', help: 'Where clients and other services reach it.'}),
    did: text({
      optional: true,
      help: 'Its DID, which tokens for it name. By default that of the public URL, as in did:web:api.example.com.',
    }),
    audiences: list({default: [], help: 'Other DIDs that tokens for it may name, such as did:web:api.bsky.app.'}),
    relays: urls({default: ['http://localhost:2470'], help: 'Relays to follow, as URLs.'}),
    plcUrl: url({default: 'http://localhost:2582', help: 'The PLC directory that keeps the identities.'}),
    handleResolver: urls({
      optional: true,
      help: 'PDSes that are asked for handles in place of DNS: for a network that lives on one machine.',
    }),
    database: text({
      default: 'sqlite:data/appview/appview.sqlite',
      help: 'Where the index is kept: `sqlite:<file>`, or `memory:` for a try.',
    }),
    cacheSize: size({default: '256MB', help: 'Memory for pages of the database, for reading and writing each.'}),
  },
)

export type AppViewConfig = ConfigOf<typeof appviewConfig>

/** The DIDs that tokens may name, its own first. Throws `ConfigError` with each text that is none. */
export function didsOf({
  did,
  audiences,
  publicUrl,
}: Pick<AppViewConfig, 'did' | 'audiences' | 'publicUrl'>): readonly [own: string, ...others: string[]] {
  const own = did ?? `did:web:${encodeURIComponent(new URL(publicUrl).host)}`
  const faults = [
    ...(isDid(own) ? [] : [`APPVIEW_DID is "${own}", which is not a DID.`]),
    ...audiences.filter(text => !isDid(text)).map(text => `APPVIEW_AUDIENCES has "${text}", which is not a DID.`),
  ]
  if (faults.length > 0) throw new ConfigError('appview', faults)
  return [own, ...audiences]
}
