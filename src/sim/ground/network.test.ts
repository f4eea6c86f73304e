import assert from 'node:assert/strict'
import {test} from 'node:test'
import {Prng} from '#std/prng.ts'
import type {Frame} from '#std/wire/frames.ts'
import type {Service} from '#runtime/service.ts'
import {SimClock} from './clock.ts'
import {FaultCounts, type FaultKind} from './faults.ts'
import {Life} from './life.ts'
import {SimNetwork, type Peer} from './network.ts'
import {Trace} from './trace.ts'

/** Two machines, of which one serves what the test says. */
function setUp(service: Partial<Service>) {
  const clock = new SimClock(0)
  const life = new Life(() => {})
  const peer: {name: string; running: Peer['running']} = {
    name: 'server',
    running: {service: {name: 'server', ended: new Promise(() => {}), ...service} as Service, life},
  }
  const told: string[] = []
  const faults = new FaultCounts()
  const network = new SimNetwork({
    clock,
    trace: new Trace(clock),
    prng: new Prng('network'),
    faults,
    hosts: new Map<string, Peer>([['server.test', peer]]),
    onFault: detail => void told.push(detail),
  })
  const own = new Life(() => {})
  const fetch = (init?: RequestInit, host = 'server.test'): Promise<Response> =>
    clock.runUntil(network.fetch('client', own, new Request(`http://${host}/path`, init)))
  const heard = async (signal = new AbortController().signal): Promise<Frame[]> => {
    const frames: Frame[] = []
    const listen = async (): Promise<void> => {
      const stream = await network.subscribe('client', own, new Request('ws://server.test/'), signal)
      assert.ok(!(stream instanceof Response))
      for await (const some of stream) frames.push(...(some as readonly Frame[]))
    }
    await clock.runUntil(listen())
    return frames
  }
  const always = (kind: FaultKind): void => void (network.rates = {[kind]: 1})
  return {clock, life, peer, told, faults, network, own, fetch, heard, always}
}

const causeOf = (text: RegExp) => (error: Error) => text.test(String((error.cause as Error | undefined)?.message))

test('a request comes over with its body, and the answer with its own', async () => {
  const {fetch, clock} = setUp({fetch: async request => new Response(`got ${await request.text()}`, {status: 201})})
  const response = await fetch({method: 'POST', body: 'hello'})
  assert.deepEqual([response.status, await response.text()], [201, 'got hello'])
  assert.ok(clock.nowMs > 0)
})

test('nobody is at a host that is not there, and a machine that is down refuses', async () => {
  const {fetch, peer} = setUp({fetch: async () => new Response()})
  await assert.rejects(fetch({}, 'other.test'), causeOf(/not found/))
  peer.running = undefined
  await assert.rejects(fetch(), causeOf(/refuses connections/))
})

test('a lost request is never served, and a lost answer is of one that was', async () => {
  let served = 0
  const {fetch, always, faults} = setUp({
    fetch: async () => {
      served++
      return new Response('answer')
    },
  })
  always('lost-request')
  await assert.rejects(fetch(), causeOf(/does not answer/))
  assert.equal(served, 0)
  always('lost-answer')
  await assert.rejects(fetch(), causeOf(/no answer came/))
  assert.equal(served, 1)
  assert.deepEqual([faults.of('lost-request'), faults.of('lost-answer')], [1, 1])
})

test('half a request and half an answer break off where they are read', async () => {
  let read: unknown
  const {fetch, always} = setUp({
    fetch: async request => {
      read = await request.text().catch((error: unknown) => error)
      return new Response('0123456789')
    },
  })
  always('half-request')
  await assert.rejects(fetch({method: 'POST', body: 'hello'}), causeOf(/in the middle of the request/))
  assert.ok(read instanceof TypeError)
  always('half-answer')
  await assert.rejects(async () => (await fetch()).text(), TypeError)
})

