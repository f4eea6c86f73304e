/** Compaction: what was deleted goes, what says so stays, and nothing else changes. */
import {deepEqual, equal, ok, rejects} from 'node:assert/strict'
import {readdirSync} from 'node:fs'
import {suite, test} from 'node:test'
import {rowKind, type ArchiveRow, type RowKind} from '#atp/archive/block.ts'
import {encodeCbor} from '#atp/data/cbor-encode.ts'
import {nodeDisk} from '#engines/node-disk.ts'
import type {Disk} from '#std/disk.ts'
import {temporaryFolder} from '../../../../test/temporary-folder.ts'
import {Archive} from './archive.ts'
import {compact} from './compaction.ts'

const now = (): number => 1_767_323_045_000
const signal = new AbortController().signal
const bounds = {segmentSizeMax: Infinity, segmentAgeMax: Infinity, ageMax: Infinity, sizeMax: Infinity}
const open = (disk: Disk = nodeDisk, folder = temporaryFolder('compaction')): Promise<Archive> =>
  Archive.open(folder, {...bounds, world: {now, disk}})

let seq = 0
const row = (kind: RowKind, name: string, path = '', payload: object = {name}): ArchiveRow => ({
  seq: ++seq,
  witnessedMicros: now() * 1_000 + seq,
  indexedMicros: 0,
  kind,
  did: `did:plc:${name.repeat(24)}`,
  collection: path && 'app.bsky.feed.post',
  rkey: path,
  rev: '3k2yihcrp6c2a',
  payload: kind === rowKind.delete ? new Uint8Array() : encodeCbor(payload),
})
const {create, update, delete: removal, account, identity, sync, resynced} = rowKind
const gone = {active: false, status: 'deleted'}

/** Each list is a segment; `|` stands between its blocks. An event is its kind, its account and its rkey. */
const events: Record<string, () => ArchiveRow> = {
  'create a/1': () => row(create, 'a', '1'),
  'create a/2': () => row(create, 'a', '2'),
  'create b/1': () => row(create, 'b', '1'),
  'resynced a/3': () => row(resynced, 'a', '3'),
  'update a/1': () => row(update, 'a', '1'),
  'delete a/1': () => row(removal, 'a', '1'),
  'delete a/3': () => row(removal, 'a', '3'),
  'a goes': () => row(account, 'a', '', gone),
  'a sleeps': () => row(account, 'a', '', {active: false, status: 'deactivated'}),
  'a is': () => row(identity, 'a'),
  'a anew': () => row(sync, 'a'),
}

async function filled(archive: Archive, segments: readonly (readonly string[])[]): Promise<void> {
  for (const names of segments) {
    for (const block of names.join().split(',|,')) await archive.append(block.split(',').map(name => events[name]()))
    await archive.seal()
  }
}

const names: Partial<Record<RowKind, string>> = {
  [create]: 'create',
  [update]: 'update',
  [removal]: 'delete',
  [resynced]: 'resynced',
  [account]: 'account',
  [identity]: 'identity',
  [sync]: 'sync',
}
async function contents(archive: Archive): Promise<string[]> {
  const found: string[] = []
  for (const segment of archive.sealed) {
    const blocks: string[] = []
    for (let i = 0; i < segment.places.length; i++) {
      const rows = (await segment.block(i)).rows()
      equal(rows.length, segment.places[i].count)
      blocks.push(rows.map(({kind, did, rkey}) => `${names[kind]} ${did.at(-1)}/${rkey}`).join())
    }
    found.push(blocks.join('|'))
  }
  return found
}

