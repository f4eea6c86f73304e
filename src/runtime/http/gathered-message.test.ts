/** A body in very many pieces is held in few, in its order, and nobody waits for what has come. */
import assert from 'node:assert/strict'
import {once} from 'node:events'
import {Socket} from 'node:net'
import {test} from 'node:test'
import {setImmediate as nextTurn} from 'node:timers/promises'
import {GatheredMessage} from './gathered-message.ts'

const opened = (): GatheredMessage => new GatheredMessage(new Socket())
const byte = (n: number): Buffer => Buffer.from([n % 251])

/** What comes out, piece by piece, until the end. */
async function pieces(message: GatheredMessage): Promise<Buffer[]> {
  const all: Buffer[] = []
  message.on('data', (piece: Buffer) => all.push(piece))
  await once(message, 'end')
  return all
}

test('fifty thousand pieces of one byte are held as some few', async () => {
  const message = opened()
  const expected = Array.from({length: 50_000}, (_, n) => byte(n))
  for (const piece of expected) message.push(piece)
  message.push(null)
  const all = await pieces(message)
  assert.ok(all.length <= 5, `${all.length} pieces`)
  assert.ok(Buffer.concat(all).equals(Buffer.concat(expected)))
})

test('large pieces pass as they are, in their order among the small ones', async () => {
  const message = opened()
  const large = Buffer.alloc(1_024, 7)
  const expected: Buffer[] = []
  for (let n = 0; n < 40; n++) expected.push(byte(n), byte(n + 1), large)
  for (const piece of expected) message.push(piece)
  message.push(null)
  const all = await pieces(message)
  assert.ok(Buffer.concat(all).equals(Buffer.concat(expected)))
  assert.equal(all.filter(piece => piece === large).length, 40)
})

test('the first piece, which is nearly always the only one, is not copied', async () => {
  const message = opened()
  const first = byte(1)
  message.push(first)
  message.push(null)
  const [only] = await pieces(message)
  assert.equal(only, first)
})

test('what has come is handed on in the same turn, though the sender waits before it goes on', async () => {
  const message = opened()
  const seen: number[] = []
  message.on('data', (piece: Buffer) => seen.push(piece.length))
  for (let turn = 0; turn < 3; turn++) {
    for (let n = 0; n < 10; n++) message.push(byte(n))
    await nextTurn()
    assert.equal(
      seen.reduce((sum, length) => sum + length, 0),
      (turn + 1) * 10,
    )
  }
  message.destroy()
})

test('a sender is held up when as much waits as may, gathered or not', async () => {
  const message = opened()
  let taken = 0
  while (message.push(byte(taken)) && taken < 200_000) taken++
  assert.ok(taken > 0 && taken <= message.readableHighWaterMark, `${taken}`)
})

test('a message that is destroyed takes nothing more', async () => {
  const message = opened()
  message.on('error', () => {})
  message.push(byte(1))
  message.push(byte(2))
  message.destroy()
  await nextTurn()
  assert.ok(message.destroyed)
})
