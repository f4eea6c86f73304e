/** Times from a file: what a row says, which records it is of, and what an import leaves as it was. */
import {deepEqual, equal, match, ok, rejects} from 'node:assert/strict'
import {mkdirSync, symlinkSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {suite, test} from 'node:test'
import {rowKind, type ArchiveRow} from '#atp/archive/block.ts'
import {encodeCbor} from '#atp/data/cbor-encode.ts'
import {cidOf, codecs} from '#atp/data/cid.ts'
import {memoryEventLog} from '#engines/event-log/memory.ts'
import {silentLog} from '#std/log.ts'
import {temporaryFolder} from '../../../../test/temporary-folder.ts'
import {JetstreamApi} from '../api/index.ts'
import {Archive} from '../archive/archive.ts'
import {Compression} from '../compression.ts'
import {ownDictionary} from '../jetstream.ts'
import {TimestampImports} from './timestamp-import.ts'
import {fieldsOf, microsOf, timestampRows} from './timestamp-rows.ts'

const nowMs = 1_767_323_045_000
const world = {now: () => nowMs, random: (size: number) => new Uint8Array(size).fill(7)}
const didOf = (n: number): string => `did:plc:${String(n).padStart(24, 'a')}`
const row = (seq: number, more: Partial<ArchiveRow> = {}): ArchiveRow => ({
  seq,
  witnessedMicros: nowMs * 1_000 + seq,
  indexedMicros: 0,
  kind: rowKind.create,
  did: didOf(seq % 3),
  collection: 'app.bsky.feed.post',
  rkey: `r${seq}`,
  rev: '3k2yihcrp6c2a',
  payload: encodeCbor({seq}),
  ...more,
})
const uri = (n: number): string => `at://${didOf(n % 3)}/app.bsky.feed.post/r${n}`
const old = '2022-01-02T03:04:05.123456Z'
const oldMicros = Date.parse('2022-01-02T03:04:05Z') * 1_000 + 123_456
const cid = cidOf(codecs.cbor, row(2).payload).toString()

/** Ten events in two segments; 5 updates 2, 6 deletes it, 7 is an account's. */
async function opened() {
  const folder = temporaryFolder('imports')
  const bounds = {segmentSizeMax: Infinity, segmentAgeMax: Infinity, ageMax: Infinity, sizeMax: Infinity}
  const archive = await Archive.open(join(folder, 'archive'), {...bounds, world})
  const version = {rkey: 'r2', did: didOf(2)}
  const rows = [
    ...[1, 2, 3, 4].map(n => row(n)),
    row(5, {...version, kind: rowKind.update}),
    row(6, {...version, kind: rowKind.delete, payload: new Uint8Array()}),
    row(7, {kind: rowKind.account, collection: '', rkey: '', rev: ''}),
    ...[8, 9, 10].map(n => row(n)),
  ]
  for (const part of [rows.slice(0, 4), rows.slice(4)]) {
    await archive.append(part)
    await archive.seal()
  }
  const files = join(folder, 'files')
  mkdirSync(files)
  const deps = {
    archive,
    folder: files,
    world,
    told: silentLog,
    inTurn: (act: () => Promise<void>) => act(),
    sealAll: async () => {},
  }
  const imports = await TimestampImports.open(deps)
  const carriedOut = async (text: string) => {
    writeFileSync(join(files, 'times.csv'), text)
    const begun = await imports.submit('times.csv')
    ok(typeof begun === 'object')
    while (imports.status(begun.job)?.state === 'running') await new Promise(resolve => setTimeout(resolve, 1))
    return imports.status()
  }
  const given = async () => {
    const found: number[] = []
    for (const segment of archive.sealed) {
      for (const {seq, indexedMicros} of (await segment.block(0)).rows())
        if (indexedMicros === oldMicros) found.push(seq)
        else equal(indexedMicros, 0)
    }
    return found
  }
  return {archive, files, imports, deps, carriedOut, given, [Symbol.dispose]: () => archive[Symbol.dispose]()}
}

suite('a row', () => {
  for (const [line, fields] of [
    ['a,b', ['a', 'b']],
    ['', ['']],
    ['a,,', ['a', '', '']],
    ['"a,b",c', ['a,b', 'c']],
    ['"a ""b""",', ['a "b"', '']],
  ] as const) {
    test(`${line || 'of nothing'} has ${fields.length} fields`, () => deepEqual(fieldsOf(line), fields))
  }
  for (const [text, micros] of [
    [old, oldMicros],
    ['2022-01-02T03:04:05Z', oldMicros - 123_456],
    ['2022-01-02T04:04:05.1+01:00', oldMicros - 23_456],
    ['2022-01-02T03:04:05.123456789Z', oldMicros],
    ['2022-01-02', undefined],
    ['', undefined],
  ] as const) {
    test(`of ${text || 'no time'} says ${micros}`, () => equal(microsOf(text), micros))
  }
})

suite('an import', () => {
  for (const [title, lines, expected, counts] of [
    [
      'of every version of a record, but not of its end',
      [`${uri(2)},${old}`],
      [2, 5],
      {rowsMatchedAllVersions: 2, segmentsPatched: 2},
    ],
    ['of one version', [`${uri(2)},${old},specific_version,${cid}`], [2], {rowsMatchedSpecific: 1, rowsMutated: 1}],
    ['of a version that is not there', [`${uri(3)},${old},specific_version,${cid}`], [], {specificCidsUnmatched: 1}],
    [
      'of what is no row counts it',
      [
        'at://alice/x/y,2022',
        `${uri(1)},yesterday`,
        `${uri(1)},${old},some`,
        `${uri(1)},${old},specific_version,x`,
        `${uri(1)},${old},,`,
      ],
      [1],
      {rowsTotal: 5, rowsRejected: 4},
    ],
    ['of records that are not there changes nothing', [`at://${didOf(9)}/a.b.c/d,${old}`], [], {segmentsExamined: 0}],
  ] as const) {
    test(title, async () => {
      using all = await opened()
      const status = await all.carriedOut(['uri,timestamp,scope,cid', ...lines, ''].join('\r\n'))
      equal(status?.state, 'complete')
      for (const [name, count] of Object.entries(counts)) equal(status?.[name as 'rowsTotal'], count, name)
      deepEqual(await all.given(), expected)
      // To do it again changes nothing, and it is read after a restart.
      const checksums = all.archive.sealed.map(({head}) => head.checksum)
      equal((await all.imports.submit('times.csv')) === 'InvalidPath', false)
      while (all.imports.status()?.state === 'running') await new Promise(resolve => setTimeout(resolve, 1))
      deepEqual(
        all.archive.sealed.map(({head}) => head.checksum),
        checksums,
      )
    })
  }

  for (const [title, text, words] of [
    ['other columns', `uri,time\n${uri(1)},${old}`, /"time"/],
    ['a column twice', 'uri,uri,timestamp', /"uri"/],
    ['no column of times', 'uri', /needed/],
    ['a quote that does not end', `uri,timestamp\n"${uri(1)},${old}`, /quote/],
    ['nothing', '', /empty/],
    ['a line without end', `uri,timestamp\n${'x'.repeat(20_000)}`, /characters/],
  ] as const) {
    test(`of a file with ${title} fails whole`, async () => {
      using all = await opened()
      const status = await all.carriedOut(text)
      equal(status?.state, 'failed')
      match(status?.error ?? '', words)
      deepEqual(await all.given(), [])
    })
  }

  test('is of files in its folder alone', async () => {
    using all = await opened()
    symlinkSync(all.archive.sealed[0].path, join(all.files, 'link.csv'))
    mkdirSync(join(all.files, 'folder'))
    for (const path of [
      '',
      '.',
      '..',
      'folder',
      'none.csv',
      'link.csv',
      '../archive/seg_0000000000.jss',
      all.archive.sealed[0].path,
    ]) {
      equal(await all.imports.submit(path), 'InvalidPath', path)
    }
  })

  test('is one at a time, and one whose state cannot be kept is none', async () => {
    using all = await opened()
    const {archive} = all
    writeFileSync(join(all.files, 'times.csv'), `timestamp,uri\n${old},${uri(4)}`)
    let isFull = true
    const disk = {
      ...archive.disk,
      async replace(path: string, text: string) {
        if (isFull) throw new Error('full')
        await archive.disk.replace(path, text)
      },
    }
    const {folder, sealed} = archive
    const imports = await TimestampImports.open({...all.deps, archive: {folder, sealed, disk} as unknown as Archive})
    await rejects(imports.submit('times.csv'), /full/)
    isFull = false
    const begun = await Promise.all([imports.submit('times.csv'), imports.submit('times.csv')])
    equal(begun.filter(one => one === 'ImportInProgress').length, 1)
    await imports.close()
  })

  test('that a restart cut off is begun again', async () => {
    using all = await opened()
    writeFileSync(join(all.files, 'times.csv'), `timestamp,uri\n${old},${uri(4)}`)
    const stuck = await TimestampImports.open({
      ...all.deps,
      sealAll: signal => new Promise((_, reject) => signal.addEventListener('abort', reject)),
    })
    ok(typeof (await stuck.submit('times.csv')) === 'object')
    equal(await stuck.submit('times.csv'), 'ImportInProgress')
    await stuck.close()
    const after = await TimestampImports.open(all.deps)
    after.resume()
    while (after.status()?.state === 'running') await new Promise(resolve => setTimeout(resolve, 1))
    deepEqual(await all.given(), [4])
  })

  test('whose file goes away rejects', async () => {
    await rejects(timestampRows('/nowhere/times.csv', AbortSignal.timeout(9_000)).next(), {code: 'ENOENT'})
  })
})

suite('who may import', () => {
  const path = '/xrpc/network.bsky.jetstream.'
  for (const [token, header, status] of [
    ['secret', 'Bearer secret', 404],
    ['secret', 'bearer secret', 404],
    ['secret', 'Bearer other', 401],
    ['secret', 'Basic secret', 401],
    ['secret', undefined, 401],
    [undefined, 'Bearer ', 401],
    [undefined, 'Bearer undefined', 401],
    [undefined, undefined, 401],
  ] as const) {
    test(`${header} where it is ${token}: ${status}`, async () => {
      using all = await opened()
      const {archive, imports} = all
      const eventsCompression = Compression.of(ownDictionary, 'JETSTREAM_EVENTS_DICTIONARY')
      const api = new JetstreamApi({log: memoryEventLog(world), world, eventsCompression, archive, imports, token})
      const headers = {'content-type': 'application/json', ...(header && {authorization: header})}
      const asked = await api.fetch(new Request(`http://jetstream${path}getImportStatus`, {headers}))
      equal(asked.status, status)
      const body = JSON.stringify({path: 'none.csv'})
      const begun = await api.fetch(
        new Request(`http://jetstream${path}importTimestamps`, {method: 'POST', headers, body}),
      )
      deepEqual(
        [begun.status, ((await begun.json()) as {error: string}).error],
        status === 404 ? [400, 'InvalidPath'] : [401, 'AuthenticationRequired'],
      )
    })
  }
})
