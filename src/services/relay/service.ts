/** The relay as one row of the list of services. */
import {serviceRow} from '../service-row.ts'
import {fanOutOf, relayConfig} from './config.ts'

export const service = serviceRow({
  config: relayConfig,
  offers: {
    title: 'Relay',
    about: 'one verified firehose from all PDSes',
    path: '/xrpc/com.atproto.sync.subscribeRepos',
    isStream: true,
  },
  needs: ({urlOf}) => ({
    hosts: new URL(urlOf('pds')).host,
    localHosts: 'true',
    plcUrl: urlOf('plc'),
    handleResolver: urlOf('pds'),
  }),
  async open(config, {world, guarded, log, metrics}) {
    const {openFanOutOf, openRelay} = await import('./relay.ts')
    const upstream = fanOutOf(config)
    if (upstream !== undefined) return openFanOutOf(upstream, config, world, log, metrics)
    return openRelay(config, world, guarded, log, metrics)
  },
  async readLog({folder, bounds}, url) {
    const [{LogTail}, {LogEvents}, {headSize}] = await Promise.all([
      import('#engines/event-log/readers/log-tail.ts'),
      import('#stream/log-events.ts'),
      import('./log/log-record.ts'),
    ])
    return new LogEvents(new LogTail(folder, bounds), headSize).named(url)
  },
})
