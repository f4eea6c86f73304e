/** Blobs that end with the process: for tests, and for a network that is to forget. */
import type {Cid} from '#atp/data/cid.ts'
import {cidOf, codecs, parseCid} from '#atp/data/cid.ts'
import type {Did} from '#atp/syntax/did.ts'
import {concatBytes} from '#std/bytes.ts'
import type {BlobStore, OpenBlob} from './blob-store.ts'

type Blobs = Map<Did, Map<string, Uint8Array>>

export function memoryBlobStore(now: () => number): BlobStore {
  const staged = new Map<string, {bytes: Uint8Array; at: number}>()
  const kept: Blobs = new Map()
  const confined: Blobs = new Map()
  const move = (from: Blobs, to: Blobs, did: Did, cid: Cid): boolean => {
    const name = cid.toString()
    const bytes = from.get(did)?.get(name)
    const there = to.get(did) ?? new Map<string, Uint8Array>()
    if (bytes) to.set(did, there.set(name, bytes))
    from.get(did)?.delete(name)
    return there.has(name)
  }
  let count = 0

  return {
    async stage(did, body, sizeMax) {
      const chunks: Uint8Array[] = []
      let size = 0
      for await (const chunk of body) {
        size += chunk.length
        if (size > sizeMax) return 'too-big'
        chunks.push(chunk.slice())
      }
      const stage = String(count++)
      const bytes = concatBytes(chunks)
      staged.set(`${did} ${stage}`, {bytes, at: now()})
      return {stage, cid: cidOf(codecs.raw, bytes), size}
    },
    async keep(did, stage, cid) {
      const found = staged.get(`${did} ${stage}`)
      const blobs = kept.get(did) ?? new Map<string, Uint8Array>()
      if (!found) return blobs.has(cid.toString())
      staged.delete(`${did} ${stage}`)
      kept.set(did, blobs.set(cid.toString(), found.bytes))
      return true
    },
    async openStage(did, stage, signal) {
      const bytes = staged.get(`${did} ${stage}`)?.bytes
      return bytes && {size: bytes.length, body: bodyOf(bytes, signal)}
    },
    async discard(did, stage) {
      staged.delete(`${did} ${stage}`)
    },
    open: async (did, cid, signal) => opened(kept, did, cid, signal),
    openQuarantined: async (did, cid, signal) => opened(confined, did, cid, signal),
    async list(did: Did, after: Cid | null, limit: number) {
      const names = [...(kept.get(did)?.keys() ?? [])].toSorted()
      return names
        .filter(name => name > (after?.toString() ?? ''))
        .slice(0, limit)
        .map(parseCid)
    },
    async remove(did, cids) {
      for (const cid of cids) for (const blobs of [kept, confined]) blobs.get(did)?.delete(cid.toString())
    },
    quarantine: async (did, cid) => move(kept, confined, did, cid),
    release: async (did, cid) => move(confined, kept, did, cid),
    async sweep(olderThanMs) {
      const old = [...staged].filter(([, {at}]) => now() - at > olderThanMs)
      for (const [key] of old) staged.delete(key)
      return old.length
    },
  }
}

function opened(blobs: Blobs, did: Did, cid: Cid, signal: AbortSignal): OpenBlob | undefined {
  const bytes = blobs.get(did)?.get(cid.toString())
  return bytes && {size: bytes.length, body: bodyOf(bytes, signal)}
}

async function* bodyOf(bytes: Uint8Array, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  signal.throwIfAborted()
  yield bytes
}
