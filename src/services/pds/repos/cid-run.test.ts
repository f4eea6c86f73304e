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
      run.add(bytes, Uint8Array.of(i, 2), `text ${i}`)
      taken.set(Buffer.from(bytes).toString('hex'), [[i, 2], `text ${i}`])
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
