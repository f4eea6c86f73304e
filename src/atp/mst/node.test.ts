/** Nodes as bytes: what is read is what would be written, and nothing else is read. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {cidFor} from '../../../test/random.ts'
import {Malformed} from '#std/malformed.ts'
import {encodeCbor} from '../data/cbor-encode.ts'
import {Cid} from '../data/cid.ts'
import {keySizeMax} from './height.ts'
import {entryCountMax, isNodeLike, NodeView} from './node.ts'
import {NodeWriter} from './node-writer.ts'

interface Entry {
  key: string
  right?: boolean
}

const link = cidFor('a node').bytes
const value = cidFor('a record').bytes

function written(entries: readonly Entry[], left: boolean): Uint8Array {
  const writer = new NodeWriter()
  for (const {key, right} of entries) {
    const bytes = Buffer.from(key)
    writer.entry(bytes, bytes.length, value, 0, right ? link : null, 0)
  }
  return writer.finish(left ? link : null, 0)
}

/** The node written again from the view of it. */
function rewritten(view: NodeView): Uint8Array {
  const writer = new NodeWriter()
  const key = new Uint8Array(keySizeMax)
  const at = (index: number): Uint8Array | null => (view.link(index) === 0 ? null : view.block)
  for (let i = 0; i < view.count; i++) {
    const size = view.copyKey(i, key)
    writer.entry(key, size, view.block, view.value(i), at(i + 1), view.link(i + 1))
  }
  return writer.finish(at(0), view.link(0))
}

const long = (end: string): string => `app.bsky.feed.post/${'x'.repeat(30)}${end}`
const nodes = [
  written([], true),
  written([], false),
  written([{key: 'a/b'}], false),
  written([{key: 'a/b', right: true}, {key: 'a/bc'}, {key: 'a/c'}, {key: 'b/c', right: true}], true),
  // Texts and prefixes of 24 bytes and more, whose heads are longer.
  written([{key: long('a'), right: true}, {key: long('b')}, {key: long(`b${'y'.repeat(300)}`)}], false),
  written(
    Array.from({length: 30}, (_, i) => ({key: `a/${100 + i}`})),
    false,
  ),
]

test('a node of which any byte is another is no node, or written again it is the same', () => {
  const view = new NodeView()
  let read = 0
  for (const node of nodes) {
    view.read(node)
    assert.deepEqual(new Uint8Array(rewritten(view)), new Uint8Array(node))
    for (const [at, byte] of node.entries()) {
      for (const other of new Set([
        0,
        0x18,
        0x58,
        0xf6,
        0xff,
        byte ^ 1,
        byte ^ 0x20,
        byte ^ 0x40,
        byte + 1,
        byte - 1,
      ])) {
        const changed = Uint8Array.from(node).with(at, other)
        try {
          view.read(changed)
        } catch (error) {
          assert.ok(error instanceof Malformed && error.format === 'mst' && error.reason !== '')
          continue
        }
        read++
        assert.deepEqual(new Uint8Array(rewritten(view)), changed, `byte ${at} is ${other}`)
      }
    }
  }
  // In keys and hashes, one byte is as good as another.
  assert.ok(read > 1000)
})

test('a node that is cut off is told by that, wherever it is cut', () => {
  const view = new NodeView()
  for (const node of nodes) {
    for (let size = 0; size < node.length; size++) {
      assert.throws(
        () => view.read(node.subarray(0, size)),
        (error: unknown) => error instanceof Malformed,
        String(size),
      )
    }
    assert.throws(() => view.read(Uint8Array.of(...node, 0)), {format: 'mst', reason: 'trailing-bytes'})
  }
})

test('a node may have 1,024 entries, and no more', () => {
  const entries = Array.from({length: entryCountMax + 1}, (_, i) => ({key: `a/${10_000 + i}`}))
  const view = new NodeView()
  view.read(written(entries.slice(1), false))
  assert.equal(view.count, 1024)
  assert.throws(() => written(entries, false), {format: 'mst', reason: 'too-many-entries'})
})

/** Of many lengths, in order. */
const entriesOf = (count: number): Entry[] =>
  Array.from({length: count}, (_, i) => ({
    key: `a/${'k'.repeat(i % 300)}${10_000 + i}`,
    right: i % 3 === 0,
  })).toSorted((a, b) => (a.key < b.key ? -1 : 1))

/** The node by the codec for all of CBOR. */
const encodedNode = (all: readonly Entry[], left: boolean): Uint8Array => {
  let before = ''
  const e = all.map(({key, right}) => {
    let p = 0
    while (p < key.length && key[p] === before[p]) p++
    before = key
    return {p, k: Buffer.from(key.slice(p)), v: new Cid(value), t: right ? new Cid(link) : null}
  })
  return encodeCbor({l: left ? new Cid(link) : null, e: e.map(entry => ({...entry, k: Uint8Array.from(entry.k)}))})
}

test('nodes are written as CBOR has them, one after the other, also after one that was refused', () => {
  const writer = new NodeWriter()
  const put = (all: readonly Entry[]): void => {
    for (const {key, right} of all) writer.entry(Buffer.from(key), key.length, value, 0, right ? link : null, 0)
  }
  const written: [node: Uint8Array, expected: Uint8Array][] = []
  for (const count of [0, 1, 23, 24, 255, 256, 300, 1, 0]) {
    for (const left of [true, false]) {
      put(entriesOf(count))
      written.push([writer.finish(left ? link : null, 0), encodedNode(entriesOf(count), left)])
    }
    put(entriesOf(entryCountMax + 1))
    assert.throws(() => writer.finish(null, 0), {message: /1025 entries in one node/})
  }
  for (const [node, expected] of written) assert.ok(Buffer.from(node).equals(expected), `of ${expected.length} bytes`)
})

test('each key is found, and where each other would be', () => {
  const keys = ['a/b', 'a/bc', 'a/c', 'a/cd', 'a/ce', 'b/a', 'b/b']
  const view = new NodeView()
  view.read(
    written(
      keys.filter((_, i) => i % 2 === 1).map(key => ({key})),
      false,
    ),
  )
  for (const [i, key] of keys.entries()) {
    assert.equal(view.find(Buffer.from(key)), i % 2 === 1 ? (i - 1) / 2 : -1 - i / 2, key)
    if (i % 2 === 1) assert.equal(view.key((i - 1) / 2), key)
  }
})

test('what begins as a node does is told from other blocks', () => {
  assert.ok(nodes.every(isNodeLike))
  for (const at of [0, 1, 2]) assert.ok(!isNodeLike(Uint8Array.from(nodes[0]).with(at, 0x62)))
})
