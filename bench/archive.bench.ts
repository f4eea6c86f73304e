/**
 * A Jetstream's archive of five million events (`--events`), as it is written and as it is asked: bytes for each event, and how long
 * a reader of `/subscribe` waits that begins at the oldest event and wants one account of many, or a rare collection. In
 * this process, on a real disk; what is measured begins with the request and ends with the last event that is wanted.
 */
import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {parseArgs} from 'node:util'
import {rowKind, type ArchiveRow} from '#atp/archive/block.ts'
import {encodeCbor} from '#atp/data/cbor-encode.ts'
import {tidOf} from '#atp/syntax/tid.ts'
import {memoryEventLog} from '#engines/event-log/memory.ts'
import {Archive, blockRows} from '#services/jetstream/archive/archive.ts'
import {subscriber, subscriptionOf} from '#services/jetstream/subscriber.ts'
import {Channel} from '#std/waiting/async.ts'
import {seeded} from '../test/random.ts'
import {figure, median} from './measure.ts'
import {recordMix} from './records.ts'

const {values} = parseArgs({
  options: {
    events: {type: 'string', default: '5000000'},
    accounts: {type: 'string', default: '1000000'},
    folder: {type: 'string'},
  },
  strict: false,
})
const count = Number(values.events)
const accounts = Number(values.accounts)
const startMs = Date.UTC(2026, 0, 2)
/** Of ten events, far apart. */
const rareDid = 'did:plc:rarerarerarerarerarerare'
const rareCollection = 'com.example.rare'
const rareStep = Math.floor(count / 10)

const folder = typeof values.folder === 'string' ? values.folder : mkdtempSync(join(tmpdir(), 'wholesky-bench-'))
const bounds = {segmentSizeMax: 64 * 2 ** 20, segmentAgeMax: Infinity, ageMax: Infinity, sizeMax: Infinity}
const archive = await Archive.open(folder, {...bounds, world: {now: () => startMs}})
try {
  if (archive.last === 0) await fill()
  const {eventCount} = archive.sealed.reduce((sum, {head}) => ({eventCount: sum.eventCount + head.eventCount}), {
    eventCount: 0,
  })
  figure('events in the archive', eventCount, '')
  figure('bytes for each event', archive.size / eventCount, '', {atMost: 90})
  for (const [what, query, wanted] of [
    ['one account of ten events', `wantedDids=${rareDid}`, 10],
    ['a rare collection of ten events', `wantedCollections=${rareCollection}`, 10],
    ['an account that is not there', 'wantedDids=did:plc:nobodynobodynobodynobody', 0],
  ] as const) {
    const runs: {first: number; all: number}[] = []
    for (let i = 0; i < 5; i++) runs.push(await asked(query, wanted))
    figure(`${what}: first event after`, median(runs.map(({first}) => first)), 'ms', {atMost: 50})
    const bound = what.includes('account') ? {atMost: 50} : {}
    figure(`${what}: all after`, median(runs.map(({all}) => all)), 'ms', bound)
    figure(`${what}: all after, asked for the first time`, runs[0].all, 'ms', bound)
  }
} finally {
  archive[Symbol.dispose]()
  if (values.folder === undefined) rmSync(folder, {recursive: true, force: true})
}

async function fill(): Promise<void> {
  const random = seeded(7)
  const records = recordMix(50_000).map(({collection, record}) => ({collection, payload: encodeCbor(record)}))
  const letters = '234567abcdefghijklmnopqrstuvwxyz'
  const sortable = (n: number): string => {
    let text = ''
    for (let rest = n; text.length < 13; rest = Math.floor(rest / 32)) text = letters[rest % 32] + text
    return text
  }
  const row = (seq: number): ArchiveRow => {
    const micros = startMs * 1_000 + seq * 500 + Math.floor(random() * 400)
    const {collection, payload} = records[Math.floor(random() * records.length)]
    const isRare = seq % rareStep === 7
    const n = Math.floor(random() ** 3 * accounts)
    return {
      seq,
      witnessedMicros: micros,
      indexedMicros: 0,
      kind: rowKind.create,
      did: isRare ? rareDid : `did:plc:${sortable(n * 7_919 * 104_729)}${sortable(n * 15_485_863).slice(2)}`,
      collection: isRare ? rareCollection : collection,
      rkey: tidOf(micros, Math.floor(random() * 1_024)),
      rev: tidOf(micros, 500),
      payload,
    }
  }
  const started = process.cpuUsage()
  for (let seq = 1; seq <= count; seq += blockRows) {
    await archive.append(Array.from({length: Math.min(blockRows, count - seq + 1)}, (_, i) => row(seq + i)))
    if (archive.isDue(Infinity)) await archive.seal()
  }
  await archive.seal()
  const {user, system} = process.cpuUsage(started)
  figure('CPU to make the events and write them', (user + system) / count, 'µs/event')
}

/** Milliseconds until the first event, and until all. */
async function asked(query: string, wanted: number): Promise<{first: number; all: number}> {
  const log = memoryEventLog({now: () => startMs, first: count + 1})
  const subscription = subscriptionOf(new Request(`http://jetstream/subscribe?cursor=1&${query}`), false)
  if (typeof subscription === 'string') throw new Error(subscription)
  const stopping = new AbortController()
  const began = performance.now()
  let first = 0
  let seen = 0
  const check = setInterval(() => seen >= wanted && stopping.abort(), 1)
  for await (const frames of subscriber({log, archive}, subscription, stopping.signal, new Channel(1))) {
    if (frames.length > 0 && seen === 0) first = performance.now() - began
    seen += frames.length
    if (seen >= wanted && wanted > 0) break
  }
  clearInterval(check)
  return {first: first || performance.now() - began, all: performance.now() - began}
}
