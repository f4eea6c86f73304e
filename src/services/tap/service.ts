/** The Tap as one row of the list of services. */
import {existsSync} from 'node:fs'
import {serviceRow} from '../service-row.ts'
import {databaseOf, followsUnasked, tapConfig} from './config.ts'
import {messageSizeMax} from './outbox/message.ts'

export const service = serviceRow({
  config: tapConfig,
  offers: {title: 'Tap', about: 'repositories you name, whole and then live'},
  readsEvents: true,
  whenAsked: {
    // A database is there once anybody has asked: it may follow somebody.
    isIdle: config => !followsUnasked(config) && !existsSync(databaseOf(config).replace(/^sqlite:/, '')),
    incomingSizeMax: messageSizeMax,
    takesMany: true,
  },
  needs: ({urlOf}) => ({
    relayUrl: urlOf('relay'),
    plcUrl: urlOf('plc'),
    handleResolver: urlOf('pds'),
    localHosts: 'true',
  }),
  open: async (config, outside) => (await import('./tap.ts')).openTap(config, outside),
})
