/** A service that is not there: `added-service.test.ts` adds it to a copy of the source, by this folder and one line. */
import {configSchema, port, text, url} from '#std/config.ts'
import {serviceRow} from '#services/service-row.ts'

const tallyConfig = configSchema(
  {name: 'tally', envPrefix: 'TALLY', about: 'A tally: how many records there are of each collection.'},
  {
    host: text({default: '127.0.0.1', help: 'The address to listen on.'}),
    port: port({default: 2599, help: 'The port to listen on.'}),
    upstream: url({default: 'http://localhost:2470', help: 'The relay whose events are counted.'}),
    unit: text({default: 'records', help: 'What is counted.'}),
    database: text({default: 'sqlite:data/tally/tally.sqlite', help: 'Where the numbers are kept.'}),
  },
)

export const service = serviceRow({
  config: tallyConfig,
  offers: {title: 'Tally', about: 'records, counted', path: '/counts'},
  readsEvents: true,
  needs: ({urlOf}) => ({upstream: urlOf('relay')}),
  open: async (config, outside) => (await import('./tally.ts')).openTally(config, outside),
})
