import {deepEqual} from 'node:assert/strict'
import {test} from 'node:test'
import type {Datetime} from '#atp/syntax/datetime.ts'
import type {Did} from '#atp/syntax/did.ts'
import {memoryEventLog} from '#engines/event-log/memory.ts'
import {Metrics} from '#runtime/health/metrics.ts'
import {streamEvent} from '#stream/verified-events.ts'
import {TestRepo, testKey} from '../../../test/commits.ts'
import {decodeRecord, encodeRecord, sourceOfRecord} from './log-record.ts'
import {Recorder} from './recorder.ts'
import {toldOf} from './told.ts'

const nowMs = Date.parse('2026-01-02T03:04:05Z')
const source = 'https://relay.example.com'
const post = (name: string): string => `app.bsky.feed.post/${name}`

function opened() {
  const repo = new TestRepo('did:plc:aaaaaaaaaaaaaaaaaaaaaaaa', testKey(1), nowMs)
  const eventLog = memoryEventLog({now: () => nowMs})
  const open = (): Recorder => new Recorder({world: {now: () => nowMs}, eventLog, metrics: new Metrics()})
  const write = (...names: string[]) => {
    const {event} = repo.write(Object.fromEntries(names.map(name => [post(name), {name}])))
    return streamEvent(event, event.seq)
  }
  const sources = async () => {
    const found: string[] = []
    for (let seq = 0; seq < eventLog.bounds().last; seq++) {
      const [record] = (await eventLog.read(seq, 1)).events
      const source = sourceOfRecord(record)
      found.push(`${source.seq} ${source.left}`)
    }
    return found
  }
  return {eventLog, open, write, sources}
}

test('an event of which only some records were written is asked for again, and written to its end', async () => {
  const {eventLog, open, write, sources} = opened()
  const commit = write('a', 'b', 'c')
  const [first] = toldOf(commit)
  await eventLog.append([encodeRecord(first, {timeMicros: 1, seq: 1, left: 2})])
  const recorder = open()
  deepEqual(await recorder.cursor(), 0)
  await recorder.apply(source, [commit], 1)
  deepEqual(await sources(), ['1 2', '1 1', '1 0'])
  deepEqual(await open().cursor(), 1)
})

test('another event in the place of one that was cut in two is written whole', async () => {
  const {eventLog, open, write, sources} = opened()
  const [first] = toldOf(write('a', 'b', 'c'))
  await eventLog.append([encodeRecord(first, {timeMicros: 1, seq: 1, left: 2})])
  await open().apply(source, [opened().write('d')], 1)
  deepEqual(await sources(), ['1 2', '1 0'])
})

test('what could not be written is written when it is told again', async () => {
  const {eventLog, open, write, sources} = opened()
  const {append} = eventLog
  const recorder = open()
  const commit = write('a')
  eventLog.append = () => Promise.reject(new Error('no room'))
  await recorder.apply(source, [commit], 1).catch(() => {})
  eventLog.append = append
  await recorder.apply(source, [commit], 1)
  deepEqual(await sources(), ['1 0'])
})

test('a stream whose numbers begin anew is written from there', async () => {
  const {open, write, sources} = opened()
  const recorder = open()
  const [one, two] = [write('a'), write('b')]
  await recorder.apply(source, [one, two], 2)
  await recorder.apply(source, [{t: '#info', name: 'OutdatedCursor'}], 0)
  await recorder.apply(source, [one], 1)
  deepEqual(await sources(), ['1 0', '2 0', '1 0'])
  deepEqual(await open().cursor(), 1)
})

test('what is not in ASCII is told as it is', async () => {
  const {eventLog, open, write} = opened()
  const {did, time} = write('a') as {did: Did; time: Datetime}
  const text = 'grüße 🦋'
  await open().apply(source, [{t: '#account', seq: 1, did, time, active: false, status: text}], 1)
  const [record] = (await eventLog.read(0, 1)).events
  deepEqual((JSON.parse(decodeRecord(record, 1).json) as {account: {status: string}}).account.status, text)
})
