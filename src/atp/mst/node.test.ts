/** Nodes as bytes: what is read is what would be written, and nothing else is read. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {cidFor} from '../../../test/random.ts'
import {Malformed} from '#std/malformed.ts'
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
