import assert from 'node:assert/strict'
import {test} from 'node:test'
import {cidFor} from '../../../test/random.ts'
import {CidIndex, indexedSizeMax} from './cid-index.ts'

test('what was noted is found, through all growth', () => {
  const index = new CidIndex(1)
  const cids = Array.from({length: 20_000}, (_, n) => cidFor(String(n)))
  for (const [n, {bytes}] of cids.entries()) assert.ok(index.add(bytes, 0, n * 2 ** 27, n % indexedSizeMax))
  assert.equal(index.size, cids.length)
  for (const [n, {bytes}] of cids.entries()) {
    const entry = index.find(bytes, 0)
    assert.equal(entry, n)
    assert.equal(index.offset(entry), n * 2 ** 27)
    assert.equal(index.blockSize(entry), n)
    assert.ok(!index.add(bytes, 0, 0, 0))
  }
  assert.equal(index.find(cidFor('absent').bytes, 0), -1)
})

test('a CID of the same hash and another codec is another', () => {
  const {bytes} = cidFor('x')
  const raw = bytes.with(1, 0x55)
  const index = new CidIndex()
  assert.ok(index.add(bytes, 0, 1, 1))
  assert.equal(index.find(raw, 0), -1)
  assert.ok(index.add(raw, 0, 2, 2))
})

test('marks are kept apart', () => {
  const index = new CidIndex()
  index.add(cidFor('a').bytes, 0, 0, 0)
  index.add(cidFor('b').bytes, 0, 0, indexedSizeMax)
  assert.ok(!index.mark(1, 1))
  assert.ok(index.mark(1, 1))
  assert.ok(!index.has(1, 2) && !index.has(0, 1))
  assert.equal(index.blockSize(1), indexedSizeMax)
})

test('hashes that were mined to crowd one place are refused', () => {
  const index = new CidIndex(100_000)
  const {bytes} = cidFor('x')
  const mined = bytes.slice()
  assert.throws(
    () => {
      for (let n = 0; n < 10_000; n++) {
        mined[10] = n
        mined[11] = n >> 8
        index.add(mined, 0, 0, 0)
      }
    },
    {name: 'Malformed', format: 'car', reason: 'mined-hashes'},
  )
})
