/** `wholesky relay`: a relay alone. */
import {relayConfig} from '#services/relay/config.ts'
import {openRelay} from '#services/relay/relay.ts'
import {serve} from './serve.ts'

export const main = (args: readonly string[]): Promise<void> =>
  serve(relayConfig, args, (config, {world, guarded, log, metrics}) => openRelay(config, world, guarded, log, metrics))
