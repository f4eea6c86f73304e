import assert from 'node:assert/strict'
import {suite, test} from 'node:test'
import {setTimeout as sleep} from 'node:timers/promises'
import {realWorld} from '#std/world.ts'
import {notePeer} from '#runtime/strangers/peer.ts'
import {Viewers, type Message} from './live-events.ts'

/** What comes before any message. */
const opening = /^retry: \d+\n\n$/

async function* forever(signal: AbortSignal): AsyncGenerator<Message> {
  for (let n = 0; !signal.aborted; n++) yield {event: 'tick', data: n}
}
async function* failing(): AsyncGenerator<Message> {
  yield {event: 'a', data: 1}
  throw new Error('no more')
}

async function* one(): AsyncGenerator<Message> {
  yield {event: 'a', data: 1}
}

async function* hostile(): AsyncGenerator<Message> {
  yield {event: 'a', data: {text: 'x\n\nevent: evil\ndata: y\r\rid: 1'}}
}
const silence = (signal: AbortSignal): AsyncIterable<Message> => ({
  [Symbol.asyncIterator]: () => ({
    next: () =>
      new Promise(resolve =>
        signal.addEventListener('abort', () => resolve({done: true, value: undefined}), {once: true}),
      ),
  }),
})
const request = (): Request => new Request('http://localhost:2580/live/events')

suite('viewers', () => {
  const limits = {countMax: 3, perAddressMax: 2}

  test('are so many and no more, and one that goes makes room', async () => {
    const viewers = new Viewers(realWorld, limits)
    const stopping = new AbortController()
    const open = () => viewers.stream(request(), stopping.signal, silence)
    const [first, second] = [open(), open()]
    const refused = open()
    assert.deepEqual([first.status, second.status, refused.status], [200, 200, 503])
    assert.equal(viewers.count, 2)
    await first.body?.cancel()
    assert.equal(viewers.count, 1)
    assert.equal(open().status, 200)
    stopping.abort()
    assert.equal(viewers.count, 0)
  })

  test('are sent nothing that they do not read', async () => {
    const viewers = new Viewers(realWorld, limits)
    let made = 0
    async function* counted(signal: AbortSignal): AsyncGenerator<Message> {
      for await (const message of forever(signal)) {
        made++
        yield message
      }
    }
    const {body} = viewers.stream(request(), new AbortController().signal, counted)
    const reader = body?.getReader()
    const text = async (): Promise<string> => new TextDecoder().decode((await reader?.read())?.value)
    assert.match(await text(), opening)
    assert.equal(await text(), 'event: tick\ndata: 0\n\n')
    await sleep(5)
    assert.ok(made <= 2, `${made} messages were made for one that was read`)
    await reader?.cancel()
    assert.equal(viewers.count, 0)
  })

  test('hear that the stream is open while nothing happens', async () => {
    const quick = {sleep: (ms: number, signal?: AbortSignal) => realWorld.sleep(Math.min(ms, 1), signal)}
    const viewers = new Viewers(quick, limits)
    const stopping = new AbortController()
    const reader = viewers.stream(request(), stopping.signal, silence).body?.getReader()
    await reader?.read()
    assert.equal(new TextDecoder().decode((await reader?.read())?.value), ':\n\n')
    stopping.abort()
    assert.equal((await reader?.read())?.done, true)
  })

  test('are answered as a stream that nobody keeps, with no word to read before the first event', async () => {
    const viewers = new Viewers(realWorld, limits)
    const {headers, body} = viewers.stream(request(), new AbortController().signal, forever)
    assert.equal(headers.get('content-type'), 'text/event-stream; charset=utf-8')
    assert.equal(headers.get('cache-control'), 'no-store')
    assert.equal(headers.get('x-accel-buffering'), 'no')
    const reader = body?.getReader()
    assert.match(new TextDecoder().decode((await reader?.read())?.value), opening)
    await reader?.cancel()
  })

  test('that are too many are told when to come again', async () => {
    const viewers = new Viewers(realWorld, {countMax: 1, perAddressMax: 1})
    const first = viewers.stream(request(), new AbortController().signal, silence)
    const second = viewers.stream(request(), new AbortController().signal, silence)
    assert.deepEqual([second.status, second.headers.get('retry-after')], [503, '60'])
    await first.body?.cancel()
  })

  test('of one stranger do not take the places of another', async () => {
    const viewers = new Viewers(realWorld, {countMax: 3, perAddressMax: 2})
    const from = (address: string): Response => {
      const asked = request()
      notePeer(asked, address)
      return viewers.stream(asked, new AbortController().signal, silence)
    }
    const answers = ['192.0.2.7', '192.0.2.7', '192.0.2.7', '192.0.2.8', '192.0.2.9'].map(from)
    assert.deepEqual(
      answers.map(({status}) => status),
      [200, 200, 503, 200, 503],
    )
    for (const {body} of answers) await body?.cancel()
    assert.equal(viewers.count, 0)
    assert.equal(from('192.0.2.7').status, 200)
  })

  test('that leave end what was made for them', async () => {
    const viewers = new Viewers(realWorld, limits)
    const leaving = new AbortController()
    const ended: string[] = []
    async function* noted(signal: AbortSignal): AsyncGenerator<Message> {
      try {
        yield* forever(signal)
      } finally {
        ended.push('ended')
      }
    }
    const asked = new Request('http://localhost:2580/live/events', {signal: leaving.signal})
    const reader = viewers.stream(asked, new AbortController().signal, noted).body?.getReader()
    for (let i = 0; i < 3; i++) await reader?.read()
    leaving.abort()
    assert.equal(viewers.count, 0, 'the place is free at once')
    assert.equal((await reader?.read())?.done, true)
    assert.deepEqual(ended, ['ended'])
  })

  test('are told by the end of the stream that a producer has failed, and make room', async () => {
    const viewers = new Viewers(realWorld, limits)
    const reader = viewers.stream(request(), new AbortController().signal, failing).body?.getReader()
    await reader?.read()
    await reader?.read()
    await assert.rejects(async () => reader?.read(), /no more/)
    assert.equal(viewers.count, 0)
  })

  test('end with what they watch', async () => {
    const viewers = new Viewers(realWorld, limits)
    const {body} = viewers.stream(request(), new AbortController().signal, one)
    const text = await new Response(body).text()
    assert.match(text, /^retry: \d+\n\nevent: a\ndata: 1\n\n$/)
    assert.equal(viewers.count, 0)
  })

  test('cannot be sent a line of their own by what a stranger wrote', async () => {
    const viewers = new Viewers(realWorld, limits)
    const {body} = viewers.stream(request(), new AbortController().signal, hostile)
    const lines = (await new Response(body).text()).split(/\r\n|\r|\n/).filter(line => line !== '')
    assert.deepEqual(lines.slice(1), ['event: a', String.raw`data: {"text":"x\n\nevent: evil\ndata: y\r\rid: 1"}`])
  })
})
