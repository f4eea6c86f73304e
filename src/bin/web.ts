/** `wholesky web`: the pages alone. */
import {webConfig} from '#services/web/config.ts'
import {openWeb} from '#services/web/web.ts'
import {serve} from './serve.ts'

export const main = (args: readonly string[]): Promise<void> =>
  serve(webConfig, args, (config, {world, guarded, log, metrics}) => openWeb(config, world, guarded, log, metrics))
