/** Both directions of a CAR, against each other, the official reader, and every way to be cut short. */
import assert from 'node:assert/strict'
import {readFileSync} from 'node:fs'
import {test} from 'node:test'
import {readCarWithRoot} from '@atproto/repo'
import {concatBytes} from '#std/bytes.ts'
import {Malformed} from '#std/malformed.ts'
import {seeded} from '../../../test/random.ts'
import {needVectors, vector} from '../../../test/vectors.ts'
import {cidOf, codecs} from '../data/cid.ts'
import type {Block} from '../mst/blocks.ts'
import {carBlocks, CarParser, openCar, readCar} from './car-read.ts'
import type {CarLimits} from './car-read.ts'
import {CarWriter, encodeCar, streamCar} from './car-write.ts'

const random = seeded(11)
const blockOf = (bytes: Uint8Array): Block => ({cid: cidOf(codecs.cbor, bytes), bytes})
const randomBlock = (size: number): Block => blockOf(Uint8Array.from({length: size}, () => random() * 256))
const blocks = [0, 1, 90, 91, 92, 300, 20_000, 5].map(randomBlock)
const car = encodeCar([blocks[2].cid], blocks)

async function* inChunks(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.slice(at, at + size)
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}

const texts = (list: Iterable<Block>): string[] =>
  [...list].map(({cid, bytes}) => `${cid} ${Buffer.from(bytes).toString('base64')}`)

test('what was written is read, in one piece and in chunks of any size', async () => {
  const whole = readCar(car)
  assert.deepEqual(whole.roots.map(String), [String(blocks[2].cid)])
  assert.deepEqual(texts(whole.blocks), texts(blocks))
  for (const size of [1, 2, 3, 7, 37, 100, 4096, 65_536]) {
    const {roots, blocks: stream} = await openCar(inChunks(car, size))
    assert.deepEqual(roots.map(String), [String(blocks[2].cid)])
    assert.deepEqual(texts(await collect(stream)), texts(blocks), `chunks of ${size}`)
  }
})

test('a stream has the same bytes, in chunks of 64 KiB', async () => {
  const many = [...blocks, ...Array.from({length: 900}, () => randomBlock(250)), randomBlock(200_000), randomBlock(1)]
  const chunks = await collect(streamCar([many[0].cid], many))
  assert.deepEqual(Buffer.concat(chunks), Buffer.from(encodeCar([many[0].cid], many)))
  assert.ok(chunks.length < 10)
  assert.ok(chunks.every(chunk => chunk.length <= 65_536 || chunk.length > 200_000))
})

test('the official reader reads ours', async () => {
  const official = await readCarWithRoot(encodeCar([blocks[0].cid], blocks))
  assert.equal(String(official.root), String(blocks[0].cid))
  assert.equal(official.blocks.size, new Set(blocks.map(({cid}) => cid.key)).size)
})

test('a block whose CID and content lie together is written as any other', () => {
  const block = {cid: cidOf(codecs.raw, new Uint8Array(200).fill(3)), bytes: new Uint8Array(200).fill(3)}
  const joined = concatBytes([new Uint8Array(5), block.cid.bytes, block.bytes, new Uint8Array(7)])
  const parts = (add: (writer: CarWriter) => void): Uint8Array => {
    // Room for a block or two in each chunk.
    const writer = new CarWriter([block.cid], 500)
    for (let i = 0; i < 9; i++) add(writer)
    const chunks: Uint8Array[] = []
    for (let chunk; (chunk = writer.take());) chunks.push(chunk)
    assert.ok(chunks.length >= 4 && chunks.every(({length}) => length > 0 && length <= 500))
    return concatBytes([...chunks, writer.end()])
  }
  const whole = parts(writer => writer.add(block))
  assert.deepEqual(
    parts(writer => writer.addJoined(joined, 5, joined.length - 7)),
    whole,
  )
  assert.deepEqual(
    whole,
    encodeCar(
      [block.cid],
      Array.from({length: 9}, () => block),
    ),
  )
})

