import {deepEqual, equal, ok} from 'node:assert/strict'
import {test} from 'node:test'
import {datetimeOf} from '../syntax/datetime.ts'
import type {Did} from '../syntax/did.ts'
import {oddlyOrdered} from '../../../test/frames.ts'
import {encodeEvent} from './event.ts'
import {encodeErrorFrame, encodeMessageFrame} from './frame.ts'
import {StreamReader} from './stream-reader.ts'

const did = 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa' as Did
const event = (seq: number) => encodeEvent({t: '#identity', seq, did, time: datetimeOf(0)})
const kinds = (reader: StreamReader, ...frames: (Uint8Array | string)[]): string[] =>
  frames.map(frame => {
    const message = reader.read(frame)
    return message.kind === 'refused' ? message.reason : message.kind
  })

test('events move the cursor, and nothing else does', () => {
  const reader = new StreamReader(undefined)
  reader.connecting()
  const frames = [
    event(5),
    'text',
    new Uint8Array([0xff]),
    encodeErrorFrame('ConsumerTooSlow'),
    encodeMessageFrame('#later', {seq: 9}),
    encodeMessageFrame('#info', {name: 'OutdatedCursor'}),
    event(7),
  ]
  deepEqual(kinds(reader, ...frames), ['event', 'not-binary', 'bad-header', 'error-frame', 'unknown', 'info', 'event'])
  equal(reader.received, 7)
})

test('a repeat is refused, also the cursor itself at the beginning of a connection', () => {
  const reader = new StreamReader(5)
  reader.connecting()
  deepEqual(kinds(reader, event(5), event(6), event(6), event(4)), [
    'repeated-seq',
    'event',
    'repeated-seq',
    'repeated-seq',
  ])
  equal(reader.received, 6)
})

test('a server has lost its place when it says so, or begins below the cursor', () => {
  const said = new StreamReader(5)
  said.connecting()
  const message = said.read(encodeErrorFrame('FutureCursor', 'It is at 2.'))
  deepEqual(message, {kind: 'lost', detail: 'It is at 2.'})
  const shown = new StreamReader(5)
  shown.connecting()
  const lost = shown.read(event(3))
  ok(lost.kind === 'lost' && lost.arrived?.event.seq === 3)
  equal(shown.received, 5, 'whether to begin anew is for the reader to say')
  // Who takes the event that shows it goes on behind it.
  shown.beginAnew(3)
  deepEqual(kinds(shown, event(3), event(4)), ['repeated-seq', 'event'])
  shown.beginAnew()
  equal(shown.received, 0)
})

test('of a frame in another order the canonical form is given', () => {
  const frame = event(5)
  const message = new StreamReader(0).read(oddlyOrdered(frame))
  ok(message.kind === 'event')
  deepEqual(message.arrived.frame, frame)
})
