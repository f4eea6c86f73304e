/** Bytes from a store are what the system gave, each once. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {toHex} from './bytes.ts'
import {RandomBytes} from './random-bytes.ts'
import {realWorld} from './world.ts'

test('each byte that the system gave is given out once at most, whatever the sizes, and is not kept', () => {
  let given = 0
  const stores: Uint8Array[] = []
  const random = new RandomBytes(bytes => {
    stores.push(bytes)
    new Uint32Array(bytes.buffer).fill(0).forEach((_, i, words) => (words[i] = ++given))
  })
  const seen: number[] = []
  for (let i = 0; i < 3_000; i++) {
    const bytes = random.take([0, 4, 16, 32, 64][i % 5])
    assert.equal(bytes.byteLength, bytes.buffer.byteLength)
    seen.push(...new Uint32Array(bytes.buffer))
  }
  assert.equal(new Set(seen).size, seen.length)
  assert.ok(seen.every(word => word > 0 && word <= given))
  const kept = new Set(new Uint32Array(stores[0].buffer))
  assert.ok(seen.every(word => !kept.has(word)))
})

test('many at a time come from the system as they are', () => {
  const asked: number[] = []
  const random = new RandomBytes(bytes => asked.push(bytes.length) && bytes.fill(7))
  assert.equal(toHex(random.take(100)), '07'.repeat(100))
  random.take(10)
  random.take(10)
  assert.deepEqual(asked, [100, 4_096])
})

test('those of this machine differ', () => {
  assert.equal(new Set(Array.from({length: 1_000}, () => toHex(realWorld.random(16)))).size, 1_000)
})
