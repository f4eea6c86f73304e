/** `wholesky plc`: a PLC directory alone. */
import {plcConfig} from '#services/plc/config.ts'
import {openPlc} from '#services/plc/plc.ts'
import {serve} from './serve.ts'

export const main = (args: readonly string[]): Promise<void> =>
  serve(plcConfig, args, (config, {world, log}) => openPlc(config, world, log))
