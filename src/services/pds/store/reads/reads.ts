/**
 * Long answers of reads, as the bytes that go out: what takes a millisecond or more of a processor, and nothing of the
 * thread that writes. Where there is more than one processor other threads make them (`reads.threads.ts`), else, and in
 * tests, this one does.
 */
import type {Did} from '#atp/syntax/did.ts'
import type {Tid} from '#atp/syntax/tid.ts'
import type {RecordPage, RepoStore} from '../repos/repo-store.ts'
import {pageJson} from './record-json.ts'

/** Whoever was told of a write and asks then is shown it, or what came after it. */
export interface Reads {
  /** The body of an answer of `listRecords`, in JSON. */
  page(did: Did, page: RecordPage): Promise<Uint8Array<ArrayBuffer>>
  /** As `RepoStore.export`. */
  export(did: Did, since: Tid | undefined, signal: AbortSignal): AsyncIterable<Uint8Array>
  /** Waits for nothing: what is under way breaks off. Safe twice. */
  close(): Promise<void>
}

/** Reads on this thread. */
export const readsHere = (repos: Pick<RepoStore, 'records' | 'export'>): Reads => ({
  async page(did, page) {
    const {records, isCut} = await repos.records(did, page)
    // A page that is not full is the last one.
    const json = pageJson(did, records, isCut || records.length === page.limit ? page.collection : undefined)
    records.release()
    return json
  },
  export: (did, since, signal) => repos.export(did, since, signal),
  close: async () => {},
})
