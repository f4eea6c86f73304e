/**
 * Reads on threads of their own, each with connections to the same database that cannot write. This thread makes the
 * answers itself while there is little to do, since a thread takes ten megabytes and some hundred milliseconds to start;
 * a thread is started when a twentieth of a second was spent on them within one, and ends ten seconds after the last.
 * Where a thread has enough in hand this one takes part.
 */
import {AnswerThreads, ThreadDied} from '#engines/answer-threads.ts'
import type {Log} from '#std/log.ts'
import type {Reads} from './reads.ts'

/** Pages that a thread has in hand beside its exports: the next lies ready while one is made, and no longer queue. */
const inHandMax = 3

export interface ReadThreadsOptions {
  /** How many there may be. */
  readonly countMax: number
  /** As of `AnswerThreads`. */
  readonly msBusy?: number
  readonly log: Pick<Log, 'error'>
}

/** What a thread is given. */
export interface ReaderData {
  /** The database. */
  readonly file: string
}

/** As `here`, which reads on this thread; `file` is the database that it reads. */
export function readsOnThreads(here: Reads, file: string, {countMax, msBusy, log}: ReadThreadsOptions): Reads {
  const threads = new AnswerThreads({
    module: new URL('reader.js', import.meta.url),
    data: {file} satisfies ReaderData,
    name: 'reader',
    countMax,
    msBusy,
    died: (thread, error) => log.error('a thread that reads has died; another takes its place', {thread, error}),
  })

  return {
    async page(did, page) {
      if (threads.hasRoom(inHandMax)) {
        try {
          return (await threads.ask('page', did, page)).bytes
        } catch (error) {
          // Nothing was told of it yet.
          if (!(error instanceof ThreadDied)) throw error
        }
      }
      return threads.here(() => here.page(did, page))
    },

    async *export(did, since, signal) {
      if (threads.hasRoom()) {
        for await (const {bytes} of threads.each(signal, 'export', did, since)) yield bytes
        return
      }
      const chunks = here.export(did, since, signal)[Symbol.asyncIterator]()
      try {
        for (let next; !(next = await threads.here(() => chunks.next())).done;) yield next.value
      } finally {
        await chunks.return?.()
      }
    },

    async close() {
      await threads.close()
      await here.close()
    },
  }
}
