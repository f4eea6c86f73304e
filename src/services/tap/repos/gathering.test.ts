/** A Tap with an archive: what it asks its account's server for, whatever the archive says, and that it tells the truth. */
import assert from 'node:assert/strict'
import {cpSync} from 'node:fs'
import {join} from 'node:path'
import {suite, test} from 'node:test'
import {zstdCompressSync} from 'node:zlib'
import {encodeBlock, rowKind, type ArchiveRow, type RowKind} from '#atp/archive/block.ts'
import {blockFacts, headSize, sealOf} from '#atp/archive/segment.ts'
import {encodeCbor} from '#atp/data/cbor-encode.ts'
import type {Cid} from '#atp/data/cid.ts'
import type {BlockMap} from '#atp/mst/blocks.ts'
import {encodeCar} from '#atp/repo/car-write.ts'
import {concatBytes} from '#std/bytes.ts'
import type {StreamCommit} from '#stream/verified-events.ts'
import {Hosted, openTestTap, post, type Answers} from '../../../../test/tap-service.ts'
import {fold, type TapEvent} from '../../../../test/tap-stores.ts'
import {temporaryFolder} from '../../../../test/temporary-folder.ts'
import {until} from '../../../../test/until.ts'
import {archivedBlocks} from './archive-reader.ts'

const service = 'http://localhost:6008'

type MadeCommit = StreamCommit & {readonly commit: Cid; readonly carried: BlockMap}

/** An account that an archive has seen from its first write on. */
class Archived {
  readonly account: Hosted
  readonly commits: MadeCommit[] = []
  rows: ArchiveRow[] = []

  constructor(name = 'alice') {
    this.account = new Hosted(name)
  }

  write(texts: Readonly<Record<string, string | null>>, isArchived = true): void {
    this.commits.push(this.account.write(texts) as MadeCommit)
    if (!isArchived) return
    for (const [rkey, text] of Object.entries(texts))
      this.add(text === null ? rowKind.delete : rowKind.create, rkey, text)
  }

  add(kind: RowKind, rkey: string, text: string | null, rev = this.account.rev): void {
    this.rows.push({
      seq: this.rows.length + 1,
      witnessedMicros: 1,
      indexedMicros: 0,
      kind,
      did: this.account.did,
      collection: post,
      rkey,
      rev,
      payload: text === null ? new Uint8Array(0) : encodeCbor({$type: post, text}),
    })
  }

  /** What came after a revision, as a server has it. */
  since(rev: string): Uint8Array<ArrayBuffer> {
    const blocks = this.commits.filter(commit => commit.rev > rev).flatMap(({carried}) => [...carried])
    return encodeCar([this.commits[this.commits.length - 1].commit], blocks) as Uint8Array<ArrayBuffer>
  }
}

const planned = (mode: object, through = 9, tip = 9): Response =>
  Response.json({
    plannedThroughSeq: through,
    sealedTipSeq: tip,
    segments: [{name: 'seg_0000000000.jss', index: 0, checksum: '0'.repeat(16), minSeq: 1, maxSeq: 9, ...mode}],
    stats: {segmentsExamined: 1, segmentsMatched: 1, blocksMatched: 1, entries: 1},
  })
const binary = (bytes: Uint8Array | ReadableStream): Response =>
  new Response(bytes as Uint8Array<ArrayBuffer>, {headers: {'content-type': 'application/octet-stream'}})
const plan = 'network.bsky.jetstream.planSnapshot'
const block = 'network.bsky.jetstream.getBlock'

function wholeSegment(rows: readonly ArchiveRow[]): Uint8Array {
  const unpacked = encodeBlock(rows)
  const frame = zstdCompressSync(unpacked)
  const size = new Uint8Array(8)
  new DataView(size.buffer).setUint32(0, frame.length, true)
  const where = {offset: headSize, size: frame.length, unpackedSize: unpacked.length}
  const {head, foot} = sealOf([blockFacts(rows, where)], headSize + 8 + frame.length, bytes => zstdCompressSync(bytes))
  return concatBytes([head, size, frame, foot])
}

interface Case {
  readonly rule: string
  /** What the archive says otherwise than what was. */
  readonly change?: (archived: Archived) => void
  readonly answers?: (archived: Archived) => Answers
  readonly asked: readonly ('rest' | 'whole')[]
}

