/**
 * Blobs as files: `<root>/<account>/<cid>`, staged ones in `<root>/staged/`, those in quarantine in
 * `<root>/quarantine/<account>/<cid>`. Neither a DID nor anything else that a
 * stranger names is part of a path: an account's folder is the hash of its DID (which may be 2,048 characters, and on
 * some systems equal to another but for case), and a CID is always 59 letters and digits.
 */
import type {FileHandle} from 'node:fs/promises'
import {mkdir, open, readdir, rename, rm, stat, unlink} from 'node:fs/promises'
import {createHash, randomUUID} from 'node:crypto'
import {dirname, join} from 'node:path'
import {type Cid, cidOfDigest, codecs, isCid, parseCid} from '#atp/data/cid.ts'
import type {Did} from '#atp/syntax/did.ts'
import {sha256} from '#atp/crypto/engine.ts'
import {assert} from '#std/assert.ts'
import {toBase32} from '#std/encoding/base32.ts'
import {spaceFault} from '#std/out-of-space.ts'
import {toUtf8} from '#std/text.ts'
import type {BlobStore, OpenBlob, StagedBlob} from './blob-store.ts'

const chunkSize = 256 * 1024
const stageName = /^[0-9a-f-]{36}$/

/** Opens or makes the store in the folder `root`. */
export async function openDiskBlobStore(root: string, now: () => number): Promise<BlobStore> {
  await mkdir(join(root, 'staged'), {recursive: true, mode: 0o700})
  return new DiskBlobStore(root, now)
}

class DiskBlobStore implements BlobStore {
  readonly #root: string
  readonly #now: () => number

  constructor(root: string, now: () => number) {
    this.#root = root
    this.#now = now
  }

  async stage(did: Did, body: AsyncIterable<Uint8Array>, sizeMax: number): Promise<StagedBlob | 'too-big'> {
    const stage = randomUUID()
    const path = this.#stagePath(did, stage)
    const hash = createHash('sha256')
    let size = 0
    const file = await open(path, 'wx', 0o600)
    try {
      for await (const chunk of body) {
        size += chunk.length
        if (size > sizeMax) break
        hash.update(chunk)
        await writeAll(file, chunk)
      }
      if (size <= sizeMax) await file.datasync()
    } catch (error) {
      await unlink(path)
      throw spaceFault(error)
    } finally {
      await file.close()
    }
    if (size > sizeMax) {
      await unlink(path)
      return 'too-big'
    }
    await syncFolder(join(this.#root, 'staged'))
    return {stage, cid: cidOfDigest(codecs.raw, hash.digest()), size}
  }

  async keep(did: Did, stage: string, cid: Cid): Promise<boolean> {
    // Kept before: keeping twice is the same as once.
    return this.#move(this.#stagePath(did, stage), this.#folder(did), cid)
  }

  async openStage(did: Did, stage: string, signal: AbortSignal): Promise<OpenBlob | undefined> {
    return openFile(this.#stagePath(did, stage), signal)
  }

  async discard(did: Did, stage: string): Promise<void> {
    await rm(this.#stagePath(did, stage), {force: true})
  }

  async open(did: Did, cid: Cid, signal: AbortSignal): Promise<OpenBlob | undefined> {
    return openFile(join(this.#folder(did), cid.toString()), signal)
  }

  async list(did: Did, after: Cid | null, limit: number): Promise<readonly Cid[]> {
    const names = (await unlessMissing(readdir(this.#folder(did)))) ?? []
    const least = after?.toString() ?? ''
    return names
      .filter(name => name > least && isCid(name))
      .toSorted()
      .slice(0, limit)
      .map(parseCid)
  }

  async remove(did: Did, cids: readonly Cid[]): Promise<void> {
    for (const cid of cids) {
      for (const folder of [this.#folder(did), this.#quarantine(did)]) {
        await rm(join(folder, cid.toString()), {force: true})
      }
    }
  }

  quarantine(did: Did, cid: Cid): Promise<boolean> {
    return this.#move(join(this.#folder(did), cid.toString()), this.#quarantine(did), cid)
  }

  openQuarantined(did: Did, cid: Cid, signal: AbortSignal): Promise<OpenBlob | undefined> {
    return openFile(join(this.#quarantine(did), cid.toString()), signal)
  }

  release(did: Did, cid: Cid): Promise<boolean> {
    return this.#move(join(this.#quarantine(did), cid.toString()), this.#folder(did), cid)
  }

  async sweep(olderThanMs: number): Promise<number> {
    let count = 0
    for (const name of await readdir(join(this.#root, 'staged'))) {
      const path = join(this.#root, 'staged', name)
      const found = await unlessMissing(stat(path))
      if (!found || this.#now() - found.mtimeMs <= olderThanMs) continue
      await rm(path, {force: true})
      count++
    }
    return count
  }

  #folder(did: Did): string {
    return join(this.#root, toBase32(sha256(toUtf8(did))))
  }

  #quarantine(did: Did): string {
    return join(this.#root, 'quarantine', toBase32(sha256(toUtf8(did))))
  }

  /** Moves a file into a folder of an account. Resolves with whether it is there, as it may have been before. */
  async #move(from: string, folder: string, cid: Cid): Promise<boolean> {
    const to = join(folder, cid.toString())
    await mkdir(folder, {recursive: true, mode: 0o700})
    try {
      await rename(from, to)
    } catch (error) {
      if (!isMissing(error)) throw error
      return (await unlessMissing(stat(to))) !== undefined
    }
    // The folder itself may be new.
    await syncFolder(folder)
    await syncFolder(dirname(folder))
    await syncFolder(this.#root)
    return true
  }

  #stagePath(did: Did, stage: string): string {
    assert(stageName.test(stage), 'a stage is one that was given out')
    return join(this.#root, 'staged', `${toBase32(sha256(toUtf8(did))).slice(0, 16)}-${stage}`)
  }
}

async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += (await file.write(bytes, at)).bytesWritten
}

async function openFile(path: string, signal: AbortSignal): Promise<OpenBlob | undefined> {
  const file = await unlessMissing(open(path))
  if (!file) return undefined
  const {size} = await file.stat().catch(async (error: unknown) => {
    await file.close()
    throw error
  })
  return {size, body: chunksOf(file, signal)}
}

/**
 * Closes the file at the end, when the reader leaves, and when the signal aborts, each even before the first read. An open
 * file that is forgotten would end the process when V8 finds it.
 */
function chunksOf(file: FileHandle, signal: AbortSignal): AsyncIterable<Uint8Array> {
  let closed: Promise<void> | undefined
  const close = (): Promise<void> => {
    signal.removeEventListener('abort', close)
    return (closed ??= file.close())
  }
  if (signal.aborted) void close()
  else signal.addEventListener('abort', close, {once: true})
  const chunks = (async function* (): AsyncGenerator<Uint8Array, undefined> {
    try {
      for (;;) {
        signal.throwIfAborted()
        const {bytesRead, buffer} = await file.read(new Uint8Array(chunkSize), 0, chunkSize)
        if (bytesRead === 0) return
        yield buffer.subarray(0, bytesRead)
      }
    } finally {
      await close()
    }
  })()
  const iterator: AsyncIterator<Uint8Array, undefined> = {
    next: () => chunks.next(),
    async return() {
      // What was never begun has no end either.
      await close()
      return chunks.return(undefined)
    },
  }
  return {[Symbol.asyncIterator]: () => iterator}
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path)
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT'

async function unlessMissing<T>(promise: Promise<T>): Promise<T | undefined> {
  try {
    return await promise
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}
