/** Packed segments, one after the other: what is remembered of them stays bounded. */
import assert from 'node:assert/strict'
import {linkSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {test} from 'node:test'
import {temporaryFolder} from '../../../test/temporary-folder.ts'
import {PackedSegment, packSegment} from './packed-segment.ts'

test('any number of packed segments are read one after the other', async () => {
  const folder = temporaryFolder('packed')
  const bytes = Buffer.from('the bytes of a segment')
  const [raw, packed] = [join(folder, 'raw'), join(folder, '0.logz')]
  writeFileSync(raw, bytes)
  const known = {size: bytes.length, next: 2, time: 1, marks: []}
  await packSegment(raw, packed, known, new AbortController().signal)
  // More than there are blocks that are remembered.
  for (let i = 1; i <= 1_100; i++) {
    const path = join(folder, `${i}.logz`)
    linkSync(packed, path)
    const segment = await PackedSegment.open(path)
    try {
      assert.deepEqual(await segment.bytes(0, bytes.length), bytes)
    } finally {
      await segment.close()
    }
  }
})

test('any span of a packed segment is what lies there, however many of its parts that takes', async () => {
  const folder = temporaryFolder('packed-spans')
  const part = 2 ** 20
  const bytes = Buffer.from(Uint32Array.from({length: (3 * part) / 4 - 100}, (_, i) => i).buffer)
  const [raw, packed] = [join(folder, 'raw'), join(folder, '0.logz')]
  writeFileSync(raw, bytes)
  const marks = Array.from({length: 1_000}, (_, seq) => ({seq, time: seq, offset: seq}))
  await packSegment(raw, packed, {size: bytes.length, next: 2, time: 1, marks}, new AbortController().signal)
  const segment = await PackedSegment.open(packed)
  try {
    assert.deepEqual(segment.table.marks, marks)
    const edges = [0, 1, part - 1, part, part + 1, 2 * part, bytes.length - 1, bytes.length, bytes.length + 9]
    for (const start of edges) {
      for (const end of edges) {
        const found = await segment.bytes(start, end)
        const expected = start < end ? bytes.subarray(start, end) : Buffer.alloc(0)
        assert.ok(found.equals(expected), `${start} to ${end}: ${found.length} bytes of ${expected.length}`)
      }
    }
  } finally {
    await segment.close()
  }
})
