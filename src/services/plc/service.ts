/** The PLC directory as one row of the list of services. */
import {serviceRow} from '../service-row.ts'
import {plcConfig} from './config.ts'

export const service = serviceRow({
  config: plcConfig,
  offers: {title: 'PLC directory', about: 'identities: the keys and the PDS of each account'},
  needs: () => ({}),
  open: async (config, {world, log, metrics}) => (await import('./plc.ts')).openPlc(config, world, log, metrics),
})
