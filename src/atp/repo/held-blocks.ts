/** Blocks of a stream that came before their turn, kept until the walk asks for them. */
import {copyOf} from '#std/bytes.ts'
import {Malformed} from '#std/malformed.ts'
import {BlockMap} from '../mst/blocks.ts'
import {isNodeLike} from '../mst/node.ts'
import type {TreeWalk} from '../mst/walk.ts'
import type {CarParser} from './car-read.ts'
import {CidIndex} from './cid-index.ts'
import {Refusal, decodes} from './verification.ts'
import type {Verification, VerifyOptions} from './verification.ts'

/** What an entry of the maps takes beside its bytes, about. */
const overhead = 200
const used = 1

export class HeldBlocks {
  /** How many of the held blocks the repository has turned out to use. */
  usedCount = 0
  readonly #blocks = new BlockMap()
  /** All that came; of records that nobody will look at again, only this is kept. */
  readonly #index = new CidIndex()
  readonly #options: VerifyOptions
  #size = 0

  constructor(options: VerifyOptions) {
    this.#options = options
  }

  get isEmpty(): boolean {
    return this.#index.size === 0
  }

  /** Keeps the parser's current block. Throws `Refusal('held-too-much')`. */
  hold(parser: CarParser, block: Uint8Array): void {
    if (!this.#index.add(parser.window, parser.cidStart, 0, 0)) return
    const {decode, onRecord, heldMax = 128 * 1024 * 1024} = this.#options
    // A record that does not decode is kept, too, to be refused in its turn, if a path leads to it.
    if (!onRecord && !isNodeLike(block) && (!decode || decodes(decode, block))) return
    this.#size += block.length + overhead
    if (this.#size > heldMax) {
      throw new Refusal('held-too-much', 'too many blocks came before their turn; a file can be verified in any order')
    }
    this.#blocks.set(parser.cid.detached(), copyOf(block))
  }

  /** Gives the verification all that its walk can take by now. */
  async drain(walk: TreeWalk, verification: Verification): Promise<void> {
    while (walk.expects !== 'nothing' && this.#use(walk.bytes, walk.offset)) {
      const {cid} = walk
      const block = this.#blocks.get(cid)
      if (block) {
        // Another path may lead to the same record, but none to the same node.
        if (walk.expects === 'node' && this.#blocks.delete(cid)) this.#size -= block.length + overhead
        const pending = verification.take(walk, block)
        if (pending) await pending
      } else if (walk.expects === 'record') verification.pass(walk)
      else throw new Malformed('mst', 'not-a-node', `${cid}, in the place of a node, is none`)
    }
  }

  /** Whether the block came; marks it. */
  #use(bytes: Uint8Array, at: number): boolean {
    const entry = this.#index.find(bytes, at)
    if (entry >= 0 && !this.#index.mark(entry, used)) this.usedCount++
    return entry >= 0
  }
}
