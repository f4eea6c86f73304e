/** The Jetstream as one row of the list of services. */
import {serviceRow} from '../service-row.ts'
import {jetstreamConfig} from './config.ts'

export const service = serviceRow({
  config: jetstreamConfig,
  offers: {
    title: 'Jetstream',
    about: 'the firehose as JSON, filtered for each client',
    path: '/subscribe',
    isStream: true,
  },
  readsEvents: true,
  needs: ({urlOf}) => ({upstream: urlOf('relay'), plcUrl: urlOf('plc')}),
  open: async (config, {world, guarded, log, metrics, streams}) =>
    (await import('./jetstream.ts')).openJetstream(config, world, guarded, log, metrics, streams),
})