const oneBlock = {mode: 'blocks', blocks: [{first: 0, last: 0}]}
const cases: readonly Case[] = [
  {rule: 'what the archive has is not asked of the server', asked: ['rest']},
  {
    rule: 'nor is it where it comes as a whole segment',
    answers: ({rows}) => ({
      [plan]: () => planned({mode: 'segment'}),
      'network.bsky.jetstream.getSegment': () => binary(wholeSegment(rows)),
    }),
    asked: ['rest'],
  },
  {
    rule: 'what the archive has not yet comes with the newest commit',
    change: archived => archived.write({d: 'four', a: null}, false),
    asked: ['rest'],
  },
  {
    rule: 'a server that knows no since sends all of it, once',
    answers: ({account}) => ({'com.atproto.sync.getRepo': () => carOf(account.export())}),
    asked: ['rest'],
  },
  {
    rule: 'what was there before the archive began',
    change: archived => (archived.rows = archived.rows.slice(1)),
    asked: ['rest', 'whole'],
  },
  {
    rule: 'a record that was never written is passed over',
    change: archived => archived.add(rowKind.create, 'false', 'a lie'),
    asked: ['rest'],
  },
  {
    rule: 'another text of a record',
    change: archived => archived.add(rowKind.update, 'a', 'a lie'),
    asked: ['rest', 'whole'],
  },
  {
    rule: 'a revision of the future',
    change: archived => archived.add(rowKind.update, 'c', 'three', '3zzzzzzzzzzzz'),
    asked: ['rest', 'whole'],
  },
  {
    rule: 'a revision that no clock can have',
    change: archived => archived.add(rowKind.update, 'c', 'three', 'jzzzzzzzzzzzz'),
    asked: ['whole'],
  },
  {rule: 'an archive that has nothing', change: archived => (archived.rows = []), asked: ['whole']},
  {rule: 'an archive that is not there', answers: () => ({[plan]: () => undefined}), asked: ['whole']},
  {rule: 'a plan that never ends', answers: () => ({[plan]: () => planned(oneBlock, 1, 9)}), asked: ['whole']},
  {
    rule: 'a plan of more blocks than a segment has',
    answers: () => ({[plan]: () => planned({mode: 'blocks', blocks: [{first: 0, last: 2 ** 50}]})}),
    asked: ['whole'],
  },
  {rule: 'what is no packed block', answers: () => ({[block]: () => binary(new Uint8Array(9))}), asked: ['whole']},
  {
    rule: 'what is packed and no block',
    answers: () => ({[block]: () => binary(zstdCompressSync(new Uint8Array(9).fill(255)))}),
    asked: ['whole'],
  },
]

const carOf = (bytes: Uint8Array<ArrayBuffer>): Response =>
  new Response(bytes, {headers: {'content-type': 'application/vnd.ipld.car'}})

