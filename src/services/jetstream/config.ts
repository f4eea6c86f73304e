/** How a Jetstream is set up. */
import {choice, configSchema, duration, flag, port, size, text, url, type ConfigOf} from '#std/config.ts'

export const jetstreamConfig = configSchema(
  {
    name: 'jetstream',
    envPrefix: 'JETSTREAM',
    about: 'A Jetstream: the firehose as plain JSON, filtered for each client.',
  },
  {
    host: text({default: '127.0.0.1', help: 'The address to listen on.'}),
    port: port({default: 6008, help: 'The port to listen on.'}),
    upstream: url({default: 'http://localhost:2470', help: 'The relay to read from.'}),
    verify: flag({default: false, help: 'Whether to verify events here, for a relay that is not trusted.'}),
    plcUrl: url({default: 'http://localhost:2582', help: 'The PLC directory, to verify events with.'}),
    start: choice(['oldest', 'live'], {
      default: 'oldest',
      help: 'Where to begin on the first start: at the oldest event of the relay, or now.',
    }),
    log: text({
      default: 'file:data/jetstream/log',
      help: 'Where events are stored: `file:<folder>`, or `memory:` for a try.',
    }),
    replayWindow: duration({default: '24h', help: 'How long events are kept, for clients to resume from a cursor.'}),
    archive: text({
      default: 'file:data/jetstream/archive',
      help: 'Where the archive is stored: `file:<folder>`, or `none`. There is none with a log in memory.',
    }),
    archiveWindow: duration({
      optional: true,
      help: 'How long events are kept in the archive; for ever when left out.',
    }),
    archiveSizeMax: size({default: '1000GB', help: 'Above this size the oldest segments of the archive are deleted.'}),
    segmentSize: size({default: '64MB', help: 'The size of a segment of the archive, about.'}),
    segmentAge: duration({
      default: '12h',
      help: 'A segment of which the first event is as old as this is sealed, so that it can be downloaded.',
    }),
    compactionInterval: duration({
      default: '4h',
      help: 'How often what was deleted is taken out of the archive; 0s for never.',
    }),
    timestampImportToken: text({
      optional: true,
      secret: true,
      help: 'The bearer token of importTimestamps and getImportStatus; nobody may ask for them unless it is set.',
    }),
    timestampImportDir: text({
      default: 'data/jetstream/imports',
      help: 'The folder of the files that importTimestamps may be asked to read.',
    }),
    subscribeCursors: flag({
      default: false,
      help: 'Whether each event of /subscribe has its number as `cursor`, as v2 of the official server gives it there; v1 has none.',
    }),
    dictionary: text({
      optional: true,
      help: 'File of the zstd dictionary for clients that ask for compress=true: zstd_dictionary of bluesky-social/jetstream.',
    }),
    eventsDictionary: text({
      optional: true,
      help: 'File of the zstd dictionary for clients of subscribeEvents; without it, the one that comes with this program.',
    }),
    logSizeMax: size({default: '100GB', help: 'Above this size the oldest events are deleted.'}),
  },
)

export type JetstreamConfig = ConfigOf<typeof jetstreamConfig>
