/** What the page of a Jetstream shows, and to whom it shows words instead. */
import {deepEqual, equal, match, ok} from 'node:assert/strict'
import {readdirSync} from 'node:fs'
import {test} from 'node:test'
import {encodeEvent} from '#atp/sync/event.ts'
import {Metrics} from '#runtime/health/metrics.ts'
import {readConfig} from '#std/config.ts'
import {silentLog} from '#std/log.ts'
import {Channel} from '#std/waiting/async.ts'
import {eachFrame, type Frame} from '#std/wire/frames.ts'
import {TestRepo, testKey} from '../../../../test/commits.ts'
import {FirehoseNetwork} from '../../../../test/firehose-network.ts'
import {jetstreamConfig} from '../config.ts'
import {openJetstream} from '../jetstream.ts'
import {Overview} from './overview.ts'

const nowMs = Date.parse('2026-01-02T03:04:05Z')
const accept = 'text/html,*/*;q=0.8'

test('it shows what comes, who reads, what was left out and what is kept', {timeout: 20_000}, async context => {
  const network = new FirehoseNetwork(nowMs)
  const repo = new TestRepo(`did:plc:${'a'.repeat(24)}`, testKey(1), nowMs - 60_000)
  const {event} = repo.write({'app.bsky.feed.post/a': {$type: 'app.bsky.feed.post', text: '✓'}})
  const host = network.host('relay.example.com')
  host.send(encodeEvent({...event, seq: 1, blocks: Uint8Array.of(0)}), encodeEvent({...event, seq: 2}))
  const env = {JETSTREAM_LOG: 'memory:', JETSTREAM_UPSTREAM: 'https://relay.example.com'}
  const config = readConfig(jetstreamConfig, {env, args: []})
  const jetstream = await openJetstream(config, network.world, network.world, silentLog, new Metrics())
  context.after(() => jetstream.stop())
  const get = async (path: string, headers: Record<string, string> = {accept}): Promise<string> => {
    const response = await jetstream.fetch(new Request(`http://jetstream${path}`, {headers}))
    equal(response.status, 200, path)
    return response.text()
  }
  for (const words of [
    'not connected',
    'Nobody reads.',
    'Nothing was left out.',
    'There is no archive.',
    '<td>none</td>',
  ]) {
    ok((await get('/')).includes(words), words)
  }
  await jetstream.start()
  const stopping = new AbortController()
  const asked = new Request('http://jetstream/subscribe?cursor=1', {headers: {'user-agent': 'somebody'}})
  const frames = await jetstream.frames(asked, stopping.signal, new Channel<Frame>(1))
  ok(!(frames instanceof Response))
  const reading = eachFrame(frames)
  await reading.next()
  network.nowMs += 2_000
  const page = await get('/')
  for (const words of ['connected</span>', '1 to 1', '<td>/subscribe</td>', 'bad-car', '1/s</span>']) {
    ok(page.includes(words), words)
  }
  ok(!page.includes('somebody'), 'nobody is named')
  const [, style = ''] = /href="(\/assets\/[^"]+jetstream\.css)"/.exec(page) ?? []
  await get(style)
  const part = await get('/-/now')
  ok(!part.includes('<html') && part.includes('Readers'))
  const inWords = await get('/', {})
  match(inWords, /^This is a Jetstream/)
  for (const name of readdirSync(new URL('../api/network/bsky/jetstream/', import.meta.url))) {
    const path = `/xrpc/network.bsky.jetstream.${name.slice(0, -3)}`
    // Those of the operator are told in the manual.
    if (/import/i.test(name)) continue
    ok(page.includes(`<code>${path}</code>`) && inWords.includes(path), path)
  }
  stopping.abort()
  await reading.return(undefined)
  network.nowMs += 2_000
  ok((await get('/-/now')).includes('Nobody reads.'), 'who has gone is not shown')
})

test('those furthest behind come first, rates are of the time since, and all who look within a second see the same', async () => {
  const bounds = {first: 1, last: 50}
  const world = {ms: 0, now: () => world.ms}
  const overview = new Overview({
    upstream: 'https://relay.example.com',
    eventLog: {bounds: () => bounds, size: 7},
    archive: undefined,
    world,
  })
  overview.took([{t: '#info', name: 'OutdatedCursor', message: ''}])
  const first = overview.show()
  deepEqual([first.received, first.readerCount, first.lagMs], [0, 0, undefined])
  const running = ['near', 'far'].map(async path => {
    const reader = overview.reader(path)
    reader.through = path === 'near' ? 49 : 20
    const frames = overview.counted(
      reader,
      (async function* () {
        yield ['a', 'b', 'c']
        yield 'd'
      })(),
    )
    const iterator = frames[Symbol.asyncIterator]()
    for (let i = 0; i < 2; i++) await iterator.next()
  })
  await Promise.all(running)
  for (const reason of ['stale-rev', 'gap', 'gap']) overview.leftOut(reason)
  world.ms = 999
  equal(overview.show(), first)
  world.ms = 2_000
  const {sent, readers, reasons} = overview.show()
  deepEqual(
    [sent, readers.map(({path, behind, sent: given}) => [path, behind, given]), reasons],
    [
      3,
      [
        ['far', 30, 3],
        ['near', 1, 3],
      ],
      [
        ['gap', 2],
        ['stale-rev', 1],
      ],
    ],
  )
})
