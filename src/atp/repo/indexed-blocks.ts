/** The blocks of a file in whatever order: noted where they are as they pass, read again when the walk asks for them. */
import {Malformed} from '#std/malformed.ts'
import {namesBlock} from '../data/cid.ts'
import type {Cid} from '../data/cid.ts'
import {MissingBlock} from '../mst/blocks.ts'
import type {TreeWalk} from '../mst/walk.ts'
import type {CarParser} from './car-read.ts'
import {CidIndex} from './cid-index.ts'
import {Refusal, decodes} from './verification.ts'
import type {Verification, VerifyOptions} from './verification.ts'

/** A CAR that can be read at any offset, such as a file. */
export interface RandomAccess {
  /** Bytes. */
  readonly size: number
  /** `length` bytes from `offset` on, or fewer at the end. They are the caller's to keep. */
  read(offset: number, length: number): Promise<Uint8Array> | Uint8Array
}

/** Bytes that a block takes in exports, about: to begin with an index of the right size. */
const blockSizeTypical = 300
const used = 1
const undecodable = 2

export class IndexedBlocks {
  usedCount = 0
  readonly #source: RandomAccess
  readonly #options: VerifyOptions
  readonly #index: CidIndex

  constructor(source: RandomAccess, options: VerifyOptions) {
    this.#source = source
    this.#options = options
    this.#index = new CidIndex(source.size / blockSizeTypical)
  }

  /** Notes the parser's current block, which the repository may be known to use. */
  note(parser: CarParser, isUsed: boolean): void {
    const {decode, onRecord} = this.#options
    const block = parser.checkedBlock()
    const index = this.#index
    if (!index.add(parser.window, parser.cidStart, parser.offset - block.length, block.length)) return
    const entry = index.size - 1
    if (isUsed) this.#use(entry)
    // With `onRecord`, records are read again, and decoded then.
    else if (decode && !onRecord && !decodes(decode, block)) index.mark(entry, undecodable)
  }

  /** The block of `cid`, its hash checked again: the file may have changed. Throws `MissingBlock`. */
  read(cid: Cid): Uint8Array | Promise<Uint8Array> {
    const entry = this.#index.find(cid.bytes, 0)
    if (entry < 0) throw new MissingBlock(cid)
    this.#use(entry)
    const check = (block: Uint8Array): Uint8Array => {
      if (namesBlock(cid, block)) return block
      throw new Malformed('car', 'changed', `the block of ${cid} is not the one that was there before`)
    }
    const reading = this.#source.read(this.#index.offset(entry), this.#index.blockSize(entry))
    return reading instanceof Uint8Array ? check(reading) : reading.then(check)
  }

  /** Gives the verification all that the walk still asks for. */
  async follow(walk: TreeWalk, verification: Verification): Promise<void> {
    const {onRecord, onProgress} = this.#options
    const total = this.#index.size
    for (let steps = 1; walk.expects !== 'nothing'; steps++) {
      if (walk.expects === 'record' && !onRecord) {
        const entry = this.#index.find(walk.bytes, walk.offset)
        if (entry < 0) throw new MissingBlock(walk.cid)
        if (this.#index.has(entry, undecodable)) throw new Refusal('bad-record', `${walk.path} does not decode`)
        this.#use(entry)
        verification.pass(walk)
      } else {
        const block = this.read(walk.cid)
        const pending = verification.take(walk, block instanceof Uint8Array ? block : await block)
        if (pending) await pending
      }
      if (steps % 1024 === 0) onProgress?.({phase: 'walking', done: this.usedCount, total})
    }
    onProgress?.({phase: 'walking', done: total, total})
  }

  #use(entry: number): void {
    if (!this.#index.mark(entry, used)) this.usedCount++
  }
}
