/**
 * A thread that reads: see `reads.threads.ts`. Plain JavaScript: a thread whose own file has to be made JavaScript first
 * loads a compiler, 15 MB; what it imports is in the cache of the thread that started it.
 */
import {answering} from '#engines/answer-threads.ts'
import {openReads} from '#engines/open-reads.ts'
import {sqliteRecordReads} from '../repos/record-reads.sqlite.ts'
import {readsHere} from './reads.ts'

/** Page cache of its connection, in bytes. */
const cacheSize = 2 * 2 ** 20
/** Whoever leaves tells the thread that asked, which ends the walk. */
const never = new AbortController().signal

await answering(data => {
  const {file} = /** @type {import('./reads.threads.ts').ReaderData} */ (data)
  const reads = readsHere(sqliteRecordReads(openReads(file, cacheSize)))
  /** @typedef {Parameters<typeof reads.page>} Page @typedef {Parameters<typeof reads.export>} Export */
  return {
    /** @param {Page} given */
    page: async (...given) => ({bytes: await reads.page(...given)}),
    /** @param {Export[0]} did @param {Export[1]} since */
    async *export(did, since) {
      for await (const bytes of reads.export(did, since, never)) yield {bytes}
    },
  }
})
