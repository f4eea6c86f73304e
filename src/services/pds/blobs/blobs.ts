/**
 * The blobs of this server's accounts, from their upload to their end. What happens to a blob is decided by its row
 * (`blob-row-store.ts`), in the transaction of what happens; here the bytes are brought after it: `settle` makes the
 * files of one blob as its row says, and may be called again at any time. So a crash between row and file is made good
 * at the next start, and a blob that is let go and uploaded again at the same moment is not lost.
 */
import type {Log} from '#std/log.ts'
import {Lanes} from '#std/waiting/lanes.ts'
import type {World} from '#std/world.ts'
import {Malformed} from '#std/malformed.ts'
import {mediaTypeOf, mediaTypeHeadSize} from '#std/wire/media-type.ts'
import {mayHaveNotes, withoutNotes} from '#std/wire/picture-notes.ts'
import type {Cid} from '#atp/data/cid.ts'
import type {BlobRef} from '#atp/data/value.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {BlobStore, OpenBlob, StagedBlob} from '#engines/blob-store/blob-store.ts'
import type {BlobRowStore} from '../store/repos/blob-row-store.ts'
import {Refusal} from '../refusal.ts'

/** A blob that no record refers to within this time is thrown away. */
const waitMs = 6 * 3_600_000
/** Staged bytes that have no row, as after a crash, are thrown away so long after. */
const strayMs = 24 * 3_600_000
/** Uploads of one account at a time. */
const uploadsMax = 32
/** Rows that are looked at in one step. */
const step = 500

export interface BlobsParts {
  rows: BlobRowStore
  files: BlobStore
  world: Pick<World, 'now'>
  log: Log
  /** Bytes. */
  sizeMax: number
  /** Bytes that an account may have uploaded before a record refers to them. */
  waitingSizeMax: number
  /** Whether notes are taken out of pictures that are uploaded (`picture-notes.ts`). */
  withoutNotes: boolean
}

export class Blobs {
  readonly #parts: BlobsParts
  /** What goes on with the bytes of a blob: one thing at a time. */
  readonly #turns = new Lanes()
  readonly #tasks = new Set<Promise<void>>()
  /** Uploads that are coming in, by account. */
  readonly #uploads = new Map<Did, number>()
  readonly #ending = new AbortController()

  constructor(parts: BlobsParts) {
    this.#parts = parts
  }

  /**
   * Takes in a blob. It is seen by nobody until a record refers to it; after an import records do already. Its type is
   * what its bytes show, and else what the caller says; `demandType` throws for one that is not to be. Throws `Refusal`.
   */
  async upload(
    did: Did,
    declared: string,
    body: AsyncIterable<Uint8Array>,
    demandType?: (mimeType: string) => void,
  ): Promise<BlobRef> {
    const {rows, files, world, waitingSizeMax} = this.#parts
    if ((await rows.waiting(did)) >= waitingSizeMax) {
      throw new Refusal('too-many-uploads', 'Too much was uploaded that no record refers to yet; try again later.')
    }
    using _ = this.#uploading(did)
    const head = new Head()
    const came = await this.#staged(did, head.watch(body))
    const mimeType = mediaTypeOf(head.bytes) ?? (declared.includes('*') ? 'application/octet-stream' : declared)
    const {cid, size, stage} = await this.#cleaned(did, mimeType, came)
    let needless: string | null = stage
    try {
      demandType?.(mimeType)
      const uploaded = await rows.add(did, {cid, mimeType, size, stage, uploadedMs: world.now()})
      if (!uploaded.ok) throw takenDown(cid)
      needless = uploaded.needless
      if (uploaded.state === 'moving') this.settle(did, [cid])
      return {$type: 'blob', ref: cid, mimeType: uploaded.mimeType, size}
    } finally {
      if (needless !== null) await files.discard(did, needless)
    }
  }

  /** Counts an upload while it comes. Throws `Refusal` when there are too many of the account's. */
  #uploading(did: Did): Disposable {
    const count = this.#uploads.get(did) ?? 0
    if (count >= uploadsMax) {
      throw new Refusal('too-many-uploads', `Upload at most ${uploadsMax} blobs at a time.`)
    }
    this.#uploads.set(did, count + 1)
    return {
      [Symbol.dispose]: () => {
        const left = (this.#uploads.get(did) ?? 1) - 1
        if (left > 0) this.#uploads.set(did, left)
        else this.#uploads.delete(did)
      },
    }
  }

