/** How a Jetstream is set up. */
import {choice, configSchema, duration, flag, port, size, text, url, type ConfigOf} from '#std/config.ts'

export const jetstreamConfig = configSchema(
  {
    name: 'jetstream',
    envPrefix: 'JETSTREAM',
    about: 'A Jetstream: the firehose as plain JSON, filtered for each reader.',
  },
  {
    host: text({default: '127.0.0.1', help: 'The address to listen on.'}),
    port: port({default: 6008, help: 'The port to listen on.'}),
    upstream: url({default: 'http://localhost:2470', help: 'The relay whose events are given out.'}),
    verify: flag({default: false, help: 'Whether events are verified here, for a relay that is not trusted.'}),
    plcUrl: url({default: 'http://localhost:2582', help: 'The PLC directory, where events are verified here.'}),
    start: choice(['oldest', 'live'], {
      default: 'oldest',
      help: 'Which events of the relay the first start begins at.',
    }),
    log: text({default: 'file:data/jetstream/log', help: 'Where the events are kept.'}),
    replayWindow: duration({default: '24h', help: 'How long events are kept for readers to come back to.'}),
    dictionary: text({
      optional: true,
      help: 'File of the zstd dictionary for readers that ask for compress=true: zstd_dictionary of bluesky-social/jetstream.',
    }),
    logSizeMax: size({default: '100GB', help: 'The oldest events go when all take more than this.'}),
  },
)

export type JetstreamConfig = ConfigOf<typeof jetstreamConfig>
