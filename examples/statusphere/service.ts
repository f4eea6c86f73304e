/** Statusphere as one more row of the network: `npm start -- --with statusphere`. */
import {serviceRow} from '#services/service-row.ts'
import {statusphereConfig} from './config.ts'

export const service = serviceRow({
  config: statusphereConfig,
  offers: {title: 'Statusphere', about: 'an example of an app: how people are, in one emoji'},
  needs: ({urlOf}) => ({
    tapUrl: urlOf('tap'),
    relayUrl: urlOf('relay'),
    plcUrl: urlOf('plc'),
    handleResolver: urlOf('pds'),
  }),
  open: async (config, outside) => (await import('./statusphere.ts')).openStatusphere(config, outside),
})
