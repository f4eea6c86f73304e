/**
 * Makes a signed repository of any size as a CAR, from a seed and in little memory: `node bench/make-car.ts <records>
 * <preorder|by-cid> <path>`. In preorder it streams; `by-cid` is the order of the official PDS's exports, in which
 * nothing is where a reader would want it. 1,000,000 records take some 390 MB.
 */
import {closeSync, openSync, readSync, rmSync, writeSync} from 'node:fs'
import {Keypair} from '#atp/crypto/key.ts'
import {encodeCbor} from '#atp/data/cbor-encode.ts'
import {Cid, cidOf, cidSize, codecs} from '#atp/data/cid.ts'
import type {ValueMap} from '#atp/data/value.ts'
import type {Block} from '#atp/mst/blocks.ts'
import {TreeBuilder} from '#atp/mst/build.ts'
import {TreeWalk} from '#atp/mst/walk.ts'
import {CarParser} from '#atp/repo/car-read.ts'
import {CarWriter} from '#atp/repo/car-write.ts'
import {CidIndex} from '#atp/repo/cid-index.ts'
import {commitBlock, signCommit} from '#atp/repo/commit.ts'
import {parseDid} from '#atp/syntax/did.ts'
import {tidOf} from '#atp/syntax/tid.ts'
import {useNativeCrypto} from '#engines/crypto/native.ts'
import {recordMix} from './records.ts'

export const carDid = parseDid('did:plc:ewvi7nxzyoun6zhxrhs64oiz')
export const carKey = Keypair.import('k256', new Uint8Array(32).fill(7))
export type CarOrder = 'preorder' | 'by-cid'

/** Records in key order, the same each time: the mix of `recordMix`, each with a time of its own. */
export function* recordsInOrder(count: number): Generator<{path: string; bytes: Uint8Array}> {
  const pool = Map.groupBy(recordMix(20_000), ({collection}) => collection)
  const poolSize = [...pool.values()].reduce((size, records) => size + records.length, 0)
  let made = 0
  let poolMade = 0
  for (const collection of [...pool.keys()].toSorted()) {
    const records = pool.get(collection) ?? []
    poolMade += records.length
    for (const last = Math.round((count * poolMade) / poolSize); made < last; made++) {
      const createdAt = new Date(1_600_000_000_000 + made * 1009).toISOString()
      const record: ValueMap = {...records[made % records.length].record, createdAt}
      yield {path: `${collection}/${tidOf(1_600_000_000_000_000 + made * 1_009_000, 1)}`, bytes: encodeCbor(record)}
    }
  }
}

/** Writes the CAR to `path`. */
export function makeCar(path: string, count: number, order: CarOrder): void {
  if (order === 'preorder') writeInPreorder(path, count)
  else {
    const ordered = `${path}.preorder`
    writeInPreorder(ordered, count)
    sortByCid(ordered, path)
    rmSync(ordered)
  }
}

/** Once through the records for the nodes, which go to a file of their own, and once more for the CAR. */
function writeInPreorder(path: string, count: number): void {
  const nodesPath = `${path}.nodes`
  const nodesFile = openSync(nodesPath, 'w+')
  const nodes = new CidIndex(count / 3)
  let end = 0
  const builder = new TreeBuilder((cid, block) => {
    nodes.add(cid.bytes, 0, end, block.length)
    end += writeSync(nodesFile, block)
  })
  for (const {path, bytes} of recordsInOrder(count)) builder.add(path, cidOf(codecs.cbor, bytes))

  const data = builder.finish()

  const head = {did: carDid, version: 3, data, rev: tidOf(1_700_000_000_000_000, 1), prev: null} as const
  const commit = commitBlock(signCommit(head, carKey))
  const out = new CarFile(path, commit.cid)
  out.add(commit)
  const records = recordsInOrder(count)
  for (const walk = new TreeWalk(data); walk.expects !== 'nothing';) {
    if (walk.expects === 'record') {
      const {value} = records.next()
      if (value?.path !== walk.path) throw new Error('The records came in another order than before.')
      out.add({cid: walk.cid, bytes: value.bytes})
      walk.record()
    } else {
      const entry = nodes.find(walk.bytes, walk.offset)
      const bytes = readAt(nodesFile, nodes.offset(entry), nodes.blockSize(entry))
      out.add({cid: walk.cid, bytes})
      walk.node(bytes)
    }
  }
  out.close()
  closeSync(nodesFile)
  rmSync(nodesPath)
}

/** All blocks of a CAR in falling order of their CIDs. */
function sortByCid(from: string, to: string): void {
  const file = openSync(from, 'r')
  const parser = new CarParser()
  // Of each block: 8 bytes of its CID, which are enough to sort by, where it is, and its size.
  const blocks: {prefix: bigint; offset: number; size: number}[] = []
  for (let at = 0, chunk; (chunk = readAt(file, at, 1 << 20)).length > 0; at += chunk.length) {
    parser.push(chunk)
    while (parser.next()) {
      const {window, cidStart, end, offset} = parser
      const size = end - cidStart
      blocks.push({
        prefix: Buffer.from(window.buffer, window.byteOffset + cidStart + 4, 8).readBigUInt64BE(),
        offset: offset - size,
        size,
      })
    }
  }
  blocks.sort((a, b) => (a.prefix < b.prefix ? 1 : -1))
  const [root] = parser.roots ?? []
  const out = new CarFile(to, root)
  for (const {offset, size} of blocks) {
    const bytes = readAt(file, offset, size)
    out.add({cid: new Cid(bytes.subarray(0, cidSize)), bytes: bytes.subarray(cidSize)})
  }
  out.close()
  closeSync(file)
}

class CarFile {
  readonly #file: number
  readonly #writer: CarWriter

  constructor(path: string, root: Cid) {
    this.#file = openSync(path, 'w')
    this.#writer = new CarWriter([root])
  }

  add(block: Block): void {
    this.#writer.add(block)
    for (let chunk; (chunk = this.#writer.take());) writeSync(this.#file, chunk)
  }

  close(): void {
    writeSync(this.#file, this.#writer.end())
    closeSync(this.#file)
  }
}

function readAt(file: number, offset: number, size: number): Uint8Array {
  const bytes = new Uint8Array(size)
  return bytes.subarray(0, readSync(file, bytes, 0, size, offset))
}

if (import.meta.main) {
  const [count, order, path] = process.argv.slice(2)
  if (!(Number(count) > 0) || (order !== 'preorder' && order !== 'by-cid') || !path) {
    console.error('usage: node bench/make-car.ts <records> <preorder|by-cid> <path>')
    process.exit(2)
  }
  useNativeCrypto()
  makeCar(path, Number(count), order)
}
