/** The endpoints of the archive, over one of two segments: row by row. */
import {deepEqual, equal, match} from 'node:assert/strict'
import {readFileSync} from 'node:fs'
import {after, before, suite, test} from 'node:test'
import {zstdDecompressSync} from 'node:zlib'
import {ArchiveBlock, rowKind, type ArchiveRow} from '#atp/archive/block.ts'
import {memoryEventLog} from '#engines/event-log/memory.ts'
import {temporaryFolder} from '../../../../test/temporary-folder.ts'
import {Archive} from '../archive/archive.ts'
import {segmentName} from '../archive/sealed-segment.ts'
import {Compression} from '../compression.ts'
import {ownDictionary} from '../jetstream.ts'
import {JetstreamApi} from './index.ts'

const world = {now: () => 1_767_323_045_000}
const did = (n: number): string => `did:plc:${String(n).padStart(24, 'a')}`
const row = (seq: number): ArchiveRow => ({
  seq,
  witnessedMicros: world.now() * 1_000 + seq,
  indexedMicros: 0,
  kind: rowKind.create,
  did: did(Math.ceil(seq / 10)),
  collection: 'app.bsky.feed.post',
  rkey: `r${seq}`,
  rev: '3k2yihcrp6c2a',
  payload: Uint8Array.of(0xa0),
})
const bounds = {segmentSizeMax: Infinity, segmentAgeMax: Infinity, ageMax: Infinity, sizeMax: Infinity}
const eventsCompression = Compression.of(ownDictionary, 'JETSTREAM_EVENTS_DICTIONARY')
const log = memoryEventLog(world)
let archive: Archive
let api: JetstreamApi

before(async () => {
  archive = await Archive.open(temporaryFolder('archive-api'), {...bounds, world})
  for (let n = 0; n < 8; n++) {
    await archive.append(Array.from({length: 10}, (_, i) => row(n * 10 + i + 1)))
    if (n % 4 === 3) await archive.seal()
  }
  api = new JetstreamApi({log, world, eventsCompression, archive, imports: undefined, token: undefined})
})
after(() => archive[Symbol.dispose]())

const called = (path: string, init?: RequestInit, of = api): Promise<Response> =>
  of.fetch(new Request(`http://jetstream/xrpc/network.bsky.jetstream.${path}`, init))
const planned = (asked: object, of = api): Promise<Response> => {
  const headers = {'content-type': 'application/json'}
  return called('planSnapshot', {method: 'POST', headers, body: JSON.stringify(asked)}, of)
}

suite('planSnapshot', () => {
  for (const [asked, expected] of [
    [{}, ['segment', 'segment']],
    [{dids: [did(2)]}, [[1, 1]]],
    [
      {dids: [did(2), did(4), did(5)]},
      [
        [1, 1, 3, 3],
        [0, 0],
      ],
    ],
    [{collections: ['app.bsky.feed.*'], afterSeq: 40}, ['segment']],
    [{collections: ['app.bsky.graph.follow']}, []],
    [{kinds: ['account']}, []],
    [{beforeSeq: 12}, [[0, 1]]],
  ] as const) {
    test(`for ${JSON.stringify(asked)}`, async () => {
      const response = await planned(asked)
      const plan = (await response.json()) as {segments: {mode: string; blocks?: {first: number; last: number}[]}[]}
      deepEqual(
        plan.segments.map(({mode, blocks}) => blocks?.flatMap(({first, last}) => [first, last]) ?? mode),
        expected,
      )
    })
  }

  for (const [asked, words] of [
    [{collections: ['app.bsky.feed*']}, /neither an NSID/],
    [{collections: ['app.*']}, /neither an NSID/],
    [{collections: ['app.bsky.feed.post'], kinds: ['account']}, /only commits/],
    [{kinds: ['post']}, /kinds/],
    [{dids: ['alice']}, /dids/],
    [{collections: Array.from({length: 101}, () => 'a.b.c')}, /collections/],
    [{dids: Array.from({length: 10_001}, () => 'did:web:a.b')}, /dids/],
    [{afterSeq: -1}, /afterSeq/],
    [{afterSeq: 5, beforeSeq: 5}, /beforeSeq/],
  ] as const) {
    test(`is refused ${JSON.stringify(asked).slice(0, 60)}`, async () => {
      const response = await planned(asked)
      const {error, message} = (await response.json()) as {error: string; message: string}
      deepEqual([response.status, error], [400, 'InvalidRequest'])
      match(message, words)
    })
  }
})

const listed = async (query: string) =>
  (await (await called(`listSegments${query}`)).json()) as {segments: object[]; cursor?: string}

suite('listSegments', () => {
  test('tells of each what there is to know', async () => {
    const {segments, cursor} = await listed('')
    const [{head, size}] = archive.sealed
    deepEqual([cursor, segments.length], [undefined, 2])
    deepEqual(segments[0], {
      name: segmentName(0),
      index: 0,
      sizeBytes: size,
      checksum: head.checksum,
      eventCount: 40,
      minSeq: 1,
      maxSeq: 40,
      minWitnessedAt: row(1).witnessedMicros,
      maxWitnessedAt: row(40).witnessedMicros,
    })
  })
  test('goes on from a cursor', async () => {
    const {segments, cursor} = await listed('?limit=1')
    deepEqual([segments.length, cursor], [1, '1'])
    deepEqual((await listed('?limit=1&cursor=1')).segments, (await listed('')).segments.slice(1))
  })
  for (const query of ['?limit=0', '?limit=1001', '?cursor=next']) {
    test(`${query} is refused`, async () => equal((await called(`listSegments${query}`)).status, 400))
  }
})

