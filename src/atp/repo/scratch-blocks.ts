/**
 * Blocks of a stream in whatever order, all of them in scratch room outside of memory, such as a file: first they are put
 * there as they come, and where each is, by the first byte of its hash; once all came, that is sorted, a part at a time,
 * and a block is found by two reads. In memory are 1.5 MB while they come, and then an eighth of a byte for each block and
 * four for each `pageEntries`, so that a million of them take as good as nothing.
 */
import {Malformed} from '#std/malformed.ts'
import {type Cid, namesBlock} from '../data/cid.ts'
import {indexedSizeMax, offsetMax, wordOf} from './cid-index.ts'
import {Refusal} from './verification.ts'
import type {Spill} from './verification.ts'

/** Of each block: four words of its CID, as `CidIndex` tells them apart, and two for where it is and its size. */
const words = 6
const entrySize = words * 4
const partsCount = 256
/** Entries of one part that are gathered before they are put in the room. */
const chunkEntries = 256
/** Entries that are read to find one of them. */
const pageEntries = 32
/** Blocks whose hashes begin with the same 32 bits. Of `blocksMax` there are three or four, unless someone has looked for them. */
const alikeMax = 64
/** Blocks of one repository: of the smallest that are sent, those of 600 MB. What is noted of them takes 48 bytes each. */
const blocksMax = 2 ** 24
/** Entries that are gone through before all else has its turn. */
const turnEntries = 2 ** 14
/** Entries of a part that are sorted at a time: at least, and at most. Of a part of `blocksMax` they are four times the usual. */
const sortedMin = 2 ** 16
const sortedMax = (4 * blocksMax) / partsCount

/** Entries by a part of the hashes. */
interface Part {
  chunk: Uint32Array<ArrayBuffer> | undefined
  chunkCount: number
  /** Where in the room its full chunks begin. */
  readonly chunks: number[]
  /** Once it is sorted: where it begins in the room, and its number of entries, all of them different. */
  at: number
  count: number
  /** How many entries the parts before it have. */
  before: number
  /** The first word of each page. */
  fences: Uint32Array
}