suite('compaction', () => {
  for (const [title, segments, expected] of [
    ['a deletion takes the record', [['create a/1', 'create b/1'], ['delete a/1']], ['create b/1', 'delete a/1']],
    [
      'an update takes what it writes over',
      [['create a/1', 'create a/2'], ['update a/1']],
      ['create a/2', 'update a/1'],
    ],
    ['also within one block', [['create a/1', 'update a/1', 'create a/2']], ['update a/1,create a/2']],
    ['what comes after a deletion stays', [['create a/1', 'delete a/1', 'create a/1']], ['delete a/1,create a/1']],
    [
      'an account takes its records, and its markers stay',
      [['create a/1', 'a is', 'create b/1', 'a goes', 'create a/2']],
      ['identity a/,create b/1,account a/,create a/2'],
    ],
    ['one that sleeps keeps them', [['create a/1', 'a sleeps']], ['create a/1,account a/']],
    ['a #sync makes nothing void', [['create a/1', 'a anew']], ['create a/1,sync a/']],
    ['what was fetched anew goes as what was created', [['resynced a/3'], ['delete a/3']], ['', 'delete a/3']],
    [
      'a block that loses all stays in its place',
      [['create a/1', '|', 'create b/1', '|', 'delete a/1']],
      ['|create b/1|delete a/1'],
    ],
    ['nothing deleted changes nothing', [['create a/1'], ['create b/1']], ['create a/1', 'create b/1']],
  ] as const) {
    test(title, async () => {
      using archive = await open()
      await filled(archive, segments)
      const before = archive.sealed.map(({head}) => head)
      await compact(archive, signal)
      deepEqual(await contents(archive), expected)
      for (const [i, {head, places}] of archive.sealed.entries()) {
        deepEqual([head.minSeq, head.maxSeq, head.minMicros], [before[i].minSeq, before[i].maxSeq, before[i].minMicros])
        equal(places.length, before[i].blockCount)
        equal(head.checksum === before[i].checksum, head.eventCount === before[i].eventCount)
      }
      // The same is read after a restart, and another pass changes nothing.
      archive[Symbol.dispose]()
      using again = await open(nodeDisk, archive.folder)
      equal(await compact(again, signal), 0)
      deepEqual(await contents(again), expected)
    })
  }

  test('goes on where it ended, however little it holds at a time', async () => {
    using archive = await open()
    await filled(archive, [['create a/1'], ['create a/2'], ['delete a/1'], ['create b/1'], ['a goes']])
    equal(await compact(archive, signal, 1), 2)
    deepEqual(await contents(archive), ['', '', 'delete a/1', 'create b/1', 'account a/'])
    await filled(archive, [['create b/1', 'create a/1']])
    equal(await compact(archive, signal), 0)
  })

  test(
    'that was cut off, wherever, is done again, and no event but the void ones is lost',
    {timeout: 30_000},
    async () => {
      let acts = 0
      for (let left = 0, isDone = false; !isDone; left++) {
        let count = left
        const fail = (): void => {
          acts++
          if (count-- <= 0) throw new Error('the power is gone')
        }
        const broken: Disk = {
          ...nodeDisk,
          open(path, mode) {
            const file = nodeDisk.open(path, mode)
            return {
              size: () => file.size(),
              read: (into, at) => file.read(into, at),
              readNow: (into, at) => file.readNow(into, at),
              write(bytes, position) {
                fail()
                file.write(bytes, position)
              },
              truncate: size => file.truncate(size),
              async sync(alone) {
                fail()
                await file.sync(alone)
              },
              syncNow: () => file.syncNow(),
              close: () => file.close(),
            }
          },
          async rename(from, to) {
            fail()
            await nodeDisk.rename(from, to)
          },
          async replace(path, text) {
            fail()
            await nodeDisk.replace(path, text)
          },
        }
        const archive = await open()
        await filled(archive, [['create a/1', 'create b/1'], ['create a/2'], ['delete a/1', 'a goes']])
        archive[Symbol.dispose]()
        {
          using cut = await open(broken, archive.folder)
          isDone = await compact(cut, signal).then(
            () => true,
            () => false,
          )
        }
        deepEqual(
          readdirSync(archive.folder).filter(name => name.endsWith('.new')),
          [],
        )
        using after = await open(nodeDisk, archive.folder)
        const found = await contents(after)
        ok(found[0].endsWith('create b/1') && found[2] === 'delete a/1,account a/', found.join(' '))
        await compact(after, signal)
        deepEqual(await contents(after), ['create b/1', '', 'delete a/1,account a/'])
      }
      ok(acts > 10)
    },
  )

  test('ends when it is to', async () => {
    using archive = await open()
    await filled(archive, [['create a/1', 'delete a/1']])
    await rejects(compact(archive, AbortSignal.abort()), {name: 'AbortError'})
    deepEqual(await contents(archive), ['create a/1,delete a/1'])
  })
})
