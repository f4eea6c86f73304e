/** A Jetstream over real sockets, read by a client that others have made and by the standard WebSocket. */
import {deepEqual, equal} from 'node:assert/strict'
import {once} from 'node:events'
import {suite, test, type TestContext} from 'node:test'
import {JetstreamSubscription} from '@atcute/jetstream'
import {encodeEvent} from '#atp/sync/event.ts'
import {encodeMessageFrame} from '#atp/sync/frame.ts'
import {listen} from '#runtime/http/listener.ts'
import {withHealth} from '#runtime/health/health.ts'
import {Metrics} from '#runtime/health/metrics.ts'
import {readConfig} from '#std/config.ts'
import {silentLog} from '#std/log.ts'
import {TestRepo, testKey} from '../../../../test/commits.ts'
import {FirehoseNetwork} from '../../../../test/firehose-network.ts'
import {jetstreamConfig} from '../config.ts'
import {openJetstream} from '../jetstream.ts'

const nowMs = Date.parse('2026-01-02T03:04:05Z')
const kinds = ['commit', 'commit', 'identity', 'account']

/** The `ws:` address of a Jetstream that has told of one event of each of `kinds`. */
async function opened(context: TestContext): Promise<string> {
  const network = new FirehoseNetwork(nowMs)
  const repo = new TestRepo(`did:plc:${'a'.repeat(24)}`, testKey(1), nowMs - 60_000)
  const of = {did: repo.did, time: '2026-01-02T03:04:05.000Z'}
  const posted = repo.write({'app.bsky.feed.post/a': {$type: 'app.bsky.feed.post', text: '✓'}}).event
  const deleted = repo.write({'app.bsky.feed.post/a': null}).event
  network
    .host('relay.example.com')
    .send(
      encodeEvent({...posted, seq: 1}),
      encodeEvent({...deleted, seq: 2}),
      encodeMessageFrame('#identity', {...of, seq: 3, handle: 'a.example.com'}),
      encodeMessageFrame('#account', {...of, seq: 4, active: true}),
    )
  const env = {JETSTREAM_LOG: 'memory:', JETSTREAM_UPSTREAM: 'https://relay.example.com'}
  const config = readConfig(jetstreamConfig, {env, args: []})
  const jetstream = await openJetstream(config, network.world, network.world, silentLog, new Metrics())
  await jetstream.start()
  const listener = await listen(withHealth(jetstream, {version: '1'}), {port: 0, log: silentLog})
  context.after(async () => {
    await listener[Symbol.asyncDispose]()
    await jetstream.stop()
  })
  return listener.url.replace('http', 'ws')
}

suite('clients of a Jetstream', {timeout: 20_000}, () => {
  test('@atcute/jetstream finds each event of /subscribe in order', async context => {
    const faults: unknown[] = []
    const subscription = new JetstreamSubscription({
      url: await opened(context),
      cursor: 1,
      wantedCollections: ['app.bsky.feed.*'],
      onError: fault => faults.push(fault),
    })
    const found: string[] = []
    for await (const {kind} of subscription) if (found.push(kind) === kinds.length) break
    deepEqual([found, faults], [kinds, []])
  })

  test('the standard WebSocket is agreed with on xrpc.v1.json, and turned out when it says something', async context => {
    const url = `${await opened(context)}/xrpc/network.bsky.jetstream.subscribeEvents?cursor=1`
    const socket = new WebSocket(url, ['xrpc.v1.json'])
    const found: string[] = []
    const complete = Promise.withResolvers<void>()
    socket.addEventListener('message', ({data}) => {
      const {payload} = JSON.parse(data as string) as {payload: {$type: string}}
      if (found.push(payload.$type.split('#')[1]) === kinds.length) complete.resolve()
    })
    await complete.promise
    deepEqual(found, kinds)
    equal(socket.protocol, 'xrpc.v1.json')
    socket.send('{"type":"options_update","payload":{}}')
    const [{code, reason}] = (await once(socket, 'close')) as [CloseEvent]
    deepEqual([code, reason], [1008, 'no messages are taken here'])
  })
})
