/** What must hold of the rows together; what each says is held where it is used. */
import assert from 'node:assert/strict'
import {readdirSync} from 'node:fs'
import {suite, test} from 'node:test'
import {readConfig} from '#std/config.ts'
import type {Neighbours} from '#services/service-row.ts'
import {servicesOf} from '#services/web/config.ts'
import {service as web} from '#services/web/service.ts'
import {addresses, isOnThisMachine, metricsPort} from './network.ts'
import {portOf, rows} from './rows.ts'
import {rowOf, serviceNames} from './services.ts'

suite('the list of services', () => {
  test('has every folder of a service, by the name of its row', () => {
    const folders = readdirSync(new URL('../services', import.meta.url), {withFileTypes: true})
    assert.deepEqual(
      rows.map(({name}) => name),
      serviceNames,
    )
    assert.deepEqual(
      [...serviceNames].toSorted(),
      folders
        .filter(entry => entry.isDirectory())
        .map(({name}) => name)
        .toSorted(),
    )
  })

  test('has none by another name than its own', async () => {
    const list = {web: async () => web, pages: async () => web}
    assert.equal((await rowOf('web', list)).name, 'web')
    await assert.rejects(rowOf('pages', list), {
      name: 'ConfigError',
      faults: ['The list of services has "pages", and its row is of "web": make it one name.'],
    })
  })

  test('says who needs one that is not there, and which there are', () => {
    const likes = {...web, name: 'likes', needs: ({urlOf}: Neighbours) => ({plcUrl: urlOf('realy')})}
    assert.throws(() => addresses({}, [...rows, likes]), {
      name: 'ConfigError',
      faults: ['likes needs "realy"; there are plc, pds, relay, jetstream, tap, appview, feeds, web, likes, metrics.'],
    })
  })

  test('gives each a port of its own', () => {
    const ports = rows.map(row => portOf(row, {}))
    assert.equal(new Set([...ports, metricsPort]).size, ports.length + 1)
  })

  test('lets each find the others where they were moved to', () => {
    const found = addresses({PLC_PORT: '4001', RELAY_PORT: '4002', METRICS_PORT: '4003', APPVIEW_PORT: ''})
    for (const [name, value] of Object.entries(found)) assert.doesNotMatch(value, /localhost:(2582|2470|2581)/, name)
    assert.equal(found.PDS_PLC_URL, 'http://localhost:4001')
    assert.equal(found.JETSTREAM_UPSTREAM, 'http://localhost:4002')
    assert.equal(found.WEB_METRICS_URL, 'http://localhost:4003')
    assert.equal(found.PDS_APPVIEW_URL, 'http://localhost:2584')
    assert.throws(() => addresses({PLC_PORT: 'high'}), /PLC_PORT is "high"/)
  })

  test('is on the home page, that one last, where it is public', () => {
    const config = readConfig(web.config, {env: {...addresses({}), WEB_PUBLIC_URL: 'https://www.example.com'}})
    const shown = servicesOf(config)
    assert.deepEqual(Object.keys(shown).toSorted(), [...serviceNames].toSorted())
    assert.deepEqual(Object.entries(shown).at(-1), ['web', 'https://www.example.com'])
    assert.equal(shown.relay, 'http://localhost:2470')
  })
})

test('a network is on this machine as long as all of it is', () => {
  assert.ok(isOnThisMachine({}))
  assert.ok(isOnThisMachine({PDS_PORT: '4000'}))
  for (const moved of [
    {PLC_HOST: '0.0.0.0'},
    {JETSTREAM_HOST: '0.0.0.0'},
    {PDS_PUBLIC_URL: 'https://pds.example.com'},
    {RELAY_PLC_URL: 'https://plc.directory'},
    {RELAY_HOSTS: 'pds.example.com', RELAY_LOCAL_HOSTS: 'false'},
  ]) {
    assert.ok(!isOnThisMachine(moved), JSON.stringify(moved))
  }
})

test('services on the home page that cannot be used are named', () => {
  const publicUrl = 'http://localhost:2580'
  assert.deepEqual(servicesOf({services: ['pds http://a.test/'], publicUrl}), {pds: 'http://a.test', web: publicUrl})
  for (const item of ['pds', 'http://a.test', 'pds ftp://a.test', 'pds not-a-url']) {
    assert.throws(
      () => servicesOf({services: [item], publicUrl}),
      {
        faults: [
          `WEB_SERVICES has the item "${item}". Expected "<name> <url>", such as "pds https://pds.example.com".`,
        ],
      },
      item,
    )
  }
})
