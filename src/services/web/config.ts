/** How the pages are set up. */
import {configSchema, port, text, url, type ConfigOf} from '#std/config.ts'

export const webConfig = configSchema(
  {name: 'web', envPrefix: 'WEB', about: 'The pages: the network’s home, an app to take part in it, and an explorer.'},
  {
    host: text({default: '127.0.0.1', help: 'The address to listen on.'}),
    port: port({default: 2580, help: 'The port to listen on.'}),
    publicUrl: url({default: 'http://localhost:{port}', help: 'Where people reach the pages.'}),
    pdsUrl: url({default: 'http://localhost:2583', help: 'The PDS that accounts are made and signed in at.'}),
    appviewUrl: url({default: 'http://localhost:2584', help: 'The AppView that visitors without an account read.'}),
    plcUrl: url({default: 'http://localhost:2582', help: 'The PLC directory that keeps the identities.'}),
    publicPlcUrl: url({
      default: 'https://plc.directory',
      help: 'Where the explorer looks up identities that this network’s own directory does not know.',
    }),
    relayUrl: url({default: 'http://localhost:2470', help: 'The relay.'}),
    jetstreamUrl: url({default: 'http://localhost:6008', help: 'Jetstream, for what happens just now.'}),
    metricsUrl: url({
      default: 'http://localhost:2581',
      help: 'Where the program shows its numbers, for the home page.',
    }),
    database: text({default: 'sqlite:data/web/web.sqlite', help: 'Where sessions are kept. Secret.'}),
  },
)

export type WebConfig = ConfigOf<typeof webConfig>
