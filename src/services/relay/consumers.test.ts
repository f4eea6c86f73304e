/** Who is told to read the firehose, and how far he is. */
import {deepEqual} from 'node:assert/strict'
import {test} from 'node:test'
import {notePeer} from '#runtime/strangers/peer.ts'
import {WireFrames} from '#std/wire/wire-frames.ts'
import {Consumers} from './consumers.ts'

test('each has a number of its own, in the order in which they came, and is counted for what it has taken', async () => {
  const clock = {ms: 5}
  const consumers = new Consumers({now: () => clock.ms})
  const some = [[new Uint8Array(1), new Uint8Array(1)], Object.create(WireFrames.prototype, {count: {value: 7}})]
  const reading = (userAgent: string | undefined, cursor?: number) => {
    const request = new Request('http://relay/', {headers: userAgent === undefined ? {} : {'user-agent': userAgent}})
    notePeer(request, '192.0.2.7')
    const frames = (async function* () {
      yield* some as (Uint8Array[] | WireFrames)[]
    })()
    return consumers.counted(request, cursor, frames)
  }
  const told = () => consumers.all().map(({id, frameCount, cursor}) => [id, frameCount, cursor])
  const [one, other] = [reading('x'.repeat(201), 3), reading(undefined)]
  await one.next()
  clock.ms = 9
  await other.next()
  deepEqual(
    consumers.all().map(({address, userAgent, connectedMs}) => [address, userAgent, connectedMs]),
    [
      ['192.0.2.7', 'x'.repeat(200), 5],
      ['192.0.2.7', '', 9],
    ],
  )
  deepEqual(told(), [
    [1, 0, 3],
    [2, 0, undefined],
  ])
  await one.next()
  deepEqual(told(), [
    [1, 2, 3],
    [2, 0, undefined],
  ])
  await other.return()
  deepEqual((await one.next()).done, true)
  deepEqual(told(), [])
  const last = reading('')
  await last.next()
  await last.next()
  deepEqual(told(), [[3, 2, undefined]])
})
