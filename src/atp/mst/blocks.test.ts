import assert from 'node:assert/strict'
import {test} from 'node:test'
import {cidFor, runSeed, seeded} from '../../../test/random.ts'
import {Cid} from '../data/cid.ts'
import {BlockMap} from './blocks.ts'

test(`a block map is a map (seed ${runSeed})`, () => {
  const random = seeded(runSeed)
  const cids = Array.from({length: 500}, (_, n) => cidFor(String(n)))
  const blocks = new BlockMap()
  const model = new Map<string, number>()
  for (let step = 0; step < 20_000; step++) {
    const cid = cids[Math.floor(random() ** 2 * cids.length)]
    if (random() < 0.6) {
      blocks.set(cid, Uint8Array.of(step, step >> 8))
      model.set(cid.key, step)
    } else assert.equal(blocks.delete(cid), model.delete(cid.key))
    assert.equal(blocks.has(cid), model.has(cid.key))
    assert.equal(blocks.find(Uint8Array.of(0, ...cid.bytes), 1), blocks.get(cid))
    assert.equal(blocks.size, model.size)
  }
  for (const cid of cids) {
    const step = model.get(cid.key)
    assert.deepEqual(blocks.get(cid), step === undefined ? undefined : Uint8Array.of(step, step >> 8))
  }
  assert.deepEqual(
    [...blocks].map(({cid}) => cid.key),
    [...model.keys()],
  )
})

test('blocks whose hashes begin alike are told apart', () => {
  const alike = Array.from({length: 300}, (_, n) => {
    const bytes = cidFor('x').bytes.slice()
    bytes[35] = n
    bytes[34] = n >> 8
    return new Cid(bytes)
  })
  const blocks = new BlockMap()
  for (const [n, cid] of alike.entries()) blocks.set(cid, Uint8Array.of(n))
  for (const [n, cid] of alike.entries()) assert.equal(blocks.get(cid)?.[0], n & 255)
})
