/** How a PLC directory is set up. */
import {choice, configSchema, port, text, type ConfigOf} from '#std/config.ts'

export const plcConfig = configSchema(
  {name: 'plc', envPrefix: 'PLC', about: 'A PLC directory: the record of did:plc identities.'},
  {
    host: text({default: '127.0.0.1', help: 'The address to listen on.'}),
    port: port({default: 2582, help: 'The port to listen on.'}),
    database: text({default: 'sqlite:data/plc/plc.sqlite', help: 'Where operations are stored.'}),
    limits: choice(['directory', 'spec'], {
      default: 'directory',
      help: 'Limits on operations: those that the public directory enforces, or those of the specification.',
    }),
  },
)

export type PlcConfig = ConfigOf<typeof plcConfig>
