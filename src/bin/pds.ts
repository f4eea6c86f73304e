/** `wholesky pds`: a PDS alone. */
import {pdsConfig} from '#services/pds/config.ts'
import {openPds} from '#services/pds/pds.ts'
import {serve} from './serve.ts'

export const main = (args: readonly string[]): Promise<void> =>
  serve(pdsConfig, args, (config, {world, guarded, log, metrics}) => openPds(config, world, guarded, log, metrics))
