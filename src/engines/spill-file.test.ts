/** A file for what memory has no room for. */
import assert from 'node:assert/strict'
import {readdirSync} from 'node:fs'
import {test} from 'node:test'
import {ownTemporaryFolder} from '../../test/temporary-folder.ts'
import {SpillFile} from './spill-file.ts'

test('it gives back what was put in, wherever that is by then, and leaves nothing behind', context => {
  const folder = ownTemporaryFolder(context)
  using spill = new SpillFile()
  const sizes = [10, 100_000, 200_000, 1, 300_000, 0, 5]
  const blocks = sizes.map((size, n) => ({n, at: spill.append(new Uint8Array(size).fill(n + 1)), size}))
  for (const {n, at, size} of [...blocks, ...blocks.toReversed()]) {
    const bytes = spill.read(at, size)
    assert.equal(bytes.length, size)
    assert.ok(
      bytes.every(byte => byte === n + 1),
      `block ${n}`,
    )
  }
  assert.deepEqual(readdirSync(folder), [])
})

test('what it gave stays as it was', () => {
  using spill = new SpillFile()
  const at = spill.append(Uint8Array.of(1, 2, 3))
  const bytes = spill.read(at, 3)
  for (let n = 0; n < 10; n++) spill.append(new Uint8Array(100_000))
  assert.deepEqual([...bytes], [1, 2, 3])
  assert.deepEqual([...spill.read(at, 3)], [1, 2, 3])
})

test('one that is never used makes no file, and one may be let go of twice', () => {
  const spill = new SpillFile()
  spill[Symbol.dispose]()
  spill[Symbol.dispose]()
  assert.deepEqual(spill.read(0, 0).length, 0)
})
