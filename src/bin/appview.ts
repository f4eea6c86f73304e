/** `wholesky appview`: an AppView alone. */
import {appviewConfig} from '#services/appview/config.ts'
import {openAppView} from '#services/appview/appview.ts'
import {serve} from './serve.ts'

export const main = (args: readonly string[]): Promise<void> =>
  serve(appviewConfig, args, (config, {world, guarded, log, metrics}) =>
    openAppView(config, world, guarded, log, metrics),
  )
