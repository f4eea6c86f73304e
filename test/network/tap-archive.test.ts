/** A Tap that is filled from the archive of our own Jetstream: over the whole network, in memory but for the archive. */
import assert from 'node:assert/strict'
import {join} from 'node:path'
import {test} from 'node:test'
import {AtpAgent} from '@atproto/api'
import {readConfig} from '#std/config.ts'
import {silentLog} from '#std/log.ts'
import {Metrics} from '#runtime/health/metrics.ts'
import {jetstreamConfig} from '#services/jetstream/config.ts'
import {openJetstream} from '#services/jetstream/jetstream.ts'
import {tapConfig} from '#services/tap/config.ts'
import {openTap} from '#services/tap/tap.ts'
import {eachFrame} from '#std/wire/frames.ts'
import {HastyClock} from '../hasty-clock.ts'
import {fold, type TapEvent} from '../tap-stores.ts'
import {temporaryFolder} from '../temporary-folder.ts'
import {until} from '../until.ts'
import {openLoopNetwork} from './loop.ts'

const archiveUrl = 'http://localhost:7008'
const relay = 'http://localhost:2470'

test('a Tap takes from the archive what its server then need not send', {timeout: 60_000}, async context => {
  const {world, streams} = await openLoopNetwork(context)
  const folder = temporaryFolder('tap-archive')
  const jetstream = await openJetstream(
    readConfig(jetstreamConfig, {
      env: {
        JETSTREAM_UPSTREAM: relay,
        JETSTREAM_LOG: `file:${join(folder, 'log')}`,
        JETSTREAM_ARCHIVE: `file:${join(folder, 'archive')}`,
        JETSTREAM_SEGMENT_AGE: '1ms',
      },
    }),
    {...world, sleep: new HastyClock().sleep},
    world,
    silentLog,
    new Metrics(),
    streams,
  )
  await jetstream.start()
  context.after(() => jetstream.stop())
  const asked: string[] = []
  const fetch = (request: Request): Promise<Response> => {
    const {origin, pathname, searchParams} = new URL(request.url)
    if (origin === archiveUrl) return jetstream.fetch(request)
    if (pathname.endsWith('.getRepo')) asked.push(searchParams.has('since') ? 'rest' : 'whole')
    return world.fetch(request)
  }
  const agent = new AtpAgent({
    service: 'http://localhost:2583',
    fetch: (input, init) => world.fetch(new Request(input, init)),
  })
  await agent.createAccount({handle: 'alice.test', email: 'alice@example.com', password: 'correct horse'})
  const did = agent.assertDid
  const texts = Array.from({length: 10}, (_, n) => `${n}`)
  const posts = []
  for (const text of texts) posts.push(await agent.post({text}))
  await agent.deletePost(posts[7].uri)
  const sealed = async (): Promise<number> => {
    const response = await jetstream.fetch(new Request(`${archiveUrl}/xrpc/network.bsky.jetstream.listSegments`))
    const {segments} = (await response.json()) as {segments: {eventCount: number}[]}
    return segments.reduce((sum, {eventCount}) => sum + eventCount, 0)
  }
  await until(async () => (await sealed()) >= texts.length + 1, 'all is in sealed segments')
  // What the archive does not have yet: its segment is sealed later than it is asked, or else it is there as well.
  await agent.post({text: 'late'})

  const tap = await openTap(
    readConfig(tapConfig, {
      env: {
        TAP_RELAY_URL: relay,
        TAP_PLC_URL: 'http://localhost:2582',
        TAP_HANDLE_RESOLVER: 'http://localhost:2583',
        TAP_DATABASE_URL: 'memory:',
        TAP_ARCHIVE: archiveUrl,
        TAP_DISABLE_ACKS: 'true',
      },
    }),
    {
      world: {...world, fetch},
      guarded: {...world, fetch},
      log: silentLog,
      metrics: new Metrics(),
      streams,
      offers: async () => new Map(),
    },
  )
  await tap.start()
  context.after(() => tap.stop())
  const stop = new AbortController()
  context.after(() => stop.abort())
  const told: TapEvent[] = []
  const frames = await tap.frames(new Request('http://localhost:2480/channel'), stop.signal, (async function* () {})())
  assert.ok(!(frames instanceof Response))
  const body = JSON.stringify({dids: [did]})
  const headers = {'content-type': 'application/json'}
  await tap.fetch(new Request('http://localhost:2480/repos/add', {method: 'POST', headers, body}))
  const expected = [...texts.filter(text => text !== '7'), 'late'].toSorted()
  const postsTold = (): string[] =>
    [...fold(told.filter(({record}) => record?.collection === 'app.bsky.feed.post')).values()].toSorted()
  for await (const frame of eachFrame(frames)) {
    told.push(JSON.parse(String(frame)) as TapEvent)
    if (postsTold().length === expected.length) break
  }
  assert.deepEqual(postsTold(), expected)
  assert.deepEqual(asked, ['rest'])
})