  async #staged(did: Did, body: AsyncIterable<Uint8Array>): Promise<StagedBlob> {
    const {files, sizeMax} = this.#parts
    const staged = await files.stage(did, body, sizeMax)
    if (staged === 'too-big') throw new Refusal('blob-too-big', `A blob can have at most ${sizeMax} bytes.`)
    return staged
  }

  /**
   * A picture without its notes, where that is wanted; else what came. So does one that records refer to already, as after
   * an import: it has a name, which is that of its bytes.
   */
  async #cleaned(did: Did, mimeType: string, came: StagedBlob): Promise<StagedBlob> {
    const {rows, files, withoutNotes: isWanted} = this.#parts
    if (!isWanted || !mayHaveNotes(mimeType)) return came
    let needless = came.stage
    try {
      if (await rows.isUsed(did, came.cid)) {
        needless = ''
        return came
      }
      if (((await rows.row(did, came.cid))?.takedownRef ?? null) !== null) throw takenDown(came.cid)
      const file = await files.openStage(did, came.stage, this.#ending.signal)
      if (!file) throw new Refusal('bad-picture', 'The upload was lost on its way; try again.')
      const cleaned = await this.#staged(did, withoutNotes(mimeType, file.body)).catch((error: unknown) => {
        if (!(error instanceof Malformed)) throw error
        throw new Refusal('bad-picture', `This is not in order as ${mimeType}, so its notes cannot be taken out.`)
      })
      if (!cleaned.cid.equals(came.cid)) return cleaned
      // There were none.
      needless = cleaned.stage
      return came
    } finally {
      if (needless !== '') await files.discard(did, needless)
    }
  }

  /** A blob that a record refers to and that was not taken down. */
  async open(did: Did, cid: Cid, signal: AbortSignal): Promise<(OpenBlob & {mimeType: string}) | undefined> {
    const {rows, files} = this.#parts
    let row = await rows.row(did, cid)
    if (!row || row.takedownRef !== null) return undefined
    if (row.state === 'moving' || row.quarantined) {
      await this.#settleOne(did, cid)
      row = await rows.row(did, cid)
    }
    if (row?.state !== 'kept' || row.takedownRef !== null) return undefined
    const {mimeType} = row
    const blob = await files.open(did, cid, signal)
    if (blob) return {...blob, mimeType}
    await this.#confirmLoss(did, cid)
    return undefined
  }

  /** Brings the bytes of these blobs to where their rows say, in the background. */
  settle(did: Did, cids: readonly Cid[]): void {
    this.#spawn(async () => {
      for (const cid of cids) if (!this.#ending.signal.aborted) await this.#settleOne(did, cid)
    })
  }

  /** The same for all blobs. */
  settleAll(): void {
    this.#spawn(async () => this.#settleAll(this.#ending.signal))
  }

  /** Throws away what was uploaded and not used in time, and ends what was begun, as far as the signal lets it. */
  async sweep(signal: AbortSignal): Promise<void> {
    const {rows, files, world} = this.#parts
    while (!signal.aborted && (await rows.lapse(world.now() - waitMs, step)) === step);
    await this.#settleAll(signal)
    await files.sweep(strayMs)
  }

  /**
   * Looks whether rows and files agree, as they may not after a backup was put back: a file that no row tells of goes,
   * and a blob whose file is not there counts as missing, until the file is back (as when the disk was not mounted).
   */
  async check(signal: AbortSignal): Promise<void> {
    const {rows} = this.#parts
    for (let last: Did | undefined; ;) {
      const owners: Did[] = await rows.owners(last, step)
      for (const did of owners) {
        if (signal.aborted) return
        await this.#checkOf(did)
      }
      last = owners.at(-1)
      if (owners.length < step) return
    }
  }

  /** Resolves when nothing goes on in the background. */
  async idle(): Promise<void> {
    while (this.#tasks.size > 0) await Promise.all(this.#tasks)
  }

  /** Ends what goes on in the background, after the blob that is in hand; the rest is done at the next start. */
  async close(): Promise<void> {
    this.#ending.abort()
    await this.idle()
  }

  async #settleAll(signal: AbortSignal): Promise<void> {
    const {rows} = this.#parts
    for (let after: {did: Did; cid: Cid} | undefined; ;) {
      const found: {did: Did; cid: Cid}[] = await rows.unsettled(after, step)
      for (const {did, cid} of found) {
        if (signal.aborted) return
        await this.#settleOne(did, cid)
      }
      after = found.at(-1)
      if (found.length < step) return
    }
  }

  #settleOne(did: Did, cid: Cid): Promise<void> {
    const {rows, files} = this.#parts
    return this.#inTurn(did, cid, async () => {
      let row = await rows.row(did, cid)
      if (row?.state === 'moving' && row.stage !== null) {
        if (await files.keep(did, row.stage, cid)) await rows.moved(did, cid)
        else await this.#lost(did, cid)
        row = await rows.row(did, cid)
      }
      if (row?.state === 'kept' && row.quarantined !== (row.takedownRef !== null)) {
        const isDown = !row.quarantined
        const isThere = isDown ? await files.quarantine(did, cid) : await files.release(did, cid)
        if (isThere) await rows.confined(did, cid, isDown)
        else await this.#lost(did, cid)
      } else if (row?.state === 'leaving') {
        if (row.stage !== null) await files.discard(did, row.stage)
        await files.remove(did, [cid])
        await rows.gone(did, cid)
      }
    })
  }

  async #checkOf(did: Did): Promise<void> {
    const {rows, files} = this.#parts
    const there = new Map<string, Cid>()
    for (let last: Cid | null = null; ;) {
      const page: readonly Cid[] = await files.list(did, last, step)
      for (const cid of page) there.set(cid.key, cid)
      last = page.at(-1) ?? null
      if (page.length < step) break
    }
    for (let last: Cid | undefined; ;) {
      const page: Cid[] = await rows.kept(did, last, step)
      for (const cid of page) if (!there.delete(cid.key)) await this.#confirmLoss(did, cid)
      last = page.at(-1)
      if (page.length < step) break
    }
    for (const cid of there.values()) {
      await this.#inTurn(did, cid, async () => {
        const row = await rows.row(did, cid)
        if (row?.state === 'lost') await rows.found(did, cid)
        else if (row?.quarantined) await files.quarantine(did, cid)
        else if (row?.state !== 'moving' && row?.state !== 'kept') await files.remove(did, [cid])
      })
    }
  }

  /** A file that was not found may have come, or have had to go, since it was looked for. */
  #confirmLoss(did: Did, cid: Cid): Promise<void> {
    const {rows, files} = this.#parts
    return this.#inTurn(did, cid, async () => {
      const row = await rows.row(did, cid)
      if (row?.state !== 'kept' || row.quarantined) return
      if (!(await files.open(did, cid, AbortSignal.abort()))) await this.#lost(did, cid)
    })
  }

  async #lost(did: Did, cid: Cid): Promise<void> {
    this.#parts.log.error('the bytes of a blob are gone; it may be uploaded again', {did, cid})
    await this.#parts.rows.lost(did, cid)
  }

  #inTurn(did: Did, cid: Cid, act: () => Promise<void>): Promise<void> {
    return this.#turns.do(`${did} ${cid.key}`, act)
  }

  #spawn(work: () => Promise<void>): void {
    // What fails is done at the next sweep.
    const task = work().catch(error => this.#parts.log.error('the bytes of blobs could not be moved', {error}))
    this.#tasks.add(task)
    void task.finally(() => this.#tasks.delete(task))
  }
}

const takenDown = (cid: Cid): Refusal =>
  new Refusal('blob-takendown', `The blob ${cid} has been taken down, and cannot be uploaded again.`)

/** The first bytes of a stream that passes by. */
class Head {
  #bytes = new Uint8Array(mediaTypeHeadSize)
  #size = 0

  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#size)
  }

  async *watch(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of body) {
      if (this.#size < mediaTypeHeadSize) {
        const part = chunk.subarray(0, mediaTypeHeadSize - this.#size)
        this.#bytes.set(part, this.#size)
        this.#size += part.length
      }
      yield chunk
    }
  }
}
