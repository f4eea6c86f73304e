/** A segment that goes while it is being packed goes whole. */
import assert from 'node:assert/strict'
import {readdirSync, rmSync, statSync, writeFileSync} from 'node:fs'
import {test} from 'node:test'
import {temporaryFolder} from '../../../test/temporary-folder.ts'
import {Segment} from './segment.ts'

test('a segment that is removed while it is packed leaves nothing behind', async () => {
  const folder = temporaryFolder('segment')
  const segment = new Segment(folder, 1, 1, [])
  const bytes = Buffer.alloc(4 * 2 ** 20, 'what is in it')
  writeFileSync(segment.path, bytes)
  segment.size = bytes.length
  const packing = segment.pack(2, 1, new AbortController().signal)
  await segment.remove()
  await packing.catch(() => {})
  assert.deepEqual(readdirSync(folder), [])
})

test('a segment that was packed stands in the place of what it was', async () => {
  const folder = temporaryFolder('segment')
  const segment = new Segment(folder, 1, 1, [])
  writeFileSync(segment.path, 'bytes')
  segment.size = 5
  await segment.pack(2, 1, new AbortController().signal)
  const [name, ...others] = readdirSync(folder)
  assert.deepEqual([segment.path.endsWith(name), others], [true, []])
  assert.equal(segment.packedSize, statSync(segment.path).size)
  assert.deepEqual([segment.diskSize, segment.size, new Segment(folder, 2, 1).diskSize], [segment.packedSize, 5, 16])
  assert.equal(Segment.named(folder, name, segment.packedSize ?? 0)?.first, 1)
  const stopped = new Segment(folder, 9, 9, [])
  writeFileSync(stopped.path, 'bytes')
  stopped.size = 5
  await assert.rejects(stopped.pack(10, 9, AbortSignal.abort(new Error('stopped'))), /stopped/)
  assert.deepEqual(readdirSync(folder).length, 2, 'and one that was not stays as it is')
  assert.equal(stopped.packedSize, undefined)
})

test('the index of a segment is read once, and kept', async () => {
  const folder = temporaryFolder('segment')
  const mark = {seq: 5, time: 2, offset: 400}
  await new Segment(folder, 1, 1, [mark]).seal()
  const segment = new Segment(folder, 1, 1)
  assert.deepEqual(await segment.markWhere(({seq}) => seq <= 9), mark)
  rmSync(folder, {recursive: true})
  assert.deepEqual(await segment.markWhere(({seq}) => seq <= 9), mark)
})
