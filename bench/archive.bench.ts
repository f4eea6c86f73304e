/**
 * A Jetstream's archive of five million events (`--events`), as it is written and as it is asked: how long a reader of
 * `/subscribe` waits that begins at the oldest event and wants one account of many, or a rare collection. In this process,
 * on a real disk; what is measured begins with the request and ends with the last event that is wanted. And the bytes of
 * each event: of those, whose references and times are all drawn by chance, and of what `wholesky sim` tells a Jetstream
 * (`--simulated` changes). `WHOLESKY_GO_SEGMENTS` names a program that writes the segments of one folder anew into another
 * by the writer of bluesky-social/jetstream, for its bytes of the same events.
 */
import {spawn, spawnSync} from 'node:child_process'
import {mkdtempSync, readdirSync, rmSync, statSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {createInterface} from 'node:readline'
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
import {answers, cliFile, ended, freePorts} from './servers.ts'

const {values} = parseArgs({
  options: {
    events: {type: 'string', default: '5000000'},
    accounts: {type: 'string', default: '1000000'},
    folder: {type: 'string'},
    simulated: {type: 'string', default: '50000'},
  },
  strict: false,
})
const count = Number(values.events)
const accounts = Number(values.accounts)
const startMs = Date.UTC(2026, 0, 2)
/** Accounts of ten events each, far apart, each in a collection of its own. Each is asked for once: no block was read before. */
const rareCount = 10
const rareDid = (n: number): string => `did:plc:rare${String.fromCharCode(97 + n)}rarerarerarerarerar`
const rareCollection = (n: number): string => `com.example.rare${n}`
const rareStep = Math.floor(count / 10)
const rareGap = Math.floor(rareStep / rareCount)
/** What is asked for of five of them. */
const five = (first: number, query: (n: number) => string): string[] =>
  Array.from({length: 5}, (_, i) => query(first + i))
/** Which of them does what has this number, if any. */
const rareOf = (seq: number): number | undefined => {
  const n = Math.floor((seq % rareStep) / rareGap)
  return n < rareCount && seq % rareStep === n * rareGap + 7 ? n : undefined
}

const folder = typeof values.folder === 'string' ? values.folder : mkdtempSync(join(tmpdir(), 'wholesky-bench-'))
const bounds = {segmentSizeMax: 64 * 2 ** 20, segmentAgeMax: Infinity, ageMax: Infinity, sizeMax: Infinity}
const archive = await Archive.open(folder, {...bounds, world: {now: () => startMs}})
try {
  if (archive.last === 0) await fill()
  const {eventCount} = archive.sealed.reduce((sum, {head}) => ({eventCount: sum.eventCount + head.eventCount}), {
    eventCount: 0,
  })
  figure('events in the archive', eventCount, '')
  figure('bytes for each event, of records by chance', archive.size / eventCount, '')
  for (const [what, queries, wanted] of [
    ['one account of ten events', five(0, n => `wantedDids=${rareDid(n)}`), 10],
    ['a rare collection of ten events', five(5, n => `wantedCollections=${rareCollection(n)}`), 10],
    ['an account that is not there', five(0, n => `wantedDids=did:plc:nobody${n + 2}nobodynobodynobod`), 0],
  ] as const) {
    const runs: {first: number; all: number}[] = []
    for (const query of queries) runs.push(await asked(query, wanted))
    figure(`${what}: first event after`, median(runs.map(({first}) => first)), 'ms', {atMost: 50})
    figure(`${what}: all after`, median(runs.map(({all}) => all)), 'ms', {atMost: 50})
    figure(`${what}: all after, the first that was asked for`, runs[0].all, 'ms')
  }
} finally {
  archive[Symbol.dispose]()
  if (values.folder === undefined) rmSync(folder, {recursive: true, force: true})
}

await simulated(Number(values.simulated))

/** Bytes of each event of simulated people, as a Jetstream that follows them archives it. */
async function simulated(changes: number): Promise<void> {
  if (changes === 0) return
  const at = mkdtempSync(join(tmpdir(), 'wholesky-bench-'))
  const options = ['--accounts', '2000', '--events', `${changes}`, '--seed', '7', '--port', '0']
  const sim = spawn(process.execPath, [cliFile, 'sim', '--serve', ...options], {stdio: ['ignore', 'pipe', 'ignore']})
  try {
    let relay = ''
    for await (const line of createInterface(sim.stdout)) {
      relay = /relay +(http:\S+)/.exec(line)?.[1] ?? ''
      if (relay) break
    }
    const [port] = await freePorts(1)
    const env = {...process.env, JETSTREAM_PORT: `${port}`, JETSTREAM_UPSTREAM: relay, JETSTREAM_SEGMENT_AGE: '20s'}
    const jetstream = spawn(process.execPath, [cliFile, 'jetstream'], {cwd: at, env, stdio: 'ignore'})
    const url = `http://localhost:${port}`
    await answers(url, [jetstream])
    let eventCount = 0
    for (let before = -1; eventCount < changes || eventCount > before;) {
      before = eventCount
      await new Promise(resolve => setTimeout(resolve, 12_000))
      const answer = await fetch(`${url}/xrpc/network.bsky.jetstream.listSegments`)
      const {segments} = (await answer.json()) as {segments: {eventCount: number}[]}
      eventCount = segments.reduce((sum, segment) => sum + segment.eventCount, 0)
    }
    await ended(jetstream, () => jetstream.kill('SIGTERM'))
    const own = join(at, 'data/jetstream/archive')
    const ownBytes = sizeOf(own) / eventCount
    figure('events of simulated people in the archive', eventCount, '')
    figure('bytes for each, of simulated people', ownBytes, '', {atMost: 90})
    const go = process.env.WHOLESKY_GO_SEGMENTS
    if (!go) return
    const theirs = join(at, 'go')
    if (spawnSync(go, [own, theirs], {stdio: 'inherit'}).status !== 0) throw new Error(`${go} has failed.`)
    figure("bytes for each, of simulated people: ours ÷ Go's", (ownBytes * eventCount) / sizeOf(theirs), '', {
      atMost: 1,
    })
  } finally {
    await ended(sim, () => sim.kill('SIGTERM'))
    rmSync(at, {recursive: true, force: true})
  }
}

function sizeOf(folder: string): number {
  return readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0)
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
    const rare = rareOf(seq)
    const n = Math.floor(random() ** 3 * accounts)
    return {
      seq,
      witnessedMicros: micros,
      indexedMicros: 0,
      kind: rowKind.create,
      did:
        rare !== undefined
          ? rareDid(rare)
          : `did:plc:${sortable(n * 7_919 * 104_729)}${sortable(n * 15_485_863).slice(2)}`,
      collection: rare === undefined ? collection : rareCollection(rare),
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
