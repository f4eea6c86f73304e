/** Blocks in scratch room are found again, however many came, and whatever their hashes were made to be. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {Room} from '../../../test/room.ts'
import {useNativeCrypto} from '../../engines/crypto/native.ts'
import {toUtf8} from '#std/text.ts'
import {cidOf, codecs} from '../data/cid.ts'
import {ScratchBlocks} from './scratch-blocks.ts'

useNativeCrypto()

const blockOf = (n: number, codec: (typeof codecs)[keyof typeof codecs] = codecs.cbor) => {
  const bytes = toUtf8(`block ${n}`)
  return {cid: cidOf(codec, bytes), bytes}
}

for (const count of [0, 1, 300, 20_000]) {
  test(`${count} blocks, some of which came twice, are found, and none that did not come`, async () => {
    const scratch = new ScratchBlocks(new Room())
    const blocks = Array.from({length: count}, (_, n) => blockOf(n))
    for (const {cid, bytes} of [...blocks, ...blocks.slice(0, 50)]) scratch.add(cid.bytes, 0, bytes)
    await scratch.settle()
    for (const {cid, bytes} of blocks) assert.deepEqual(Buffer.from(scratch.take(cid) ?? []), Buffer.from(bytes))
    for (let n = 0; n < 100; n++) assert.equal(scratch.take(blockOf(count + n).cid), undefined)
    assert.equal(scratch.usedCount, count)
  })
}

test('blocks of one beginning of their hashes are told apart, and those of one hash by their codecs', async () => {
  const scratch = new ScratchBlocks(new Room())
  const {cid, bytes} = blockOf(1)
  const raw = blockOf(1, codecs.raw)
  for (let n = 1; n <= 60; n++) {
    const other = cid.bytes.slice()
    other[12] ^= n
    scratch.add(other, 0, toUtf8('another'))
  }
  scratch.add(cid.bytes, 0, bytes)
  scratch.add(raw.cid.bytes, 0, raw.bytes)
  await scratch.settle()
  for (const one of [cid, raw.cid]) assert.deepEqual(Buffer.from(scratch.take(one) ?? []), Buffer.from(bytes))
  assert.equal(scratch.usedCount, 2)
})

for (const [what, count, different, at, isRefused] of [
  ['more of one part than of all others', 2 ** 16 + 1, 2 ** 16, 4, true],
  ['many whose hashes begin alike', 300, 300, 7, true],
  ['a few that come again and again', 2 ** 16 + 1, 5, 7, false],
] as const) {
  test(`blocks whose hashes were looked for, ${what}: ${isRefused ? 'refused' : 'no fault'}`, async () => {
    const scratch = new ScratchBlocks(new Room())
    const name = blockOf(1).cid.bytes.slice()
    const view = new DataView(name.buffer)
    const kept = view.getUint8(at)
    for (let n = 0; n < count; n++) {
      view.setUint32(at, n % different)
      view.setUint8(at, kept)
      scratch.add(name, 0, new Uint8Array(0))
    }
    if (isRefused) await assert.rejects(scratch.settle(), {name: 'Malformed', format: 'car', reason: 'mined-hashes'})
    else await scratch.settle()
  })
}

test('while many are sorted, all else has its turn', async () => {
  const room = new Room()
  const scratch = new ScratchBlocks(room)
  const name = blockOf(1).cid.bytes.slice()
  for (let n = 0; n < 2 ** 16; n++) {
    name[4] = n
    scratch.add(name, 0, name.subarray(0, 1))
  }
  await scratch.settle()
  assert.ok(room.turns >= 4, `${room.turns}`)
})
