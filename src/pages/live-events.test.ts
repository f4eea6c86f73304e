import assert from 'node:assert/strict'
import {suite, test} from 'node:test'
import {setTimeout as sleep} from 'node:timers/promises'
import {realWorld} from '#std/world.ts'
import {Viewers, type Message} from './live-events.ts'

async function* forever(signal: AbortSignal): AsyncGenerator<Message> {
  for (let n = 0; !signal.aborted; n++) yield {event: 'tick', data: n}
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
    assert.match(await text(), /^retry: \d+\n\n$/)
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
})
