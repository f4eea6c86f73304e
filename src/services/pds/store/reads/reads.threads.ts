/**
 * Reads on threads of their own, each with connections to the same database that cannot write. This thread makes the
 * answers itself while there is little to do, since a thread takes ten megabytes and some hundred milliseconds to start;
 * a thread is started when a twentieth of a second was spent on them within one, and ends ten seconds after the last.
 * Of a burst this thread makes the first answer, and what is more than the others have room for: so who asks alone need
 * not wait for two threads to be woken.
 */
import {AnswerThreads, ThreadDied} from '#engines/answer-threads.ts'
import type {Log} from '#std/log.ts'
import type {Reads} from './reads.ts'

/** Questions that a thread has in hand before this one takes part: a burst is shared, and nobody waits for long. */
const inHandMax = 16

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

  let isFirst = true
  const nextTurn = (): void => void (isFirst = true)
  /** Whether nothing else was asked for in this turn of the event loop: then it is soonest done here. */
  const isAlone = (): boolean => {
    if (!isFirst) return false
    isFirst = false
    setImmediate(nextTurn)
    return true
  }

  return {
    async page(did, page) {
      if (!isAlone() && threads.hasRoom(inHandMax)) {
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
