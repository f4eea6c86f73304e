/**
 * Blocks of a stream that came before their turn, kept until the walk asks for them: in memory up to a bound, and beyond it
 * where the caller has room, in 35 bytes of memory for each.
 */
import {copyOf} from '#std/bytes.ts'
import {Malformed} from '#std/malformed.ts'
import {type Cid, namesBlock} from '../data/cid.ts'
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
    const {window, cidStart, cid} = parser
    if (this.#index.find(window, cidStart) >= 0) return
    const {decode, onRecord, spill, heldMax = 128 * 1024 * 1024} = this.#options
    // A record that does not decode is kept, too, to be refused in its turn, if a path leads to it.
    const isKept = onRecord || isNodeLike(block) || (decode && !decodes(decode, block))
    const size = block.length + overhead
    if (isKept && this.#size + size > heldMax) {
      if (!spill) {
        throw new Refusal(
          'held-too-much',
          'too many blocks came before their turn; a file can be verified in any order',
        )
      }
      this.#index.add(window, cidStart, spill.append(block), block.length)
      return
    }
    this.#index.add(window, cidStart, 0, 0)
    if (!isKept) return
    this.#size += size
    this.#blocks.set(cid.detached(), copyOf(block))
  }

  /** Gives the verification all that its walk can take by now. */
  async drain(walk: TreeWalk, verification: Verification): Promise<void> {
    for (let entry; walk.expects !== 'nothing' && (entry = this.#use(walk.bytes, walk.offset)) >= 0;) {
      const {cid} = walk
      const block = this.#blocks.get(cid) ?? this.#spilled(entry, cid)
      if (block) {
        // Another path may lead to the same record, but none to the same node.
        if (walk.expects === 'node' && this.#blocks.delete(cid)) this.#size -= block.length + overhead
        const pending = verification.take(walk, block)
        if (pending) await pending
      } else if (walk.expects === 'record') verification.pass(walk)
      else throw new Malformed('mst', 'not-a-node', `${cid}, in the place of a node, is none`)
    }
  }

  /** A block that memory had no room for, its hash checked again. */
  #spilled(entry: number, cid: Cid): Uint8Array | undefined {
    const size = this.#index.blockSize(entry)
    if (size === 0 || !this.#options.spill) return undefined
    const block = this.#options.spill.read(this.#index.offset(entry), size)
    if (namesBlock(cid, block)) return block
    throw new Malformed('car', 'changed', `the block of ${cid} is not the one that was there before`)
  }

  /** The entry of the block, if it came, or −1; marks it. */
  #use(bytes: Uint8Array, at: number): number {
    const entry = this.#index.find(bytes, at)
    if (entry >= 0 && !this.#index.mark(entry, used)) this.usedCount++
    return entry
  }
}
