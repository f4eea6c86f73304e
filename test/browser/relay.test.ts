/** The page of a relay in a browser: without fault on a phone and a desk, light and dark; a host is banned and is not any more. */
import assert from 'node:assert/strict'
import {after, before, suite, test} from 'node:test'
import type {Browser} from 'playwright-core'
import {listen} from '#runtime/http/listener.ts'
import {silentLog} from '#std/log.ts'
import {encodeMessageFrame} from '#atp/sync/frame.ts'
import {Metrics} from '#runtime/health/metrics.ts'
import {relayConfig} from '#services/relay/config.ts'
import {openRelay, type Relay} from '#services/relay/relay.ts'
import {readConfig} from '#std/config.ts'
import {FirehoseNetwork, plcUrl} from '../firehose-network.ts'
import {until} from '../until.ts'
import {openBrowser, openPage, withoutChromium} from './chromium.ts'
import {axeFile, faultsOf, isNoAnswer} from './page-faults.ts'

const hostname = 'pds.example.com'
const httpCredentials = {username: 'admin', password: 'a long password'}

suite('the page of a relay in a browser', {skip: withoutChromium, timeout: 120_000}, () => {
  let relay: Relay
  let listener: Awaited<ReturnType<typeof listen>>
  let browser: Browser

  before(async () => {
    const network = new FirehoseNetwork(Date.now())
    const host = network.host(hostname)
    network.host('away.example.com').up = false
    const env = {
      RELAY_DATABASE: 'memory:',
      RELAY_LOG: 'memory:',
      RELAY_PLC_URL: plcUrl,
      RELAY_HOSTS: `${hostname},away.example.com`,
      RELAY_ADMIN_PASSWORD: httpCredentials.password,
      RELAY_BANNED_DOMAINS: 'bad.example',
    }
    const config = readConfig(relayConfig, {env, args: []})
    relay = await openRelay(config, network.world, network.world, silentLog, new Metrics())
    await relay.start()
    await until(async () => host.cursors.length > 0, 'the host is connected')
    host.send('text', encodeMessageFrame('#new', {}))
    listener = await listen(relay, {port: 0, log: silentLog})
    browser = await openBrowser()
  })
  after(async () => {
    await browser?.close()
    await listener?.stop()
    await relay?.stop()
  })

  test('it is without fault, and bans a host', async () => {
    await using context = await browser.newContext({baseURL: listener.url, httpCredentials})
    await context.addInitScript({path: axeFile})
    const {page, complaints} = await openPage(context)
    await page.goto('/admin')
    const faults = await faultsOf(page)
    await page.getByRole('button', {name: `Ban ${hostname}`}).click()
    await page.getByRole('button', {name: `Lift the ban ${hostname}`}).waitFor()
    for (const fault of await faultsOf(page)) faults.push(fault)
    assert.deepEqual([...faults, ...complaints.filter(isNoAnswer)], [])
    await page.getByLabel('A domain').fill('no domain')
    await page.getByLabel('A domain').press('Enter')
    await page.getByRole('heading', {name: 'That was not done'}).waitFor()
  })
})
