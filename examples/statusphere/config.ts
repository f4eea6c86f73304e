/** How the app is set up. */
import {choice, configSchema, port, text, url, urls, type ConfigOf} from '#std/config.ts'

export const statusphereConfig = configSchema(
  {
    name: 'statusphere',
    envPrefix: 'STATUSPHERE',
    about: 'Statusphere: say how you are with one emoji. An example of an app.',
  },
  {
    host: text({default: '127.0.0.1', help: 'The address to listen on.'}),
    port: port({default: 3000, help: 'The port to listen on.'}),
    publicUrl: url({
      default: 'http://127.0.0.1:{port}',
      help: 'Where people reach the app. On this machine it is a client for development; one of https shows by a key who it is.',
    }),
    source: choice(['tap', 'firehose'], {
      default: 'tap',
      help: 'What carries the network here: `tap`, which also tells what was there before, or `firehose`.',
    }),
    tapUrl: url({default: 'http://localhost:2480', help: 'The Tap.'}),
    tapAdminPassword: text({optional: true, secret: true, help: 'The password of the Tap, where it has one.'}),
    relayUrl: url({default: 'http://localhost:2470', help: 'The relay, or a single PDS, of which the firehose is.'}),
    plcUrl: url({default: 'http://localhost:2582', help: 'The PLC directory that keeps the identities.'}),
    handleResolver: urls({
      optional: true,
      help: 'PDSes that are asked for handles in place of DNS: for a network that lives on one machine.',
    }),
    privateKey: text({
      optional: true,
      secret: true,
      help: 'The key by which the app shows who it is, an ES256 JWK with its `kid`; one is made where it is not set.',
    }),
    database: text({
      default: 'sqlite:data/statusphere/statusphere.sqlite',
      help: 'Where all is kept, secrets among it: `sqlite:<file>`, or `memory:` for a try.',
    }),
  },
)

export type StatusphereConfig = ConfigOf<typeof statusphereConfig>
