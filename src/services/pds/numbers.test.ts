/** The numbers of a PDS: what is shown of accounts, events, mail and relays. */
import {equal, ok} from 'node:assert/strict'
import {join} from 'node:path'
import {test} from 'node:test'
import {Metrics} from '#runtime/health/metrics.ts'
import {temporaryFolder} from '../../../test/temporary-folder.ts'
import {diskUse, PdsNumbers} from './numbers.ts'

test('accounts, events, mail, relays and room are counted', async () => {
  const metrics = new Metrics()
  const stopping = new AbortController()
  const numbers = new PdsNumbers({
    config: {database: `sqlite:${join(temporaryFolder('numbers'), 'pds.sqlite')}`},
    metrics,
    accounts: {counts: async () => ({active: 5, deactivated: 2, takendown: 1})},
    events: {bounds: async () => ({first: 7, last: 99})},
    world: {sleep: () => Promise.reject(new Error('over'))},
  })
  await numbers.run(stopping.signal).catch(() => {})
  numbers.mailed(true)
  numbers.mailed(false)
  numbers.relayTold('https://relay.example.com', true)
  const text = metrics.render()
  for (const line of [
    'pds_accounts{status="active"} 5',
    'pds_accounts{status="deactivated"} 2',
    'pds_accounts{status="takendown"} 1',
    'pds_first_seq 7',
    'pds_last_seq 99',
    'pds_database_bytes 0',
    'pds_mails_total{outcome="sent"} 1',
    'pds_mails_total{outcome="failed"} 1',
    'pds_relays_told_total{relay="https://relay.example.com",outcome="taken"} 1',
  ]) {
    ok(text.split('\n').includes(line), line)
  }
  equal(diskUse({database: 'memory:'}), undefined)
  ok(/^pds_disk_free_bytes \d+$/m.test(text))
})