const etag = (): string => `"${archive.sealed[1].head.checksum}"`
const size = (): number => archive.sealed[1].size

suite('getSegment', () => {
  const name = `getSegment?name=${segmentName(1)}`
  for (const [what, headers, status, range] of [
    ['whole', () => ({}), 200, [0, 0]],
    ['a part', () => ({range: 'bytes=10-19'}), 206, [10, 20]],
    ['its end', () => ({range: 'bytes=-5'}), 206, [-5, 0]],
    ['more than there is of its end', () => ({range: 'bytes=-99999999'}), 206, [0, 0]],
    ['from a place on', () => ({range: 'bytes=300-'}), 206, [300, 0]],
    ['past its end', () => ({range: 'bytes=300-99999999'}), 206, [300, 0]],
    ['a part of the same', () => ({range: 'bytes=0-9', 'if-range': etag()}), 206, [0, 10]],
    ['whole, when it is another', () => ({range: 'bytes=0-9', 'if-range': '"0"'}), 200, [0, 0]],
    ['whole, for a range that is none', () => ({range: 'bytes=9-0'}), 200, [0, 0]],
    ['whole, for two ranges', () => ({range: 'bytes=0-1,4-5'}), 200, [0, 0]],
    ['whole, for what is not counted in bytes', () => ({range: 'rows=0-1'}), 200, [0, 0]],
    ['nothing, beyond its end', () => ({range: 'bytes=99999999-'}), 416, undefined],
    ['nothing of no bytes', () => ({range: 'bytes=-0'}), 416, undefined],
    ['nothing that is known', () => ({'if-none-match': etag()}), 304, undefined],
    ['whole, when another is known', () => ({'if-none-match': '"0"'}), 200, [0, 0]],
  ] as const) {
    test(`gives ${what}`, async () => {
      const response = await called(name, {headers: headers()})
      const bytes = Buffer.from(await response.arrayBuffer())
      equal(response.status, status)
      equal(response.headers.get('etag'), etag())
      const [start = 0, end = 0] = range ?? []
      const file = readFileSync(archive.sealed[1].path)
      const expected = range ? file.subarray(start < 0 ? size() + start : start, end || size()) : Buffer.alloc(0)
      deepEqual(bytes, expected)
      const told = response.headers.get('content-range')
      const from = size() - expected.length
      if (status === 206) equal(told, `bytes ${start < 0 || !end ? from : start}-${(end || size()) - 1}/${size()}`)
      else equal(told, status === 416 ? `bytes */${size()}` : null)
    })
  }

  for (const [query, status, error, help] of [
    [`name=${segmentName(2)}`, 404, 'SegmentNotFound', /seg_0000000002\.jss .*listSegments/],
    ['name=../log', 400, 'InvalidRequest', /such as seg_0000000000\.jss: .*listSegments/],
    ['', 400, 'InvalidRequest', /name/],
  ] as const) {
    test(`${query || 'nothing'}: ${error}`, async () => {
      const response = await called(`getSegment?${query}`)
      const told = (await response.json()) as {error: string; message: string}
      deepEqual([response.status, told.error], [status, error])
      match(told.message, help)
    })
  }
})

suite('getBlock', () => {
  test('gives the frame of a block', async () => {
    const response = await called(`getBlock?segment=${segmentName(1)}&blockIndex=2`)
    const rows = new ArchiveBlock(zstdDecompressSync(Buffer.from(await response.arrayBuffer()))).rows()
    deepEqual(
      rows.map(({seq}) => seq),
      Array.from({length: 10}, (_, i) => 61 + i),
    )
    const headers = {'if-none-match': response.headers.get('etag') ?? ''}
    equal((await called(`getBlock?segment=${segmentName(1)}&blockIndex=2`, {headers})).status, 304)
  })
  for (const [query, status, error] of [
    [`segment=${segmentName(2)}&blockIndex=0`, 404, 'SegmentNotFound'],
    [`segment=${segmentName(0)}&blockIndex=4`, 404, 'BlockNotFound'],
    [`segment=${segmentName(0)}&blockIndex=-1`, 400, 'InvalidRequest'],
    [`segment=${segmentName(0)}`, 400, 'InvalidRequest'],
    ['segment=all&blockIndex=0', 400, 'InvalidRequest'],
  ] as const) {
    test(`${query}: ${error}`, async () => {
      const response = await called(`getBlock?${query}`)
      deepEqual([response.status, ((await response.json()) as {error: string}).error], [status, error])
    })
  }
})

test('where there is no archive there is nothing in it', async () => {
  const none = new JetstreamApi({
    log,
    world,
    eventsCompression,
    archive: undefined,
    imports: undefined,
    token: undefined,
  })
  deepEqual(await (await planned({}, none)).json(), {
    plannedThroughSeq: 0,
    sealedTipSeq: 0,
    segments: [],
    stats: {segmentsExamined: 0, segmentsMatched: 0, blocksMatched: 0, entries: 0},
  })
  deepEqual(await (await called('listSegments', {}, none)).json(), {segments: []})
  equal((await called(`getSegment?name=${segmentName(0)}`, {}, none)).status, 404)
  equal((await called(`getBlock?segment=${segmentName(0)}&blockIndex=0`, {}, none)).status, 404)
})
