/**
 * DAG-CBOR against the official codec and atcute's: records of the mix, tree nodes, #commit bodies, and records on to
 * JSON bytes. Each encoder gets the values that its own decoder made.
 */
import * as lex from '@atproto/lex-cbor'
import {lexStringify} from '@atproto/lex-json'
import * as atcute from '@atcute/cbor'
import {cborEnd, decodeCbor, decodeCborAt} from '#atp/data/cbor-decode.ts'
import {encodeCbor} from '#atp/data/cbor-encode.ts'
import {cborToJson} from '#atp/data/cbor-json.ts'
import {cidOf, codecs} from '#atp/data/cid.ts'
import type {Value, ValueMap} from '#atp/data/value.ts'
import {toUtf8} from '#std/text.ts'
import {isNodeLike} from '#atp/mst/node.ts'
import {readCar} from '#atp/repo/car-read.ts'
import {contest} from './measure.ts'
import {readFrames} from '../test/frames.ts'
import {seeded} from '../test/random.ts'
import {vector, vectors} from '../test/vectors.ts'
import {recordMix} from './records.ts'

const lexName = '@atproto/lex-cbor'
const atcuteName = '@atcute/cbor'
const count = 2000

const records = recordMix(count).map(({record}) => encodeCbor(record))
const posts = recordMix(count * 3, 2)
  .filter(({collection}) => collection === 'app.bsky.feed.post')
  .slice(0, count)
  .map(({record}) => encodeCbor(record))
const nodes = Array.from({length: count}, (_, i) => encodeCbor(treeNode(i)))
const commits = Array.from({length: count}, (_, i) => encodeCbor(commitBody(i)))

await both('records', records, {decode: 2.5, encode: 3.5})
await both('posts', posts)
await both('tree nodes', nodes)
await both('#commit bodies', commits)
await toJson('records', records)
if (vectors) {
  const live = liveBlocks()
  await both('live records', live.records)
  await both('live tree nodes', live.nodes)
  await both('live #commit bodies', live.bodies)
  await toJson('live records', live.records)
}

/** To bytes, since that is what goes over the wire. */
async function toJson(what: string, blocks: Uint8Array[]): Promise<void> {
  await contest({
    title: `CBOR to JSON, ${what}`,
    unit: what,
    work: blocks.length,
    bytes: sizeOf(blocks),
    contenders: {
      wholesky: each(blocks, cborToJson),
      '@atproto/lex-cbor + lex-json': each(blocks, block => toUtf8(lexStringify(lex.decode(block)))),
      '@atcute/cbor + JSON.stringify': each(blocks, block => toUtf8(JSON.stringify(atcute.decode(block)))),
    },
  })
}

/** What the captured firehose frames hold. */
function liveBlocks(): {records: Uint8Array[]; nodes: Uint8Array[]; bodies: Uint8Array[]} {
  const live = {records: [] as Uint8Array[], nodes: [] as Uint8Array[], bodies: [] as Uint8Array[]}
  for (const frame of readFrames(vector('firehose/frames.bin'))) {
    decodeCborAt(frame, 0)
    const bytes = frame.subarray(cborEnd)
    const body = decodeCbor(bytes) as ValueMap
    if (!Array.isArray(body.ops)) continue
    live.bodies.push(bytes)
    const {blocks} = readCar(body.blocks as Uint8Array)
    const written = new Set(body.ops.map(op => String((op as ValueMap).cid)))
    for (const {cid, bytes} of blocks) {
      if (written.has(cid.toString())) live.records.push(bytes)
      else if (isNodeLike(bytes)) live.nodes.push(bytes)
    }
  }
  return live
}

function sizeOf(blocks: Uint8Array[]): number {
  return blocks.reduce((sum, block) => sum + block.length, 0)
}

function each<T>(items: T[], act: (item: T) => unknown): () => void {
  return () => {
    for (const item of items) act(item)
  }
}

async function both(what: string, blocks: Uint8Array[], claim?: {decode: number; encode: number}): Promise<void> {
  const bytes = sizeOf(blocks)
  const size = Math.round(bytes / blocks.length)
  await contest({
    title: `decode ${what} (${size} B)`,
    unit: what,
    work: blocks.length,
    bytes,
    contenders: {
      wholesky: each(blocks, block => decodeCbor(block)),
      [lexName]: each(blocks, block => lex.decode(block)),
      [atcuteName]: each(blocks, block => atcute.decode(block)),
    },
    claims: claim && {[lexName]: claim.decode},
  })
  await contest({
    title: `encode ${what} (${size} B)`,
    unit: what,
    work: blocks.length,
    bytes,
    contenders: {
      wholesky: each(
        blocks.map(block => decodeCbor(block)),
        encodeCbor,
      ),
      [lexName]: each(
        blocks.map(block => lex.decode(block)),
        value => lex.encode(value),
      ),
      [atcuteName]: each(
        blocks.map(block => atcute.decode(block)),
        value => atcute.encode(value),
      ),
    },
    claims: claim && {[lexName]: claim.encode},
  })
}

/** A node of the tree with about four entries, keys compressed as they are in repositories. */
function treeNode(seed: number): Value {
  const random = seeded(seed + 1)
  const link = () => cidOf(codecs.cbor, toUtf8(String(random())))
  const entries: Value[] = []
  for (let i = 0; i < 3 + Math.floor(random() * 3); i++) {
    const key = i === 0 ? 'app.bsky.feed.post/3kabcdefghij2' : 'jabcdefgh2k'
    entries.push({p: i === 0 ? 0 : 21, k: toUtf8(key), v: link(), t: random() < 0.4 ? link() : null})
  }
  return {l: random() < 0.5 ? link() : null, e: entries}
}

/** The body of a #commit event with one operation and blocks of 3 to 4 kB. */
function commitBody(seed: number): ValueMap {
  const random = seeded(seed + 1)
  const link = () => cidOf(codecs.cbor, toUtf8(String(random())))
  return {
    seq: 10_000_000_000 + seed,
    repo: 'did:plc:ewvi7nxzyoun6zhxrhs64oiz',
    time: '2026-11-22T10:00:00.000Z',
    rev: '3lbabcdefghi2',
    since: '3lbabcdefgha2',
    commit: link(),
    tooBig: false,
    rebase: false,
    blobs: [],
    blocks: new Uint8Array(3000 + Math.floor(random() * 1000)),
    ops: [{action: 'create', path: 'app.bsky.feed.like/3lbabcdefghi2', cid: link(), prev: null}],
    prevData: link(),
  }
}
