/** How a PLC directory is set up. */
import {choice, configSchema, duration, port, text, url, type ConfigOf} from '#std/config.ts'

export const plcConfig = configSchema(
  {name: 'plc', envPrefix: 'PLC', about: 'A PLC directory: the record of did:plc identities.'},
  {
    host: text({default: '127.0.0.1', help: 'The address to listen on.'}),
    port: port({default: 2582, help: 'The port to listen on.'}),
    database: text({
      default: 'sqlite:data/plc/plc.sqlite',
      help: 'Where operations are stored: `sqlite:<file>`, or `memory:` for a try.',
    }),
    limits: choice(['strict', 'directory', 'spec'], {
      default: 'strict',
      help: 'Limits on new operations: those that the public directory enforces, those of the specification, or (strict) the tighter of each.',
    }),
    adminSecret: text({
      optional: true,
      secret: true,
      help: 'What POST /admin/removeInvalidOps asks for; without it nobody may.',
    }),
    upstream: url({
      optional: true,
      help: 'A directory to be a read replica of, such as https://plc.directory. Without it this is a directory of its own.',
    }),
    replicaWrites: choice(['refuse', 'forward'], {
      default: 'refuse',
      help: 'What a replica does with operations that it is sent: refuse them with the address of the directory that it follows, or pass them on to it.',
    }),
    recheckMs: duration({
      default: '10s',
      help: 'How often a replica holds a page of 1,000 operations that it has against those of its directory again; 0s for never.',
    }),
  },
)

export type PlcConfig = ConfigOf<typeof plcConfig>
