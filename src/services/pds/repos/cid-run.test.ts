import assert from 'node:assert/strict'
import {test} from 'node:test'
import {cidSize} from '#atp/data/cid.ts'
import {cidFor} from '../../../../test/random.ts'
import {CidRun} from './cid-run.ts'

test('a run gives back all that it took, by hash, and is full at its size', () => {
  const run = new CidRun({sizeMax: 100 * (cidSize + 2), entrySizeMax: 2})
  for (const round of [0, 1]) {
    const taken = new Map<string, [number[], string]>()
    for (let i = 0; !run.isFull; i++) {
      const {bytes} = cidFor(`${round} ${i}`)
      run.add(bytes, Uint8Array.of(i, 2), `text ${round} ${i}`)
      taken.set(Buffer.from(bytes).toString('hex'), [[i, 2], `text ${round} ${i}`])
    }
    assert.equal(taken.size, 100)
    const given = [...run.sorted()].map(
      ({cid, bytes, text}) => [Buffer.from(cid.bytes).toString('hex'), [[...bytes], text]] as const,
    )
    assert.deepEqual(
      given,
      [...taken].toSorted(([a], [b]) => (a < b ? -1 : 1)),
    )
    run.empty()
  }
  assert.deepEqual([...run.sorted()], [])
})

test('a run is full at 65,536 entries, up to which it keeps even those apart whose hashes begin alike', () => {
  const run = new CidRun({sizeMax: 2 ** 22, entrySizeMax: 0})
  const last = new Uint8Array(cidSize).fill(255)
  const first = Uint8Array.from({length: cidSize}, (_, i) => (i < 4 ? 255 : 0))
  const count = 2 ** 16
  for (let i = 0; i < count; i++) {
    assert.equal(run.isFull, false)
    run.add(i % 2 === 0 ? last : first, new Uint8Array(), `${i}`)
  }
  assert.equal(run.isFull, true)
  const texts = Array.from(run.sorted(), ({text}) => Number(text))
  const isInOrder = texts.every((text, i) => text === (i < count / 2 ? 2 * i + 1 : 2 * i - count))
  assert.deepEqual([texts.length, isInOrder], [count, true])
})

/** A CID whose hash begins with so many ones, and then these bits. */
function hashed(ones: number, rest: string): Uint8Array {
  const bits = ('1'.repeat(ones) + rest).padEnd(256, '1')
  return Uint8Array.from({length: cidSize}, (_, i) => (i < 4 ? i : parseInt(bits.slice(8 * i - 32, 8 * i - 24), 2)))
}

test('each of the first 37 bits of two hashes tells which of them comes first', () => {
  const run = new CidRun({sizeMax: 100 * cidSize, entrySizeMax: 0})
  for (let bit = 0; bit < 37; bit++) {
    for (const ones of new Set([0, bit])) {
      const same = '0'.repeat(bit - ones)
      run.empty()
      run.add(hashed(ones, `${same}1${'0'.repeat(40)}`), new Uint8Array(), 'later')
      run.add(hashed(ones, `${same}0${'1'.repeat(40)}`), new Uint8Array(), 'first')
      assert.deepEqual(
        Array.from(run.sorted(), ({text}) => text),
        ['first', 'later'],
        `bit ${bit}`,
      )
    }
  }
})
