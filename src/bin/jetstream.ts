/** `wholesky jetstream`: a Jetstream alone, of any relay. */
import {jetstreamConfig} from '#services/jetstream/config.ts'
import {openJetstream} from '#services/jetstream/jetstream.ts'
import {serve} from './serve.ts'

export const main = (args: readonly string[]): Promise<void> =>
  serve(jetstreamConfig, args, (config, {world, guarded, log, metrics}) =>
    openJetstream(config, world, guarded, log, metrics),
  )