test('a CAR may have no roots and no blocks', async () => {
  const empty = encodeCar([], [])
  assert.deepEqual(readCar(empty).roots, [])
  const {roots, blocks} = await openCar(inChunks(empty, 5))
  assert.deepEqual(roots, [])
  assert.deepEqual(await collect(blocks), [])
})

test('every truncation is seen, whole or streamed', async () => {
  const small = encodeCar([blocks[1].cid], blocks.slice(0, 6))
  const ends = new Set(blockEnds(small))
  for (let size = 0; size < small.length; size++) {
    const cut = small.subarray(0, size)
    if (ends.has(size)) {
      readCar(cut)
      continue
    }
    assert.throws(() => readCar(cut), {name: 'Malformed', reason: 'truncated'})
    if (size % 17 === 0) {
      const reading = openCar(inChunks(cut, 50)).then(opened => collect(opened.blocks))
      await assert.rejects(reading, {name: 'Malformed', reason: 'truncated'})
    }
  }
})

function blockEnds(bytes: Uint8Array): number[] {
  const parser = new CarParser()
  parser.push(bytes)
  const ends: number[] = []
  while (parser.next()) ends.push(parser.offset)
  parser.finish()
  // The end of the header is where the first block begins.
  return [ends[0] - (1 + 36), ...ends]
}

const refuses = (bytes: Uint8Array, reason: string, limits?: CarLimits): void =>
  assert.throws(
    () => readCar(bytes, limits),
    (error: unknown) => error instanceof Malformed && error.reason === reason,
    reason,
  )

test('each fault has its name', () => {
  const [block] = blocks.slice(5)
  const one = encodeCar([], [block])
  const headSize = one.length - block.bytes.length - 36 - 2
  const flipped = one.slice()
  flipped[one.length - 1] ^= 1
  refuses(flipped, 'wrong-hash')
  const cid = one.slice()
  cid[headSize + 2 + 2] = 0x13
  refuses(cid, 'bad-cid')
  const short = Uint8Array.of(...one.subarray(0, headSize), 10, ...new Uint8Array(10))
  refuses(short, 'bad-block')
  refuses(Uint8Array.of(...one.subarray(0, headSize), 0), 'bad-block')
  refuses(Uint8Array.of(...one.subarray(0, headSize), 0x80, 0), 'not-shortest')
  refuses(one, 'block-too-big', {blockSizeMax: 299})
  readCar(one, {blockSizeMax: 300, blockCountMax: 1})
  refuses(encodeCar([], [block, block]), 'too-many-blocks', {blockCountMax: 1})
  refuses(one, 'header-too-big', {headerSizeMax: headSize - 2})
  refuses(Uint8Array.of(1, 0xa0), 'bad-header')
  assert.throws(() => readCar(Uint8Array.of(1, 0xff)), {name: 'Malformed', format: 'cbor'})
})

test('a length that never ends is not waited for', () => {
  const parser = new CarParser()
  assert.throws(
    () => {
      for (let i = 0; i < 100; i++) {
        parser.push(Uint8Array.of(0x80))
        assert.equal(parser.next(), false)
      }
    },
    {name: 'Malformed', reason: 'too-big'},
  )
})

test("real exports' blocks all match their CIDs", needVectors, () => {
  for (const name of ['repo.car', 'tiny.car']) {
    const {roots, blocks} = readCar(readFileSync(vector(`repo/${name}`)))
    assert.equal(roots.length, 1)
    assert.ok(blocks.has(roots[0]))
  }
})

test('blocks that were checked are found without a look at their hashes, in a small CAR and in a large one', () => {
  const absent = randomBlock(7)
  for (const count of [1, 20, 1_000]) {
    const some = Array.from({length: count}, (_, n) => randomBlock(n % 100))
    const source = carBlocks(encodeCar([some[0].cid], some))
    for (const {cid, bytes} of some) assert.deepEqual(source.get(cid), bytes)
    assert.equal(source.get(absent.cid), undefined)
  }
})
