/**
 * What our listener costs over Node's own HTTP server, which answers with ready bytes and looks at nothing; and a
 * replay from the event log through a subscription, against `ws` used plainly: one `send` for each frame. Clients are
 * in a worker, so that this thread is the server's alone.
 */
import {once} from 'node:events'
import {mkdtempSync, rmSync} from 'node:fs'
import type {AddressInfo} from 'node:net'
import {createServer} from 'node:http'
import {join} from 'node:path'
import {Worker} from 'node:worker_threads'
import {WebSocketServer} from 'ws'
import {openSegments} from '#engines/event-log/segments.ts'
import {listen} from '#runtime/http/listener.ts'
import type {Service} from '#runtime/service.ts'
import {silentLog} from '#std/log.ts'
import {Reply} from '#std/wire/reply.ts'
import {toUtf8} from '#std/text.ts'
import {contest} from './measure.ts'

const record = JSON.stringify({
  uri: 'at://did:plc:a/app.bsky.feed.post/3k',
  cid: 'bafy',
  value: {text: 'x'.repeat(300)},
})
const recordBytes = toUtf8(record)
// Beside the checkout, not under /tmp, which may be memory.
const folder = mkdtempSync(join(import.meta.dirname, '..', '.bench-'))
const log = await openSegments(join(folder, 'log'), {now: Date.now, recentSizeMax: 1})
const frame = crypto.getRandomValues(new Uint8Array(5_500))
const frames = 8_000
for (let i = 0; i < frames; i += 500) await log.append(Array.from({length: 500}, () => frame))

const service: Service = {
  name: 'bench',
  async fetch(request) {
    const {searchParams} = new URL(request.url)
    const headers = new Headers({'content-type': 'application/json', 'x-repo': searchParams.get('repo') ?? ''})
    return request.headers.get('x-standard') ? new Response(record, {headers}) : new Reply(record, {headers})
  },
  async *frames(_request, signal) {
    let left = frames
    for await (const {events} of log.tail(0, signal)) {
      yield events
      if ((left -= events.length) <= 0) return
    }
  },
  async start() {},
  async stop() {},
  ended: new Promise(() => {}),
}
const ours = await listen(service, {port: 0, log: silentLog})

const plain = createServer((_request, response) => {
  response.writeHead(200, {'content-type': 'application/json', 'content-length': recordBytes.length})
  response.end(recordBytes)
})
new WebSocketServer({server: plain, perMessageDeflate: false}).on('connection', async ws => {
  let left = frames
  for await (const {events} of log.tail(0, new AbortController().signal)) {
    for (const event of events) {
      ws.send(event)
      if (ws.bufferedAmount > 1_000_000) await new Promise(resolve => ws.send('', resolve))
    }
    if ((left -= events.length) <= 0) return ws.close(1000)
  }
})
plain.listen(0, '127.0.0.1')
await once(plain, 'listening')
const plainPort = (plain.address() as AddressInfo).port

const client = new Worker(new URL('listener-client.ts', import.meta.url))
async function ask(job: object): Promise<void> {
  client.postMessage(job, [])
  await once(client, 'message')
}

const requests = 4_000
await contest({
  title: 'small JSON answers, 32 connections',
  unit: 'requests',
  work: requests,
  contenders: {
    wholesky: () => ask({kind: 'http', port: ours.port, count: requests}),
    'ours, standard Response': () => ask({kind: 'http', port: ours.port, count: requests, head: 'x-standard: 1\r\n'}),
    'bare node:http': () => ask({kind: 'http', port: plainPort, count: requests}),
  },
  claims: {'bare node:http': 0.5},
})
await contest({
  title: 'replay through a subscription, 5.5 kB frames',
  unit: 'frames',
  work: frames,
  bytes: frames * frame.length,
  contenders: {
    wholesky: () => ask({kind: 'frames', port: ours.port}),
    'ws, a send for each': () => ask({kind: 'frames', port: plainPort}),
  },
})

await client.terminate()
await ours.stop()
plain.closeAllConnections()
plain.close()
await log.close()
rmSync(folder, {recursive: true})
