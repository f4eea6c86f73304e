/** `swapCommit` and `swapRecord`: what a writer believes is there now, so that nobody overwrites what they never saw. */
import {parseCid, type Cid} from '#atp/data/cid.ts'
import type {WriteOptions} from '../repos/repos.ts'

export interface SwapInput {
  swapCommit?: string
  /** CID of the record at `path`; null for none; left out for any. */
  swapRecord?: string | null
}

/** Throws `Malformed('cid', …)`, which a caller answers as a bad request. */
export function swapOf({swapCommit, swapRecord}: SwapInput, path?: string): WriteOptions {
  const records = new Map<string, Cid | null>()
  if (path !== undefined && swapRecord !== undefined) {
    records.set(path, swapRecord === null ? null : parseCid(swapRecord))
  }
  return {
    ...(swapCommit !== undefined && {swapCommit: parseCid(swapCommit)}),
    ...(records.size > 0 && {swapRecords: records}),
  }
}
