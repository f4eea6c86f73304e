/** Packed segments, one after the other: what is remembered of them stays bounded. */
import assert from 'node:assert/strict'
import {linkSync, readFileSync, statSync, writeFileSync} from 'node:fs'
import {open} from 'node:fs/promises'
import {join} from 'node:path'
import {test} from 'node:test'
import {filesOpenIn, needHandles} from '../../../test/open-files.ts'
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

test('a packed segment of which anything was changed is damaged, and is left closed', needHandles, async () => {
  const folder = temporaryFolder('packed-damaged')
  const bytes = Buffer.from('the bytes of a segment')
  const [raw, packed] = [join(folder, 'raw'), join(folder, '0.logz')]
  writeFileSync(raw, bytes)
  await packSegment(raw, packed, {size: bytes.length, next: 2, time: 1, marks: []}, new AbortController().signal)
  const whole = readFileSync(packed)
  const next = whole.indexOf('"next":2') + 7
  const table = /its table of contents cannot be read/
  const open = (): Promise<PackedSegment> => PackedSegment.open(packed)
  for (const [at, message] of [
    [0, table],
    [15, table],
    [next, table],
    [whole.length - 8, table],
    [whole.length - 1, table],
  ] as const) {
    writeFileSync(packed, whole.with(at, whole[at] ^ 1))
    await assert.rejects(open(), message, `byte ${at}`)
  }
  for (const size of [0, 15, 23, 24, whole.length - 1]) {
    writeFileSync(packed, whole.subarray(0, size))
    await assert.rejects(open(), table, `${size} bytes`)
  }
  // What says that it is packed by zstd; of what was packed each record has its own sum.
  writeFileSync(packed, whole.with(16, whole[16] ^ 1))
  const segment = await open()
  await assert.rejects(segment.bytes(0, 5), /its block 0 does not unpack/)
  await segment.close()
  await assert.rejects(PackedSegment.open(join(folder, 'none')), {code: 'ENOENT'})
  assert.deepEqual(filesOpenIn(folder), [])
})

test('all of a packed segment is on the disk before it is said to be there', async context => {
  const folder = temporaryFolder('packed-sync')
  const [raw, packed] = [join(folder, 'raw'), join(folder, '0.logz')]
  writeFileSync(raw, 'bytes')
  await using file = await open(raw)
  const handles = Object.getPrototypeOf(file) as typeof file
  const {sync} = handles
  const sizes: number[] = []
  context.mock.method(handles, 'sync', function (this: typeof file) {
    sizes.push(statSync(packed).size)
    return sync.call(this)
  })
  const size = await packSegment(raw, packed, {size: 5, next: 2, time: 1, marks: []}, new AbortController().signal)
  assert.deepEqual(sizes, [size])
})

test('packing ends with its signal, before the next part, and gives the size of what it wrote', async () => {
  const folder = temporaryFolder('packed-stopped')
  const [raw, packed] = [join(folder, 'raw'), join(folder, '0.logz')]
  writeFileSync(raw, Buffer.alloc(3 * 2 ** 20, 1))
  const known = {size: 3 * 2 ** 20, next: 2, time: 1, marks: []}
  await assert.rejects(packSegment(raw, packed, known, AbortSignal.abort(new Error('stopped'))), /stopped/)
  const size = await packSegment(raw, packed, known, new AbortController().signal)
  const {size: found, mode} = statSync(packed)
  assert.deepEqual([size, mode & 0o777], [found, 0o600])
  const segment = await PackedSegment.open(packed)
  assert.equal(segment.table.blocks.length, 4)
  await segment.close()
})

test('a part that one reader holds is not unpacked for the next', async () => {
  const folder = temporaryFolder('packed-held')
  const [raw, packed] = [join(folder, 'raw'), join(folder, '0.logz')]
  writeFileSync(raw, 'bytes')
  await packSegment(raw, packed, {size: 5, next: 2, time: 1, marks: []}, new AbortController().signal)
  const [one, other] = [await PackedSegment.open(packed), await PackedSegment.open(packed)]
  const [first, second] = [await one.bytes(0, 3), await other.bytes(1, 5)]
  assert.equal(first.buffer, second.buffer)
  await one.close()
  await other.close()
})
