/**
 * The whole check of a repository export (spec: repository, "Security Considerations"): every block is what its CID
 * says, the commit is signed, the tree is canonical and complete, and each record is there.
 *
 * Exports that are in preorder are checked as they pass, holding one node for each level of the tree. Any other order
 * (the official PDS sorts blocks by revision and CID) takes memory or a second look. From a source that can be read at
 * any offset, one more pass notes where each block is, in 35 bytes a block, and the tree is followed from there. From
 * a mere stream, blocks that come too early are held until their turn, up to a bound, and beyond it put in scratch room
 * where the caller has some.
 */
import {Malformed} from '#std/malformed.ts'
import type {Cid} from '../data/cid.ts'
import {MissingBlock} from '../mst/blocks.ts'
import {CarParser} from './car-read.ts'
import {indexedSizeMax} from './cid-index.ts'
import {HeldBlocks} from './held-blocks.ts'
import {IndexedBlocks} from './indexed-blocks.ts'
import type {RandomAccess} from './indexed-blocks.ts'
import {Refusal, Verification} from './verification.ts'
import type {RefusedRepo, VerifiedRepo, VerifyOptions} from './verification.ts'

/** Bytes of a file read at a time. */
const chunkSize = 256 * 1024

/**
 * Checks a repository in a CAR: a buffer, a file, or a stream. Rejects only with the source's own errors and those of
 * the callbacks. Records are handed out before all is seen, so nothing is to be believed until this resolves to `ok`.
 *
 * In a stream, a record that several paths share must come for each of them: its bytes are gone by the second. Buffers
 * and files have no such limit.
 */
export async function verifyRepo(
  source: Uint8Array | RandomAccess | AsyncIterable<Uint8Array>,
  options: VerifyOptions = {},
): Promise<VerifiedRepo | RefusedRepo> {
  try {
    if (Symbol.asyncIterator in source) return await verifyStream(source, options)
    if (!(source instanceof Uint8Array)) return await verifyFile(source, chunkSize, options)
    // In one chunk: a block that the end of a chunk parts has to be copied.
    return await verifyFile(bufferAccess(source), source.length, options)
  } catch (error) {
    if (error instanceof Refusal) return {ok: false, reason: error.reason, detail: error.message}
    if (error instanceof MissingBlock) return {ok: false, reason: error.reason, detail: error.message}
    if (error instanceof Malformed) {
      return {ok: false, reason: `${error.format}-${error.reason}`, detail: error.message}
    }
    throw error
  }
}

const bufferAccess = (bytes: Uint8Array): RandomAccess => ({
  size: bytes.length,
  read: (offset, length) => bytes.subarray(offset, offset + length),
})

async function verifyStream(chunks: AsyncIterable<Uint8Array>, options: VerifyOptions): Promise<VerifiedRepo> {
  const parser = new CarParser(options)
  const verification = new Verification(options)
  const held = new HeldBlocks(options)
  for await (const chunk of chunks) {
    parser.push(chunk)
    for (let early; (early = await takeInTurn(parser, verification, held));) held.hold(parser, early)
    options.onProgress?.({phase: 'reading', done: parser.offset, total: undefined})
  }
  parser.finish()
  const {walk} = verification
  if (walk && held.takesAll) await held.drainAll(walk, verification)
  if (walk && !verification.isDone) throw new MissingBlock(walk.cid)
  return verification.result(parser.blockCount, verification.inTurnCount + held.usedCount, held.isEmpty)
}

/**
 * Gives the verification the parser's blocks as long as they are the ones it needs next. Returns the first that is not,
 * and undefined when it takes more chunks.
 */
async function takeInTurn(
  parser: CarParser,
  verification: Verification,
  held?: HeldBlocks,
): Promise<Uint8Array | undefined> {
  while (parser.next()) {
    const block = parser.checkedBlock()
    const {walk} = verification
    if (!walk) {
      const root = rootOf(parser)
      if (!root.equals(parser.cid)) return block
      verification.begin(root, block)
    } else if (walk.expects === 'nothing') continue
    else if (held?.takesAll) return block
    else if (walk.isAt(parser.window, parser.cidStart)) {
      const pending = verification.take(walk, block)
      if (pending) await pending
    } else return block
    verification.inTurnCount++
    if (held && !held.isEmpty && !held.takesAll && verification.walk) await held.drain(verification.walk, verification)
  }
  return undefined
}

function rootOf(parser: CarParser): Cid {
  const root = parser.roots?.[0]
  if (!root) throw new Refusal('no-root', 'the CAR names no commit')
  return root
}

async function verifyFile(source: RandomAccess, chunkSize: number, options: VerifyOptions): Promise<VerifiedRepo> {
  const parser = new CarParser(options)
  const verification = new Verification(options)
  for await (const chunk of chunksOf(source, chunkSize, options)) {
    parser.push(chunk)
    if (await takeInTurn(parser, verification)) return await verifyByIndex(source, chunkSize, verification)
  }
  parser.finish()
  if (verification.walk && !verification.isDone) return await verifyByIndex(source, chunkSize, verification)
  return verification.result(parser.blockCount, verification.inTurnCount, true)
}

async function* chunksOf(
  source: RandomAccess,
  chunkSize: number,
  {onProgress}: VerifyOptions,
): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < source.size;) {
    const chunk = await source.read(at, chunkSize)
    if (chunk.length === 0) return
    yield chunk
    at += chunk.length
    onProgress?.({phase: 'reading', done: at, total: source.size})
  }
}

/** Goes on with a verification that has met a block out of turn, now with every block of the file at hand. */
async function verifyByIndex(
  source: RandomAccess,
  chunkSize: number,
  verification: Verification,
): Promise<VerifiedRepo> {
  const {options, inTurnCount} = verification
  const parser = new CarParser({blockSizeMax: Math.min(options.blockSizeMax ?? Infinity, indexedSizeMax)})
  const blocks = new IndexedBlocks(source, options)
  for await (const chunk of chunksOf(source, chunkSize, options)) {
    parser.push(chunk)
    while (parser.next()) blocks.note(parser, parser.blockCount <= inTurnCount)
  }
  parser.finish()
  if (!verification.walk) {
    const root = rootOf(parser)
    verification.begin(root, await blocks.read(root))
  }
  if (verification.walk) await blocks.follow(verification.walk, verification)
  return verification.result(parser.blockCount, blocks.usedCount, false)
}
