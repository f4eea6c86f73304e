/** What readers of one page get is made once, also while it is being made. */
import {equal} from 'node:assert/strict'
import {test} from 'node:test'
import {rowKind} from '#atp/archive/block.ts'
import {encodeCbor} from '#atp/data/cbor-encode.ts'
import {Compression} from './compression.ts'
import {ownDictionary} from './jetstream.ts'
import {decodeRecord, encodeRecord} from './log-record.ts'
import {Readings} from './reading.ts'

const did = `did:plc:${'a'.repeat(24)}`
const payload = encodeCbor({active: true, did, seq: 1, time: ''})
const told = {kind: rowKind.account, did, collection: '', rkey: '', rev: '', payload} as const
const rows = [1, 2].map(seq => decodeRecord(encodeRecord(told, {timeMicros: seq, seq, left: 0}), seq))

test('who waits for frames that are being made for another is given those', async context => {
  const compression = Compression.of(ownDictionary, 'JETSTREAM_EVENTS_DICTIONARY')
  const asked = context.mock.method(compression, 'frameOf')
  const reading = new Readings({isTold: () => true, textOf: ({json}) => json}).of({rows, through: 2})
  const readers = () => Promise.all([0, 1, 2].map(() => reading.framesOf(() => true, true, compression)))
  const got = await readers()
  for (const frames of [...got, ...(await readers())]) equal(frames, got[0])
  equal(asked.mock.callCount(), rows.length)
})
