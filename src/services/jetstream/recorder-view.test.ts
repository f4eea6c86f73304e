/** The recorder as a view: its log holds both rows and cursor. */
import {memoryEventLog} from '#engines/event-log/memory.ts'
import {Metrics} from '#runtime/health/metrics.ts'
import {viewContract} from '#stream/view.contract.ts'
import {decodeRecord} from './log-record.ts'
import {Recorder} from './recorder.ts'

const nowMs = Date.parse('2026-01-02T03:04:05Z')

interface Told {
  did: string
  commit?: {operation: string; rkey: string; record?: {text: string}}
  account?: {active: boolean; status?: string}
}

viewContract('the recorder of a Jetstream', () => {
  const eventLog = memoryEventLog({now: () => nowMs})
  const open = (): Recorder => new Recorder({world: {now: () => nowMs}, eventLog, metrics: new Metrics()})
  return {
    store: open(),
    reopened: open,
    /** As a reader knows them who has read all of the log. */
    async posts() {
      const posts = new Map<string, string>()
      for (let seq = 0; seq < eventLog.bounds().last; seq++) {
        const [record] = (await eventLog.read(seq, 1)).events
        const {did, commit, account} = JSON.parse(decodeRecord(record, seq + 1).json) as Told
        if (account?.status === 'deleted') {
          for (const key of posts.keys()) if (key.startsWith(`${did}/`)) posts.delete(key)
        }
        const key = `${did}/${commit?.rkey}`
        if (commit?.record) posts.set(key, commit.record.text)
        else if (commit) posts.delete(key)
      }
      return posts
    },
    [Symbol.asyncDispose]: () => eventLog.close(),
  }
})