test('a machine that ends takes its connections with it, and what it was asked is not answered', async () => {
  const {fetch, life, clock, heard} = setUp({
    fetch: () => new Promise(() => {}),
    async *frames() {
      yield 'one'
      await new Promise(() => {})
    },
  })
  clock.after(100, () => life.end())
  await assert.rejects(fetch(), causeOf(/reset/))
  await assert.rejects(heard(), causeOf(/reset/))
})

test('an answer of a machine that has ended is not heard', async () => {
  const {fetch, life} = setUp({
    fetch: async () => {
      life.end()
      return new Response()
    },
  })
  await assert.rejects(fetch(), causeOf(/reset/))
})

test('a partition holds for its time, in both directions', async () => {
  const {fetch, network, clock} = setUp({fetch: async () => new Response('answer')})
  network.partition('server', 'client', 60_000)
  await assert.rejects(fetch(), causeOf(/does not answer/))
  await clock.runUntil(clock.sleep(60_000))
  assert.equal(await (await fetch()).text(), 'answer')
})

test('frames come in order, some at a time, until the server ends', async () => {
  const all = Array.from({length: 100}, (_, i) => `frame ${i}`)
  const {heard} = setUp({
    async *frames() {
      yield all.slice(0, 90)
      yield all[90]
      yield all.slice(91)
    },
  })
  assert.deepEqual(await heard(), all)
})

test('a subscription that breaks gives a first part of what was sent', async () => {
  const all = Array.from({length: 20}, (_, i) => `${i}`)
  const {heard, network, faults} = setUp({
    async *frames() {
      yield all
      await new Promise(() => {})
    },
  })
  network.rates = {broken: 1}
  await assert.rejects(heard(), causeOf(/broke/))
  assert.equal(faults.of('broken'), 1)
})

test('who leaves a subscription is told his own reason, and the server that he has left', async () => {
  let left: unknown
  const {heard, clock} = setUp({
    async *frames(_, signal) {
      yield 'one'
      await new Promise(resolve => signal.addEventListener('abort', resolve))
      left = signal.reason
    },
  })
  const leaving = new AbortController()
  clock.after(50, () => leaving.abort(new Error('enough')))
  await assert.rejects(heard(leaving.signal), /enough/)
  assert.match(String((left as Error).cause), /has left/)
})

test('a fault of a service is told, and answered with 500', async () => {
  const {fetch, told} = setUp({
    fetch: async () => {
      throw new Error('broken')
    },
  })
  assert.equal((await fetch()).status, 500)
  assert.match(told.join(), /server threw at GET \/path: Error: broken/)
})

for (const [kind, heardAtMost, fault] of [
  ['half-frame', ['fra'], /in the middle of a frame/],
  ['repeated', ['frame 1', 'frame 1', 'frame 2', 'frame 2'], undefined],
  ['stalled', ['frame 1', 'frame 2'], /is dead/],
] as const) {
  test(`what a subscription may suffer: ${kind}`, async () => {
    const {network, own, clock, always, faults} = setUp({
      async *frames() {
        yield ['frame 1']
        yield ['frame 2']
      },
    })
    always(kind)
    for (const [name, suffers] of [
      ['client', true],
      // People are given what comes over TCP, so nothing of it comes half or twice.
      ['people', kind === 'stalled'],
    ] as const) {
      const heard: Frame[] = []
      const listen = async (): Promise<void> => {
        const stream = await network.subscribe(
          name,
          own,
          new Request('ws://server.test/'),
          new AbortController().signal,
        )
        for await (const some of stream as AsyncIterable<readonly Frame[]>) heard.push(...some)
      }
      let error: Error | undefined
      await clock.runUntil(listen()).catch((thrown: Error) => (error = thrown))
      if (!suffers) assert.deepEqual([heard, error], [['frame 1', 'frame 2'], undefined])
      else if (error) assert.ok(fault && causeOf(fault)(error), String(error.cause))
      if (suffers) assert.deepEqual(heard, heardAtMost.slice(0, heard.length))
      if (suffers && !error) assert.equal(heard.length, heardAtMost.length)
    }
    assert.ok(faults.of(kind) > 0)
    if (kind === 'stalled') assert.ok(clock.nowMs > 5_000)
  })
}
