/** The PDS as one row of the list of services. */
import {serviceRow} from '../service-row.ts'
import {pdsConfig} from './config.ts'

const officialAppView = 'did:web:api.bsky.app'

export const service = serviceRow({
  config: pdsConfig,
  offers: {title: 'PDS', about: 'accounts, their signed repositories and blobs'},
  needs({urlOf}) {
    const appviewUrl = urlOf('appview')
    const appviewDid = `did:web:${encodeURIComponent(new URL(appviewUrl).host)}`
    return {
      plcUrl: urlOf('plc'),
      appviewUrl,
      appviewDid,
      // What official clients have built in means ours here.
      services: ['bsky_appview', 'bsky_notif']
        .map(name => `${officialAppView}#${name} ${appviewUrl} ${appviewDid}`)
        .join(),
      relays: urlOf('relay'),
    }
  },
  open: async (config, {world, guarded, log, metrics}) =>
    (await import('./pds.ts')).openPds(config, world, guarded, log, metrics),
})