suite('a Tap that asks an archive', {timeout: 60_000}, () => {
  for (const {rule, change, answers, asked: expected} of cases) {
    const last = expected[expected.length - 1]
    test(last === 'rest' ? rule : `${rule} has the repository fetched whole`, async context => {
      const archived = new Archived()
      archived.write({a: 'one', b: 'two'})
      archived.write({b: null, c: 'three'})
      change?.(archived)
      const {account, commits} = archived
      const asked: string[] = []
      const usual: Answers = {
        [plan]: () => planned(oneBlock),
        [block]: () => binary(zstdCompressSync(encodeBlock(archived.rows))),
        'com.atproto.sync.getRepo': params => {
          const rev = params.get('since')
          return carOf(rev === null ? account.export() : archived.since(rev))
        },
      }
      const given: Answers = {...usual, ...answers?.(archived)}
      const tap = await openTestTap(context, [account], {
        env: {TAP_ARCHIVE: service},
        answers: {
          ...given,
          'com.atproto.sync.getRepo'(params, count) {
            asked.push(params.has('since') ? 'rest' : 'whole')
            return given['com.atproto.sync.getRepo'](params, count)
          },
        },
      })
      const reader = await tap.connect()
      await tap.add(account.did)
      const infoOf = async () => (await tap.call('GET', `/info/${account.did}`)).body
      await until(async () => (await infoOf()).state === 'active', 'it was fetched')
      assert.deepEqual(asked, expected)
      assert.equal((await infoOf()).rev, commits[commits.length - 1].rev)
      const kept = commits.length === 3 ? {c: 'three', d: 'four'} : {a: 'one', c: 'three'}
      const told = (): TapEvent[] => reader.told.filter(({record}) => record)
      await until(() => told().length === 2, 'it was told')
      assert.deepEqual(
        fold(told()),
        new Map(Object.entries(kept).map(([rkey, text]) => [`${account.did}/${rkey}`, text])),
      )
      const count = (isVerified: boolean): number =>
        Number(
          new RegExp(`^tap_archive_repos_total\\{verified="${isVerified}"\\} (\\d+)$`, 'm').exec(
            tap.metrics.render(),
          )?.[1] ?? 0,
        )
      const tried = expected.includes('rest') ? 1 : 0
      assert.deepEqual([count(true), count(false)], last === 'rest' ? [1, 0] : [0, tried])
    })
  }

  test('one pass is for all that are due, and of large trees the last nodes alone are asked for', async context => {
    const all = ['alice', 'bobby'].map(name => new Archived(name))
    for (const archived of all) {
      for (let n = 0; n < 30; n++) archived.write(Object.fromEntries([0, 1, 2, 3, 4].map(i => [`${i}-${n}`, `${n}`])))
    }
    const rows = all.flatMap(archived => archived.rows)
    let sent = 0
    const tap = await openTestTap(
      context,
      all.map(({account}) => account),
      {
        env: {TAP_ARCHIVE: service, TAP_DISABLE_ACKS: 'true'},
        answers: {
          [plan]: () => planned(oneBlock),
          [block]: () => binary(zstdCompressSync(encodeBlock(rows))),
          'com.atproto.sync.getRepo'(params) {
            const archived = all.find(({account}) => account.did === params.get('did'))
            const bytes = archived?.since(params.get('since') ?? '')
            sent += bytes?.length ?? 0
            return bytes && carOf(bytes)
          },
        },
      },
    )
    const reader = await tap.connect()
    await tap.add(...all.map(({account}) => account.did))
    await until(() => fold(reader.told).size === 300, 'all was told')
    assert.match(tap.metrics.render(), /^tap_archive_repos_total\{verified="true"\} 2$/m)
    const count = (nsid: string): number => tap.asked.filter(one => one === nsid).length
    assert.deepEqual([count(plan), count('com.atproto.sync.getRepo')], [1, 2])
    const whole = all.reduce((sum, {account}) => sum + account.export().length, 0)
    assert.ok(sent < whole / 4, `${sent} bytes of ${whole}`)
  })

  test('what a kill leaves of a pass is gathered again, and everything is told once', async context => {
    const archived = new Archived()
    archived.write({a: 'one'})
    archived.write({b: 'two'})
    const {account, rows} = archived
    const folder = temporaryFolder('tap-archive')
    const gathered = Promise.withResolvers<void>()
    const open = (name: string, second: () => Response) =>
      openTestTap(context, [account], {
        env: {TAP_ARCHIVE: service, TAP_DATABASE_URL: `sqlite:${join(folder, name, 'tap.sqlite')}`},
        answers: {
          [plan]: () => planned({mode: 'blocks', blocks: [{first: 0, last: 1}]}),
          [block]: params =>
            params.get('blockIndex') === '0' ? binary(zstdCompressSync(encodeBlock([rows[0]]))) : second(),
          'com.atproto.sync.getRepo': params => carOf(archived.since(params.get('since') ?? '')),
        },
      })
    const never = (): Response => {
      gathered.resolve()
      return binary(new ReadableStream())
    }
    const killed = await open('killed', never)
    await killed.add(account.did)
    await gathered.promise
    // What a process that is killed leaves on the disk.
    cpSync(join(folder, 'killed'), join(folder, 'after'), {recursive: true})
    const tap = await open('after', () => binary(zstdCompressSync(encodeBlock([rows[1]]))))
    const reader = await tap.connect()
    await until(async () => (await tap.call('GET', `/info/${account.did}`)).body.state === 'active', 'it was fetched')
    await until(() => reader.told.filter(({record}) => record).length === 2, 'it was told')
    assert.match(tap.metrics.render(), /^tap_archive_repos_total\{verified="true"\} 1$/m)
    assert.equal(fold(reader.told).size, 2)
  })

  test('a block that unpacks to more than one may have is refused', {timeout: 10_000}, async () => {
    const archived = new Archived()
    archived.write({a: 'x'.repeat(2_000)})
    const frame = zstdCompressSync(encodeBlock(archived.rows))
    const fetch = async ({url}: Request): Promise<Response> => (url.includes(plan) ? planned(oneBlock) : binary(frame))
    const read = (sizeMax: number) =>
      Array.fromAsync(archivedBlocks(service, [archived.account.did], {fetch}, new AbortController().signal, sizeMax))
    assert.equal((await read(10_000)).length, 1)
    await assert.rejects(read(1_000), /no packed block/)
  })
})
