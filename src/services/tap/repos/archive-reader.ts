/**
 * Reads of a Jetstream's archive what may tell of some accounts: it says itself which segments, or which blocks of them,
 * and those are downloaded one after the other. What it sends has bounds, and is nothing but what it says.
 */
import {promisify} from 'node:util'
import {zstdDecompress} from 'node:zlib'
import {ArchiveBlock, wordAt} from '#atp/archive/block.ts'
import {headSize, readHead} from '#atp/archive/segment.ts'
import type {Did} from '#atp/syntax/did.ts'
import {getBlock} from '#lex/gen/network/bsky/jetstream/getBlock.ts'
import {getSegment} from '#lex/gen/network/bsky/jetstream/getSegment.ts'
import {planSnapshot, type Segment} from '#lex/gen/network/bsky/jetstream/planSnapshot.ts'
import {concatBytes} from '#std/bytes.ts'
import {Malformed} from '#std/malformed.ts'
import type {World} from '#std/world.ts'
import {readBytes} from '#xrpc/body.ts'
import {Client} from '#xrpc/client.ts'
import {UpstreamError} from '#xrpc/errors.ts'

/** Accounts of one question: as many as its lexicon takes. */
export const didsMax = 10_000
/** Bytes of a plan: 100,000 entries, which is as many as the servers that there are give. */
const planSizeMax = 32 * 2 ** 20
/** Blocks in a segment, whatever is said of it. */
const blocksMax = 2 ** 20
/** Bytes of a block as it comes, and of what is in it: they are some thousand events, and a few megabytes. */
const frameSizeMax = 32 * 2 ** 20
const unpackedSizeMaxDefault = 128 * 2 ** 20
/** Blocks that are asked for at a time. */
const aheadMax = 4

const decompress = promisify(zstdDecompress)

/** The blocks that may tell of the accounts, the oldest first. Rejects with `UpstreamError` and when the signal aborts. */
export async function* archivedBlocks(
  service: string,
  dids: readonly Did[],
  {fetch}: Pick<World, 'fetch'>,
  signal: AbortSignal,
  unpackedSizeMax = unpackedSizeMaxDefault,
): AsyncGenerator<ArchiveBlock, void> {
  const client = new Client({service, fetch, answerSizeMax: planSizeMax})
  const unpack = (frame: Uint8Array): Promise<ArchiveBlock> => unpacked(frame, unpackedSizeMax)
  const asked = {kinds: ['commit' as const], dids: [...dids]}
  let before: {beforeSeq: number} | undefined
  for (let afterSeq = 0; ;) {
    const plan = await client.procedure(planSnapshot, {...asked, afterSeq, ...before}, {signal})
    for (const segment of plan.segments) {
      if (segment.mode === 'segment') yield* blocksOfWhole(client, segment, unpack, signal)
      else yield* blocksOf(client, segment, unpack, signal)
    }
    const {plannedThroughSeq, sealedTipSeq} = plan
    if (plannedThroughSeq >= sealedTipSeq) return
    if (plannedThroughSeq <= afterSeq) throw invalid('Its plan does not get further.')
    afterSeq = plannedThroughSeq
    before = {beforeSeq: sealedTipSeq}
  }
}

type Unpack = (frame: Uint8Array) => Promise<ArchiveBlock>

async function* blocksOf(
  client: Client,
  segment: Segment,
  unpack: Unpack,
  signal: AbortSignal,
): AsyncGenerator<ArchiveBlock, void> {
  const read = async (blockIndex: number): Promise<ArchiveBlock> => {
    const body = await client.query(getBlock, {segment: segment.name, blockIndex}, {signal})
    return unpack(
      await readBytes(body as ReadableStream<Uint8Array<ArrayBuffer>>, frameSizeMax, tooLarge).catch(brokenOff),
    )
  }
  const ahead: Promise<ArchiveBlock>[] = []
  const take = (block: number): void => {
    const reading = read(block)
    // It is looked at in its turn, unless one before it has failed.
    reading.catch(() => {})
    ahead.push(reading)
  }
  for (const {first, last} of segment.blocks ?? []) {
    if (last >= blocksMax) throw invalid('Its plan names a block that no segment has.')
    for (let block = first; block <= last; block++) {
      take(block)
      if (ahead.length > aheadMax) yield await (ahead.shift() as Promise<ArchiveBlock>)
    }
  }
  for (const block of ahead) yield await block
}

/** Its blocks come in a row between its head and its index. */
async function* blocksOfWhole(
  client: Client,
  {name}: Segment,
  unpack: Unpack,
  signal: AbortSignal,
): AsyncGenerator<ArchiveBlock, void> {
  const body = await client.query(getSegment, {name}, {signal})
  const pieces = new Pieces(body)
  try {
    const head = headOf(await pieces.take(headSize))
    for (let at = headSize, count = 0; at < head.footAt; count++) {
      const sizeBytes = await pieces.take(8)
      const size = wordAt(new DataView(sizeBytes.buffer, sizeBytes.byteOffset, 8), 0)
      if (size > frameSizeMax || count >= blocksMax) throw tooLarge()
      yield await unpack(await pieces.take(size))
      at += 8 + size
    }
  } finally {
    await pieces.end()
  }
}

function headOf(bytes: Uint8Array): {readonly footAt: number} {
  try {
    const head = readHead(bytes)
    if (head) return head
  } catch (error) {
    if (!(error instanceof Malformed)) throw error
  }
  throw invalid('It sent what is no sealed segment.')
}

async function unpacked(frame: Uint8Array, unpackedSizeMax: number): Promise<ArchiveBlock> {
  const bytes = await decompress(frame, {maxOutputLength: unpackedSizeMax}).catch((cause: unknown) => {
    throw new UpstreamError('InvalidResponse', 'It sent what is no packed block.', {cause})
  })
  try {
    return new ArchiveBlock(bytes)
  } catch (cause) {
    if (!(cause instanceof Malformed)) throw cause
    throw new UpstreamError('InvalidResponse', cause.message, {cause})
  }
}

/** So many bytes after the other of a body. */
class Pieces {
  readonly #chunks: AsyncIterator<Uint8Array>
  #left: Uint8Array = new Uint8Array(0)

  constructor(body: ReadableStream<Uint8Array>) {
    this.#chunks = body.values()
  }

  async take(size: number): Promise<Uint8Array> {
    const parts: Uint8Array[] = [this.#left]
    for (let have = this.#left.length; have < size;) {
      const {done, value} = await this.#chunks.next().catch(brokenOff)
      if (done) throw invalid('It sent less than a segment.')
      parts.push(value)
      have += value.length
    }
    const all = parts.length === 1 ? this.#left : concatBytes(parts)
    this.#left = all.subarray(size)
    return all.subarray(0, size)
  }

  /** What else there is nobody reads. */
  async end(): Promise<void> {
    await this.#chunks.return?.().catch(() => {})
  }
}

const invalid = (message: string): UpstreamError => new UpstreamError('InvalidResponse', message)
const tooLarge = (): UpstreamError => invalid('It sent a block of more bytes than one has.')
const brokenOff = (cause: unknown): never => {
  if (cause instanceof UpstreamError) throw cause
  throw new UpstreamError('UpstreamFailure', 'The archive broke off.', {cause})
}
