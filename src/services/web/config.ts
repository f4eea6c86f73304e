/** How the pages are set up. */
import {ConfigError, configSchema, list, port, text, url, type ConfigOf} from '#std/config.ts'

export const webConfig = configSchema(
  {name: 'web', envPrefix: 'WEB', about: 'The website: a home page, a social app, and an explorer.'},
  {
    host: text({default: '127.0.0.1', help: 'The address to listen on.'}),
    port: port({default: 2580, help: 'The port to listen on.'}),
    publicUrl: url({default: 'http://localhost:{port}', help: 'Where people reach the site.'}),
    pdsUrl: url({default: 'http://localhost:2583', help: 'The PDS where people sign up and in.'}),
    appviewUrl: url({default: 'http://localhost:2584', help: 'The AppView for visitors without an account.'}),
    plcUrl: url({default: 'http://localhost:2582', help: 'The PLC directory of this network.'}),
    publicPlcUrl: url({
      default: 'https://plc.directory',
      help: 'The PLC directory for identities that this network’s own does not have.',
    }),
    relayUrl: url({default: 'http://localhost:2470', help: 'The relay.'}),
    jetstreamUrl: url({default: 'http://localhost:6008', help: 'Jetstream, for live events.'}),
    metricsUrl: url({
      default: 'http://localhost:2581',
      help: 'Where the metrics are, for the home page.',
    }),
    services: list({
      default: ['plc {plcUrl}', 'pds {pdsUrl}', 'relay {relayUrl}', 'jetstream {jetstreamUrl}', 'appview {appviewUrl}'],
      help: 'Services listed on the home page, each as "<name> <url>".',
    }),
    database: text({
      default: 'sqlite:data/web/web.sqlite',
      help: 'Where sessions are kept, which is secret: `sqlite:<file>`, or `memory:` for a try.',
    }),
  },
)

export type WebConfig = ConfigOf<typeof webConfig>

/** Where each of the services on the home page is, by its name; this one is the last. Throws `ConfigError`. */
export function servicesOf({services, publicUrl}: Pick<WebConfig, 'services' | 'publicUrl'>): Record<string, string> {
  const places = services.map(item => {
    const [, name, url] = /^([a-z]+) +(\S+)$/.exec(item) ?? []
    if (name === undefined || !/^https?:$/.test(URL.parse(url)?.protocol ?? '')) {
      const form = '"<name> <url>", such as "pds https://pds.example.com"'
      throw new ConfigError('web', [`WEB_SERVICES has the item "${item}". Expected ${form}.`])
    }
    return [name, url.replace(/\/+$/, '')]
  })
  return {...Object.fromEntries(places), [webConfig.name]: publicUrl}
}
