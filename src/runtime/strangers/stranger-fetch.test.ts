/** Servers of strangers that hang, drip and never end, at a clock that the test moves. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {Overloaded} from '#std/waiting/async.ts'
import {realWorld, type World} from '#std/world.ts'
import {HandClock} from '../../../test/hand-clock.ts'
import {Refused} from './guard.ts'
import {Metrics} from '../health/metrics.ts'
import {siteOf, strangerWorld, TooSlow, type StrangerLimits} from './stranger-fetch.ts'

type Answer = (request: Request) => Promise<Response>

/** What the servers do, by the first label of their name. */
const servers = (clock: HandClock, aborted: string[]): Record<string, Answer> => {
  const watch = ({url, signal}: Request): void =>
    signal.addEventListener('abort', () => aborted.push(new URL(url).host), {once: true})
  const dripping = (size: number, everyMs: number): Answer => {
    const pull = async (out: ReadableStreamDefaultController): Promise<void> => {
      await clock.sleep(everyMs)
      out.enqueue(new Uint8Array(size))
    }
    return async request => {
      watch(request)
      return new Response(new ReadableStream({pull}, {highWaterMark: 0}))
    }
  }
  return {
    good: async () => new Response('good'),
    none: async () => new Response(null, {status: 204}),
    hangs: request => {
      watch(request)
      return new Promise(() => {})
    },
    drips: dripping(1, 1_000),
    slow: dripping(49_000, 1_000),
    steady: dripping(60_000, 1_000),
    refused: async () => {
      throw new Refused('private-address', '10.0.0.1 is not a public address.')
    },
  }
}

function setUp(limits: Partial<StrangerLimits> = {}) {
  const clock = new HandClock()
  const metrics = new Metrics()
  const aborted: string[] = []
  const known = servers(clock, aborted)
  const fetch: World['fetch'] = async request => known[new URL(request.url).host.split(/[\d.]/)[0]](request)
  const world = strangerWorld({...realWorld, sleep: clock.sleep, fetch}, metrics, limits)
  const ask = (host: string, signal?: AbortSignal) => world.fetch(new Request(`https://${host}/`, {signal}))
  const number = (name: string): number =>
    Number(new RegExp(`^${name.replaceAll(/[{}"]/g, '\\$&')} (.*)$`, 'm').exec(metrics.render())?.[1] ?? 0)
  const running = () => number('stranger_fetches{service="all",kind="all"}')
  const refused = (reason: string) =>
    number(`stranger_fetches_refused_total{service="all",kind="all",reason="${reason}"}`)
  return {clock, ask, aborted, running, refused, number}
}

const read = async (asked: Promise<Response>): Promise<string> => (await asked).text()
const fault = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work
    return 'none'
  } catch (error) {
    if (error instanceof TooSlow) return error.reason
    return (error as Error).name
  }
}

test('an answer comes as it is, and its place is free when it has come', async () => {
  const {ask, running} = setUp()
  const response = await ask('good.example.com')
  assert.equal(running(), 1)
  assert.equal(await response.text(), 'good')
  assert.equal(running(), 0)
  assert.equal((await ask('none.example.com')).status, 204)
  assert.equal(running(), 0)
  await (await ask('good.example.com')).body?.cancel()
  assert.equal(running(), 0)
})

test('two hundred and two requests that hang block none of other hosts', async () => {
  const {clock, ask, aborted, refused, running} = setUp()
  const hanging = Array.from({length: 202}, () => fault(ask('hangs.example.com')))
  assert.equal(await read(ask('good.example.net')), 'good')
  assert.equal(running(), 32)
  await clock.pass(10_000)
  assert.equal(refused('slow-head'), 32)
  await clock.pass(70_000)
  assert.deepEqual(new Set(await Promise.all(hanging)), new Set(['slow-head']))
  assert.deepEqual([aborted.length, running()], [202, 0])
})

