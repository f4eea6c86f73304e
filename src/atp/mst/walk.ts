/**
 * A whole tree in preorder: each node, then what is under it and its records in key order, which is how exports are
 * streamed (spec: repository, "Streamable CAR Block Ordering"). The walk says which block must come next and is given
 * it; where blocks come from, and when, is the caller's matter. It holds one node for each level and checks all that
 * makes the tree valid: canonical nodes, keys that rise through the whole tree, each key on its level, no level skipped.
 */
import {assert} from '#std/assert.ts'
import {copyOf, emptyBytes} from '#std/bytes.ts'
import {Malformed} from '#std/malformed.ts'
import {fromLatin1} from '#std/text.ts'
import {Cid, cidSize} from '../data/cid.ts'
import {keyHeightOfBytes, keySizeMax} from './height.ts'
import {NodeView, copy} from './node.ts'

/** Keys from `from` on and before `to`. */
export interface KeyRange {
  from: string
  to: string
}

/** All paths of one collection. "0" is the character after "/". */
export const collectionRange = (collection: string): KeyRange => ({from: `${collection}/`, to: `${collection}0`})

class Frame {
  readonly view = new NodeView()
  level = 0
  /** 0 is the left link, 2i + 1 the record of entry i, 2i + 2 the link right of it. */
  step = 0
  /** The key of the entry passed last. */
  readonly key = new Uint8Array(keySizeMax)
}

export class TreeWalk {
  /** What must come next. */
  expects: 'node' | 'record' | 'nothing' = 'node'
  /** The expected CID is the 36 bytes at `offset` of `bytes`. */
  bytes: Uint8Array
  offset = 0

  readonly #range: KeyRange | undefined
  readonly #frames: Frame[] = []
  #depth = 0
  readonly #key = new Uint8Array(keySizeMax)
  #keySize = 0

  /**
   * A null root is of no tree at all, and the walk over before it begins. With a range, only its records are expected,
   * and the nodes that prove that there are no others in it.
   */
  constructor(root: Cid | null, range?: KeyRange) {
    this.bytes = root ? root.bytes : emptyBytes
    if (!root) this.expects = 'nothing'
    this.#range = range
  }

  /** The expected CID. */
  get cid(): Cid {
    return new Cid(this.bytes.subarray(this.offset, this.offset + cidSize))
  }

  /** Whether the 36 bytes at `offset` of `bytes` are the expected CID. */
  isAt(bytes: Uint8Array, offset: number): boolean {
    if (this.expects === 'nothing') return false
    for (let i = 0; i < cidSize; i++) if (bytes[offset + i] !== this.bytes[this.offset + i]) return false
    return true
  }

  /** The path of the expected record: `collection/rkey`. */
  get path(): string {
    return fromLatin1(this.#key, 0, this.#keySize)
  }

  /** Takes the expected node and goes on. Throws `Malformed('mst', …)`; the walk is over then. */
  node(block: Uint8Array): void {
    assert(this.expects === 'node', 'the walk waits for a node')
    const frame = (this.#frames[this.#depth] ??= new Frame())
    const {view} = frame
    view.read(block)
    if (this.#depth === 0) {
      if (view.count === 0 && view.link(0) !== 0) {
        throw new Malformed('mst', 'untrimmed-root', 'a root without keys above a subtree')
      }
      frame.level = view.count === 0 ? 0 : keyHeightOfBytes(frame.key.subarray(0, view.copyKey(0, frame.key)))
    } else {
      frame.level = this.#frames[this.#depth - 1].level - 1
      if (frame.level < 0) throw new Malformed('mst', 'too-deep', 'a subtree below the lowest level')
      if (view.count === 0 && view.link(0) === 0) {
        throw new Malformed('mst', 'empty-node', 'a node without keys or subtree below the root')
      }
    }
    frame.step = 0
    this.#depth++
    this.#advance()
  }

  /** Goes past the expected node and all that is under it, unseen. */
  skip(): void {
    assert(this.expects === 'node', 'the walk waits for a node')
    this.#advance()
  }

  /** The level of the expected node. Of the root it is not known before it is read. */
  get level(): number {
    return this.#depth === 0 ? Infinity : this.#frames[this.#depth - 1].level - 1
  }

  /** Goes past the expected record. Throws `Malformed('mst', …)`; the walk is over then. */
  record(): void {
    assert(this.expects === 'record', 'the walk waits for a record')
    this.#advance()
  }

  #advance(): void {
    while (this.#depth > 0) {
      const frame = this.#frames[this.#depth - 1]
      const {view} = frame
      const step = frame.step++
      if (step > view.count * 2) {
        this.#depth--
        continue
      }
      const entry = step >> 1
      if ((step & 1) === 0) {
        const link = view.link(entry)
        if (link === 0 || (this.#range && !this.#mayHold(this.#range))) continue
        this.expects = 'node'
        this.offset = link
      } else {
        this.#passKey(frame, entry)
        if (this.#range && !isWithin(this.path, this.#range)) continue
        this.expects = 'record'
        this.offset = view.value(entry)
      }
      this.bytes = view.block
      return
    }
    this.expects = 'nothing'
  }

  /** Moves to the key of an entry: it is above all keys before it in the tree, and it belongs on this level. */
  #passKey(frame: Frame, entry: number): void {
    const size = frame.view.copyKey(entry, frame.key)
    if (!isAbove(frame.key, size, this.#key, this.#keySize)) {
      throw new Malformed('mst', 'key-order', 'a key that is not above all those before it in the tree')
    }
    copy(frame.key, 0, this.#key, 0, size)
    this.#keySize = size
    if (keyHeightOfBytes(this.#key.subarray(0, size)) !== frame.level) {
      throw new Malformed('mst', 'wrong-height', `${this.path} is on a level not its own`)
    }
  }

  /** Whether the subtree that comes next can have keys in the range: it is between the last key and the next one. */
  #mayHold(range: KeyRange): boolean {
    if (this.#keySize > 0 && this.path >= range.to) return false
    for (let i = this.#depth - 1; i >= 0; i--) {
      const {view, step, key} = this.#frames[i]
      const entry = step >> 1
      if (entry >= view.count) continue
      const next = copyOf(key)
      return fromLatin1(next, 0, view.copyKey(entry, next)) > range.from
    }
    return true
  }
}

const isWithin = (path: string, range: KeyRange): boolean => path >= range.from && path < range.to

function isAbove(a: Uint8Array, aSize: number, b: Uint8Array, bSize: number): boolean {
  const size = Math.min(aSize, bSize)
  for (let i = 0; i < size; i++) if (a[i] !== b[i]) return a[i] > b[i]
  return aSize > bSize
}
