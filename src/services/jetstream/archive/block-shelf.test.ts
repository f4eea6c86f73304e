/** How much of the archive its readers hold between them. */
import {deepEqual, equal, ok, rejects} from 'node:assert/strict'
import {test} from 'node:test'
import {setImmediate as turn} from 'node:timers/promises'
import {rowKind, type ArchiveRow} from '#atp/archive/block.ts'
import {temporaryFolder} from '../../../../test/temporary-folder.ts'
import {Archive} from './archive.ts'
import {archivedPages} from './archived-rows.ts'
import {BlockShelf} from './block-shelf.ts'

const now = (): number => 1_767_323_045_000

test('what was used last is held, up to its size, and what had to make room is read again', async () => {
  const shelf = new BlockShelf<string>(10)
  const reads: string[] = []
  const get = (key: string, size = 4): Promise<string> =>
    shelf.get(key, size, async () => {
      reads.push(key)
      return key.toUpperCase()
    })
  deepEqual(await Promise.all(['a', 'a', 'b'].map(key => get(key))), ['A', 'A', 'B'])
  deepEqual([reads.splice(0), shelf.size], [['a', 'b'], 8])
  for (const key of ['a', 'c', 'a', 'b']) await get(key)
  deepEqual([reads.splice(0), shelf.size], [['c', 'b'], 8])
  await get('large', 50)
  equal(shelf.size, 50, 'one is held, however large')
  await get('a')
  equal(shelf.size, 4)
})

test('few are read at a time, and one that cannot be read is tried again', async () => {
  const shelf = new BlockShelf<number>()
  const reading: PromiseWithResolvers<number>[] = []
  const asked = Array.from({length: 9}, (_, i) =>
    shelf.get(`${i}`, 1, () => {
      reading.push(Promise.withResolvers())
      return reading[reading.length - 1].promise
    }),
  )
  const counts: number[] = []
  for (let done = 0; done < 9; done++) {
    await turn()
    counts.push(reading.length - done)
    reading[done].resolve(done)
  }
  deepEqual(await Promise.all(asked), [0, 1, 2, 3, 4, 5, 6, 7, 8])
  deepEqual(counts, [4, 4, 4, 4, 4, 4, 3, 2, 1])
  await turn()
  ok(shelf.isQuiet)
  await rejects(
    shelf.get('x', 1, () => Promise.reject(new Error('damaged'))),
    /damaged/,
  )
  equal(await shelf.get('x', 1, async () => 7), 7)
})

test('a page has bytes of its own: who is slow to take it holds no block', async () => {
  const bounds = {segmentSizeMax: Infinity, segmentAgeMax: Infinity, ageMax: Infinity, sizeMax: Infinity}
  using archive = await Archive.open(temporaryFolder('shelf'), {...bounds, world: {now}})
  const rows = Array.from({length: 600}, (_, i): ArchiveRow => ({
    seq: i + 1,
    witnessedMicros: now() * 1_000 + i,
    indexedMicros: 0,
    kind: rowKind.create,
    did: `did:web:a${i}.example.com`,
    collection: i % 2 === 0 ? 'app.bsky.feed.post' : 'app.bsky.feed.like',
    rkey: `r${i}`,
    rev: '3k2yihcrp6c2a',
    payload: new Uint8Array(1_000).fill(i),
  }))
  await archive.append(rows)
  await archive.seal()
  const all = {}
  const found: ArchiveRow[] = []
  for await (const page of archivedPages(archive, () => all, 0, AbortSignal.timeout(9_000))) {
    for (const {seq, witnessedMicros, indexedMicros, kind, did, collection, rkey, rev, payload} of page.rows) {
      ok(payload.buffer.byteLength < 200_000)
      const of = {seq, witnessedMicros, indexedMicros, kind, did, collection, rkey, rev}
      found.push({...of, payload: new Uint8Array(payload)})
    }
  }
  deepEqual(found, rows)
})
