/** The page of a Jetstream in a browser: without fault on a phone and a desk, light and dark, with somebody who reads. */
import assert from 'node:assert/strict'
import {join} from 'node:path'
import {suite, test} from 'node:test'
import {encodeEvent} from '#atp/sync/event.ts'
import {listen} from '#runtime/http/listener.ts'
import {Metrics} from '#runtime/health/metrics.ts'
import {jetstreamConfig} from '#services/jetstream/config.ts'
import {openJetstream} from '#services/jetstream/jetstream.ts'
import {readConfig} from '#std/config.ts'
import {silentLog} from '#std/log.ts'
import {TestRepo, testKey} from '../commits.ts'
import {FirehoseNetwork} from '../firehose-network.ts'
import {temporaryFolder} from '../temporary-folder.ts'
import {openBrowser, openPage, withoutChromium} from './chromium.ts'
import {axeFile, faultsOf, isNoAnswer} from './page-faults.ts'

suite('the page of a Jetstream in a browser', {skip: withoutChromium, timeout: 120_000}, () => {
  const folder = temporaryFolder('jetstream-page')

  test('it is without fault, and says what it was told', async () => {
    const network = new FirehoseNetwork(Date.now())
    const repo = new TestRepo(`did:plc:${'a'.repeat(24)}`, testKey(1), network.nowMs - 60_000)
    const {event} = repo.write({'app.bsky.feed.post/a': {$type: 'app.bsky.feed.post', text: '✓'}})
    network
      .host('relay.example.com')
      .send(encodeEvent({...event, seq: 1, blocks: Uint8Array.of(0)}), encodeEvent({...event, seq: 2}))
    const env = {
      JETSTREAM_LOG: `file:${join(folder, 'log')}`,
      JETSTREAM_ARCHIVE: `file:${join(folder, 'archive')}`,
      JETSTREAM_TIMESTAMP_IMPORT_DIR: join(folder, 'imports'),
      JETSTREAM_UPSTREAM: 'https://relay.example.com',
    }
    const config = readConfig(jetstreamConfig, {env, args: []})
    const jetstream = await openJetstream(config, network.world, network.world, silentLog, new Metrics())
    await using stopping = new AsyncDisposableStack()
    stopping.defer(() => jetstream.stop())
    await jetstream.start()
    const listener = stopping.use(await listen(jetstream, {port: 0, log: silentLog}))
    const socket = new WebSocket(`${listener.url.replace('http', 'ws')}/subscribe?cursor=1`)
    stopping.defer(() => socket.close())
    await new Promise(resolve => socket.addEventListener('message', resolve, {once: true}))
    const browser = stopping.use(await openBrowser())
    await using context = await browser.newContext({baseURL: listener.url})
    await context.addInitScript({path: axeFile})
    const {page, complaints} = await openPage(context)
    await page.goto('/')
    for (const name of ['/subscribe', 'bad-car', '1 to 1']) await page.getByRole('cell', {name}).first().waitFor()
    assert.deepEqual([...(await faultsOf(page)), ...complaints.filter(isNoAnswer)], [])
  })
})
