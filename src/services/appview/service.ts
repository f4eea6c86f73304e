/** The AppView as one row of the list of services. */
import {serviceRow} from '../service-row.ts'
import {appviewConfig} from './config.ts'

export const service = serviceRow({
  config: appviewConfig,
  offers: {title: 'AppView', about: 'posts, threads, counts, feeds, search'},
  readsEvents: true,
  thread: true,
  needs: ({urlOf}) => ({relays: urlOf('relay'), plcUrl: urlOf('plc'), handleResolver: urlOf('pds')}),
  open: async (config, {world, guarded, log, metrics, streams}) =>
    (await import('./appview.ts')).openAppView(config, world, guarded, log, metrics, streams),
})
