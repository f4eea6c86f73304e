/**
 * Blocks of a stream that came before their turn, kept until the walk asks for them: in memory up to a bound. With more than
 * that the stream is in no useful order, and where the caller has room, all that comes is put there: then the walk goes on
 * once everything is there.
 */
import {copyOf} from '#std/bytes.ts'
import {Malformed} from '#std/malformed.ts'
import {BlockMap} from '../mst/blocks.ts'
import {isNodeLike} from '../mst/node.ts'
import type {TreeWalk} from '../mst/walk.ts'
import type {CarParser} from './car-read.ts'
import {CidIndex} from './cid-index.ts'
import {ScratchBlocks} from './scratch-blocks.ts'
import {Refusal, decodes} from './verification.ts'
import type {Verification, VerifyOptions} from './verification.ts'

/** What an entry of the maps takes beside its bytes, about. */
const overhead = 200
const used = 1

export class HeldBlocks {
  readonly #blocks = new BlockMap()
  /** All that came, but for those in the room; of records that nobody will look at again, only this is kept. */
  readonly #index = new CidIndex()
  readonly #options: VerifyOptions
  #size = 0
  #usedCount = 0
  #scratch: ScratchBlocks | undefined

  constructor(options: VerifyOptions) {
    this.#options = options
  }

  get isEmpty(): boolean {
    return this.#index.size === 0 && !this.#scratch
  }

  /** Whether more came than memory may hold: each block is to be put here, and none is given before all came. */
  get takesAll(): boolean {
    return this.#scratch !== undefined
  }

  /** How many of the held blocks the repository has turned out to use. */
  get usedCount(): number {
    return this.#usedCount + (this.#scratch?.usedCount ?? 0)
  }

  /** Keeps the parser's current block. Throws `Refusal('held-too-much')`. */
  hold(parser: CarParser, block: Uint8Array): void {
    const {window, cidStart, cid} = parser
    if (this.#index.find(window, cidStart) >= 0) return
    if (this.#scratch) return this.#scratch.add(window, cidStart, block)
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
      this.#scratch = new ScratchBlocks(spill)
      this.#scratch.add(window, cidStart, block)
      return
    }
    this.#index.add(window, cidStart, 0, 0)
    if (!isKept) return
    this.#size += size
    this.#blocks.set(cid.detached(), copyOf(block))
  }

  /** Gives the verification all that its walk can take by now. */
  async drain(walk: TreeWalk, verification: Verification): Promise<void> {
    while (walk.expects !== 'nothing' && this.#use(walk)) {
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

  /** Gives it all that it still asks for, once no more will come. */
  async drainAll(walk: TreeWalk, verification: Verification): Promise<void> {
    await this.#scratch?.settle()
    for (;;) {
      await this.drain(walk, verification)
      for (let block; walk.expects !== 'nothing' && (block = this.#scratch?.take(walk.cid));) {
        const pending = verification.take(walk, block)
        if (pending) await pending
      }
      if (walk.expects === 'nothing' || this.#index.find(walk.bytes, walk.offset) < 0) return
    }
  }

  /** Whether the block that the walk expects came to memory; marks it. */
  #use({bytes, offset}: TreeWalk): boolean {
    const entry = this.#index.find(bytes, offset)
    if (entry >= 0 && !this.#index.mark(entry, used)) this.#usedCount++
    return entry >= 0
  }
}
