import assert from 'node:assert/strict'
import {test} from 'node:test'
import type {Frame} from '#std/wire/frames.ts'
import {eachFrame} from '#std/wire/frames.ts'
import type {World} from '#std/world.ts'
import {withHosts} from './in-process.ts'
import {peerAddress} from './strangers/peer.ts'
import type {Service} from './service.ts'

const world: World = {
  now: () => 0,
  sleep: async () => {},
  random: size => new Uint8Array(size),
  fetch: async request => new Response(`outside ${request.url}`),
  subscribe: async () => new Response('outside', {status: 404}),
}

class Named implements Service {
  readonly name: string
  readonly ended = Promise.resolve()

  constructor(name: string) {
    this.name = name
  }

  async fetch(request: Request): Promise<Response> {
    return new Response(`${this.name} ${request.url}`)
  }

  async *frames(_request: Request, _signal: AbortSignal, incoming: AsyncIterable<Frame>) {
    yield this.name
    for await (const message of incoming) yield [message, message]
  }

  async start(): Promise<void> {}
  async stop(): Promise<void> {}
}

test('what is for a host of ours stays inside, the rest goes out', async () => {
  const hosts = new Map<string, Service>([['*.pds.test:2583', new Named('pds')]])
  const inside = withHosts(world, hosts)
  // Added after the world was made: the map is read at each call.
  hosts.set('relay.test', new Named('relay'))
  const ask = async (url: string): Promise<string> => (await inside.fetch(new Request(url))).text()
  assert.equal(await ask('https://relay.test/a'), 'relay https://relay.test/a')
  assert.equal(await ask('http://alice.pds.test:2583/b'), 'pds http://alice.pds.test:2583/b')
  assert.equal(await ask('http://a.b.pds.test:2583/b'), 'outside http://a.b.pds.test:2583/b')
  assert.equal(await ask('http://relay.test:81/'), 'outside http://relay.test:81/')
})

async function* outgoing(): AsyncGenerator<Frame> {
  yield 'a'
  yield 'b'
}

test('one of ours says for whom it asks', async () => {
  const service = new Named('pds')
  let from: string | undefined
  service.fetch = async request => {
    from = peerAddress(request)
    return new Response()
  }
  const {fetch} = withHosts(world, new Map([['localhost:2583', service]]))
  await fetch(new Request('http://localhost:2583/', {headers: {'x-forwarded-for': '192.0.2.7'}}))
  assert.equal(from, '192.0.2.7')
  await fetch(new Request('http://localhost:2583/'))
  assert.equal(from, 'local')
})

test('a subscription inside gives the service’s own frames and takes messages', async () => {
  const inside = withHosts(world, new Map([['relay.test', new Named('relay')]]))
  const signal = new AbortController().signal
  const frames = await inside.subscribe(new Request('http://relay.test/'), signal, outgoing())
  assert.ok(!(frames instanceof Response))
  assert.deepEqual(await Array.fromAsync(eachFrame(frames)), ['relay', 'a', 'a', 'b', 'b'])
  const outside = await inside.subscribe(new Request('http://else.test/'), signal)
  assert.ok(outside instanceof Response)
})
