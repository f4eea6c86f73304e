/**
 * A whole tree from sorted keys, in one pass: each level has one node under way, which is finished as soon as a key of
 * a higher level comes. Every key is hashed once, every node once, and no node is held longer than it is built.
 */
import {assert} from '#std/assert.ts'
import {cidOf, codecs} from '../data/cid.ts'
import type {Cid} from '../data/cid.ts'
import {checkKey, keyBytes, keyHeightOfBytes, keySizeMax} from './height.ts'
import {NodeWriter} from './node-writer.ts'
import {copy} from './node.ts'

class Level {
  readonly #writer = new NodeWriter()
  /** The link before all entries. */
  #left: Cid | null = null
  /** The last entry, which is not written until the link after it is known. */
  readonly #key = new Uint8Array(keySizeMax)
  #keySize = 0
  #value: Cid | undefined
  #right: Cid | null = null

  get isEmpty(): boolean {
    return this.#value === undefined && this.#left === null
  }

  link(child: Cid): void {
    if (this.#value) this.#right = child
    else this.#left = child
  }

  add(key: Uint8Array, value: Cid): void {
    this.#writeLast()
    copy(key, 0, this.#key, 0, key.length)
    this.#keySize = key.length
    this.#value = value
  }

  finish(): Uint8Array {
    this.#writeLast()
    const left = this.#left
    this.#left = null
    this.#value = undefined
    return this.#writer.finish(left && left.bytes, 0)
  }

  #writeLast(): void {
    if (!this.#value) return
    this.#writer.entry(this.#key, this.#keySize, this.#value.bytes, 0, this.#right && this.#right.bytes, 0)
    this.#right = null
  }
}

export class TreeBuilder {
  readonly #emit: (cid: Cid, block: Uint8Array) => void
  readonly #levels: Level[] = [new Level()]
  #last = ''

  /** `emit` gets each node as it is finished, children first. The block is a view of some kilobytes of such. */
  constructor(emit: (cid: Cid, block: Uint8Array) => void = () => {}) {
    this.#emit = emit
  }

  /** Keys must come in ascending order. Throws `Malformed('mst', …)` for what is no repository path. */
  add(key: string, value: Cid): void {
    checkKey(key)
    assert(key > this.#last, 'keys are added in ascending order, each once')
    this.#last = key
    const bytes = keyBytes(key)
    const height = keyHeightOfBytes(bytes)
    while (this.#levels.length <= height) this.#levels.push(new Level())
    for (let level = 0; level < height; level++) this.#close(level)
    this.#levels[height].add(bytes, value)
  }

  /** The root. The builder is then empty again. */
  finish(): Cid {
    const top = this.#levels.length - 1
    for (let level = 0; level < top; level++) this.#close(level)
    this.#last = ''
    return this.#finish(this.#levels[top])
  }

  /** Links the node under way on a level, if there is one, into the level above. */
  #close(level: number): void {
    const from = this.#levels[level]
    if (!from.isEmpty) this.#levels[level + 1].link(this.#finish(from))
  }

  #finish(level: Level): Cid {
    const block = level.finish()
    const cid = cidOf(codecs.cbor, block)
    this.#emit(cid, block)
    return cid
  }
}
