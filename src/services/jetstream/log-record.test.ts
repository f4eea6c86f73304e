/** Records of the log: what goes in comes out, and those of the form before are read as the new ones are. */
import {deepEqual, equal} from 'node:assert/strict'
import {suite, test} from 'node:test'
import type {Datetime} from '#atp/syntax/datetime.ts'
import type {Did} from '#atp/syntax/did.ts'
import {streamEvent, type StreamEvent} from '#stream/verified-events.ts'
import {TestRepo, testKey} from '../../../test/commits.ts'
import {decodeRecord, encodeRecord, sourceOfRecord} from './log-record.ts'
import {toldOf, type TellableRow} from './told.ts'

const timeMicros = 1_767_323_045_000_001
const source = {timeMicros, seq: 7, left: 2}
const repo = new TestRepo(`did:plc:${'a'.repeat(24)}`, testKey(1), timeMicros / 1_000)
const path = 'app.bsky.feed.post/a'
const {event: created} = repo.write({[path]: {$type: 'app.bsky.feed.post', text: '“✓”', at: Uint8Array.of(1, 2)}})
const {event: deleted} = repo.write({[path]: null})
const account = {did: repo.did as Did, time: '2026-01-02T03:04:05.000Z' as Datetime}
const events: Record<string, StreamEvent> = {
  create: streamEvent(created, 1),
  delete: streamEvent(deleted, 2),
  identity: {...account, t: '#identity', seq: 3, handle: 'alice.example.com' as never},
  account: {...account, t: '#account', seq: 4, active: false, status: 'grüße'},
  sync: {...account, t: '#sync', seq: 5, rev: deleted.rev, blocks: Uint8Array.of(1, 2, 3, 4)},
}

/** As the log had it before. */
function olderOf({did, collection, kind, json}: TellableRow): Uint8Array {
  const text = Buffer.from(json)
  const name = kind === 6 ? '$sync' : collection
  const bytes = Buffer.alloc(22)
  bytes.writeDoubleLE(timeMicros, 0)
  bytes.writeDoubleLE(7, 8)
  bytes.writeUInt16LE(2, 16)
  bytes.writeUInt16LE(did.length, 18)
  bytes.writeUInt16LE(name.length, 20)
  return Buffer.concat([bytes, Buffer.from(did + name), text])
}

suite('a record of the log', () => {
  for (const [name, event] of Object.entries(events)) {
    test(`of a ${name} tells what went in, in either form`, () => {
      const [told] = toldOf(event)
      const record = encodeRecord(told, source)
      const row = decodeRecord(record, 9)
      const {cid: _, ...parts} = told
      const {kind, did, collection, rkey, rev, payload} = row
      deepEqual(
        {kind, did, collection, rkey, rev, payload: Uint8Array.from(payload)},
        {...parts, payload: Uint8Array.from(parts.payload)},
      )
      deepEqual([row.seq, row.timeMicros, row.size], [9, timeMicros, Buffer.byteLength(row.json)])
      deepEqual(sourceOfRecord(record), source)
      const older = olderOf(row)
      deepEqual(sourceOfRecord(older), source)
      const same = decodeRecord(older, 9)
      for (const member of ['kind', 'did', 'collection', 'rkey', 'rev', 'json', 'body', 'seq', 'timeMicros'] as const) {
        equal(same[member], row[member], member)
      }
      deepEqual(Uint8Array.from(same.payload), Uint8Array.from(payload))
    })
  }
})
