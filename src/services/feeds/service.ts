/** The feeds as one row of the list of services. */
import {existsSync} from 'node:fs'
import {serviceRow} from '../service-row.ts'
import {feedsConfig} from './config.ts'

export const service = serviceRow({
  config: feedsConfig,
  offers: {title: 'Feeds', about: 'feed generators: built in, and your own'},
  readsEvents: true,
  whenAsked: {
    // A database is there once anybody has asked. Whoever has feeds of their own wants them to have begun by then.
    isIdle: ({folder, database}) => !existsSync(folder) && !existsSync(database.replace(/^sqlite:/, '')),
  },
  needs: ({urlOf}) => ({relays: urlOf('relay'), plcUrl: urlOf('plc'), appviewUrl: urlOf('appview')}),
  open: async (config, outside) => (await import('./feeds.ts')).openFeeds(config, outside),
})
