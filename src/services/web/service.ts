/** The pages as one row of the list of services. The home page shows what every other row offers. */
import {serviceRow} from '../service-row.ts'
import {webConfig} from './config.ts'

export const service = serviceRow({
  config: webConfig,
  offers: {title: 'Web', about: 'the pages: home, app, explorer'},
  needs: ({names, urlOf}) => ({
    plcUrl: urlOf('plc'),
    pdsUrl: urlOf('pds'),
    appviewUrl: urlOf('appview'),
    relayUrl: urlOf('relay'),
    jetstreamUrl: urlOf('jetstream'),
    metricsUrl: urlOf('metrics'),
    services: names
      .filter(name => name !== webConfig.name)
      .map(name => `${name} ${urlOf(name)}`)
      .join(),
  }),
  open: async (config, {world, guarded, log, metrics, offers}) =>
    (await import('./web.ts')).openWeb(config, world, guarded, log, metrics, await offers()),
})