export class ScratchBlocks {
  /** Blocks that came, some perhaps twice. */
  size = 0
  /** Blocks that were asked for. */
  usedCount = 0
  readonly #room: Spill
  readonly #parts: readonly Part[] = Array.from({length: partsCount}, () => ({
    chunk: undefined,
    chunkCount: 0,
    chunks: [],
    at: 0,
    count: 0,
    before: 0,
    fences: new Uint32Array(0),
  }))
  readonly #page = new Uint32Array(pageEntries * words)
  #used = new Uint8Array(0)

  constructor(room: Spill) {
    this.#room = room
  }

  /** Keeps the block whose CID is at `at` of `bytes`. Throws `Refusal('held-too-much')`. */
  add(bytes: Uint8Array, at: number, block: Uint8Array): void {
    if (this.size++ >= blocksMax) throw new Refusal('held-too-much', `more than ${blocksMax} blocks in no useful order`)
    const offset = this.#room.append(block)
    if (block.length > indexedSizeMax || offset > offsetMax) throw new Refusal('held-too-much', 'a block is too large')
    const first = wordOf(bytes, at, 0)
    const part = this.#parts[first >>> 24]
    const chunk = (part.chunk ??= new Uint32Array(chunkEntries * words))
    const start = part.chunkCount++ * words
    chunk[start] = first
    for (let n = 1; n < 4; n++) chunk[start + n] = wordOf(bytes, at, n)
    chunk[start + 4] = offset % 2 ** 32
    chunk[start + 5] = Math.floor(offset / 2 ** 32) * 2 ** 22 + block.length
    if (part.chunkCount < chunkEntries) return
    part.chunks.push(this.#room.append(bytesOf(chunk)))
    part.chunkCount = 0
  }

  /** Sorts what came: to be called when all did, and before any is asked for. Rejects with `Malformed('car', 'mined-hashes')`. */
  async settle(): Promise<void> {
    const max = Math.max(sortedMin, 4 * Math.ceil(this.size / partsCount))
    const entries = new Uint32Array(max * words)
    let before = 0
    let sinceTurn = 0
    for (const part of this.#parts) {
      let count = 0
      const take = (chunk: Uint32Array): void => {
        if ((count + chunkEntries) * words > entries.length) {
          count = sortedOnce(entries, count)
          // Hashes spread evenly, so someone has looked for blocks to have more of one part than of all others.
          if (count > max / 2) throw mined()
        }
        entries.set(chunk, count * words)
        count += chunk.length / words
      }
      const chunk = part.chunk ?? new Uint32Array(0)
      take(new Uint32Array(chunk.subarray(0, part.chunkCount * words)))
      for (const at of part.chunks) {
        this.#room.read(at, chunk.byteLength, bytesOf(chunk))
        take(chunk)
        sinceTurn += chunkEntries
        if (sinceTurn < turnEntries) continue
        sinceTurn = 0
        await this.#room.turn()
      }
      count = sortedOnce(entries, count)
      part.fences = Uint32Array.from(
        {length: Math.ceil(count / pageEntries)},
        (_, n) => entries[n * pageEntries * words],
      )
      part.at = this.#room.append(bytesOf(entries.subarray(0, count * words)))
      part.count = count
      part.before = before
      before += count
      part.chunk = undefined
      part.chunks.length = 0
    }
    this.#used = new Uint8Array(Math.ceil(before / 8))
  }

  /** The block of `cid`, its hash checked again, if it came. */
  take(cid: Cid): Uint8Array | undefined {
    const {bytes} = cid
    const first = wordOf(bytes, 0, 0)
    const part = this.#parts[first >>> 24]
    const {fences, count} = part
    for (let n = Math.max(0, pagesBefore(fences, first) - 1); n < fences.length && fences[n] <= first; n++) {
      const length = Math.min(pageEntries, count - n * pageEntries)
      const page = this.#page
      this.#room.read(part.at + n * pageEntries * entrySize, length * entrySize, bytesOf(page))
      for (let start = 0; start < length * words; start += words) {
        if (page[start] !== first || !isAt(page, start, bytes)) continue
        this.#use(part.before + n * pageEntries + start / words)
        const offset = page[start + 4] + (page[start + 5] >>> 22) * 2 ** 32
        const block = this.#room.read(offset, page[start + 5] & indexedSizeMax)
        if (namesBlock(cid, block)) return block
        throw new Malformed('car', 'changed', `the block of ${cid} is not the one that was there before`)
      }
    }
    return undefined
  }

  #use(entry: number): void {
    const bit = 1 << (entry & 7)
    if ((this.#used[entry >> 3] & bit) === 0) this.usedCount++
    this.#used[entry >> 3] |= bit
  }
}

const bytesOf = ({buffer, byteOffset, byteLength}: Uint32Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength)

function isAt(entries: Uint32Array, start: number, bytes: Uint8Array): boolean {
  for (let n = 0; n < 4; n++) if (entries[start + n] !== wordOf(bytes, 0, n)) return false
  return true
}

/** How many pages begin with a smaller word. */
function pagesBefore(fences: Uint32Array, word: number): number {
  let [low, high] = [0, fences.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (fences[middle] < word) low = middle + 1
    else high = middle
  }
  return low
}

/** Sorts the first entries by their first words, each left once. Gives how many are left. */
function sortedOnce(entries: Uint32Array, count: number): number {
  // A word and a number of an entry are less than 53 bits together, and numbers are sorted much faster than entries.
  const order = Float64Array.from({length: count}, (_, n) => entries[n * words] * sortedMax + n).toSorted()
  const from = new Uint32Array(entries.subarray(0, count * words))
  let left = 0
  for (const key of order) {
    const start = (key % sortedMax) * words
    let alike = left
    let isThere = false
    while (!isThere && alike > 0 && entries[(alike - 1) * words] === from[start]) {
      isThere = isSame(entries, --alike * words, from, start)
    }
    if (isThere) continue
    if (left - alike >= alikeMax) throw mined()
    entries.set(from.subarray(start, start + words), left++ * words)
  }
  return left
}

const mined = (): Malformed => new Malformed('car', 'mined-hashes', 'blocks made so that their hashes collide')

function isSame(a: Uint32Array, at: number, b: Uint32Array, bAt: number): boolean {
  for (let n = 1; n < 4; n++) if (a[at + n] !== b[bAt + n]) return false
  return true
}
