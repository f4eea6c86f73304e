/** Readers in step who read the log from the disk are given the very same pages. */
import {deepEqual, equal} from 'node:assert/strict'
import {test} from 'node:test'
import {rowKind} from '#atp/archive/block.ts'
import {encodeCbor} from '#atp/data/cbor-encode.ts'
import {emptyBatch, type EventLog} from '#engines/event-log/event-log.ts'
import type {Page} from './archive/archived-rows.ts'
import {encodeRecord} from './log-record.ts'
import {pagesFrom} from './pages.ts'

const did = `did:plc:${'a'.repeat(24)}`
const payload = encodeCbor({active: true, did, seq: 1, time: ''})
const told = {kind: rowKind.account, did, collection: '', rkey: '', rev: '', payload} as const
const records = [1, 2, 3].map(seq => encodeRecord(told, {timeMicros: seq, seq, left: 0}))
/** Each reader has its events read anew, as from the disk. */
const log = {
  bounds: () => ({first: 1, last: 3}),
  async *tail(after: number) {
    for (const events of [records.slice(0, 2), records.slice(2)]) {
      const first = events.length === 2 ? 1 : 3
      if (first > after) yield {...emptyBatch(first), events: events.map(event => event.slice())}
    }
  },
} as unknown as EventLog

test('what two readers read from the disk is decoded once', async () => {
  const signal = new AbortController().signal
  const readers = [0, 0].map(after => pagesFrom({log, archive: undefined}, after, () => ({}), signal))
  for (const seqs of [[1, 2], [3]]) {
    const [one, other]: (Page | undefined)[] = await Promise.all(
      readers.map(async reader => (await reader.next()).value as Page),
    )
    equal(one, other)
    deepEqual(
      one?.rows.map(({seq}) => seq),
      seqs,
    )
  }
})