test('a stranger with any number of names and domains blocks none of others', async () => {
  const {clock, ask, running} = setUp()
  const hanging: Promise<string>[] = []
  for (let i = 0; i < 400; i++) hanging.push(fault(ask(`hangs${i}.evil${i % 4}.com`)))
  await clock.pass(0)
  assert.equal(running(), 256)
  const good = read(ask('good.example.net'))
  // The next place that is free is the good one's, though hundreds have waited for longer.
  await clock.pass(10_000)
  assert.equal(await good, 'good')
  await clock.pass(30_000)
  assert.ok((await Promise.all(hanging)).every(reason => reason === 'slow-head'))
})

test('what drips is given up after ten seconds, what comes at the least rate is not', async () => {
  const {clock, ask, aborted, running, refused} = setUp()
  const slow = ['drips.example.com', 'slow.example.com'].map(host => fault(read(ask(host))))
  const steady = new AbortController()
  const kept = fault(read(ask('steady.example.com', steady.signal)))
  await clock.pass(12_000)
  assert.deepEqual(await Promise.all(slow), ['slow-body', 'slow-body'])
  assert.deepEqual([aborted, refused('slow-body')], [['drips.example.com', 'slow.example.com'], 2])
  await clock.pass(600_000)
  assert.equal(running(), 1)
  steady.abort(new DOMException('gone', 'AbortError'))
  assert.equal(await kept, 'AbortError')
  assert.deepEqual([aborted.at(-1), running()], ['steady.example.com', 0])
})

test('a body that we leave lying is not slow, but it does not keep its place for ever', async () => {
  const {clock, ask, running} = setUp({unreadMs: 60_000})
  const response = await ask('steady.example.com')
  const reader = response.body!.getReader()
  for (let i = 0; i < 30; i++) {
    await clock.pass(20_000)
    const reading = reader.read()
    await clock.pass(1_000)
    assert.equal((await reading).value?.length, 60_000)
  }
  await clock.pass(61_000)
  assert.equal(await fault(reader.read()), 'unread')
  assert.equal(running(), 0)
})

test('none is endless, in time or in bytes', async () => {
  const {clock, ask} = setUp({wholeMs: 60_000, bodySizeMax: 1_000_000})
  const [endless, large] = [fault(read(ask('steady.example.com'))), await ask('steady.example.com')]
  await clock.pass(20_000)
  assert.equal(await endless, 'Refused')
  await clock.pass(40_000)
  assert.equal(await fault(large.text()), 'endless')
})

test('who leaves is not waited for, neither in the queue nor for the head', async () => {
  const {clock, ask, aborted, number} = setUp({
    places: {max: 1, waitingMax: 2, waitingPerKeyMax: 1},
  })
  const leaving = new AbortController()
  const asked = [fault(ask('hangs.example.com', leaving.signal)), fault(ask('hangs.example.com', leaving.signal))]
  await clock.pass(0)
  assert.equal(number('stranger_fetches_waiting{service="all",kind="all"}'), 1)
  await assert.rejects(ask('hangs.example.com'), Overloaded)
  assert.equal(number('stranger_fetches_refused_total{service="all",kind="all",reason="full"}'), 1)
  leaving.abort()
  assert.deepEqual(await Promise.all(asked), ['AbortError', 'AbortError'])
  assert.deepEqual(aborted, ['hangs.example.com'])
  assert.equal(await read(ask('good.example.com')), 'good')
})

test('what the guard refuses is counted by why', async () => {
  const {ask, refused, running} = setUp()
  assert.equal(await fault(ask('refused.example.com')), 'Refused')
  assert.deepEqual([refused('private-address'), running()], [1, 0])
})

test('hosts are of one site by the last two labels of their names', () => {
  for (const [host, site] of [
    ['a.b.example.com:443', 'example.com'],
    ['example.com', 'example.com'],
    ['localhost:2583', 'localhost'],
    ['8.8.8.8:80', '8.8.8.8'],
    ['[2606:4700::1111]:443', '[2606:4700::1111]'],
    ['[2606:4700::1111]', '[2606:4700::1111]'],
  ]) {
    assert.equal(siteOf(host), site)
  }
})
