import assert from 'node:assert/strict'
import {test} from 'node:test'
import {toHex} from '#std/bytes.ts'
import type {Nsid} from '#atp/syntax/nsid.ts'
import {pdsRepo} from '../../../../test/pds-repo.ts'
import {testDid} from '../../../../test/repos.ts'

test('a page of the firehose is bounded by frames and by bytes, and holds one at least', async context => {
  const {sql, store} = await pdsRepo(context)
  const kB = 1024
  const sizes = [60 * kB, 60 * kB, 60 * kB, 200 * kB, 8 * kB, 120 * kB, ...Array.from({length: 300}, () => 10)]
  await sql.write(tx => {
    for (const size of sizes) tx.run(`INSERT INTO event (did, timeMs, frame) VALUES ('', 0, randomblob(?))`, size)
  })
  const stored = sql.read(tx => tx.arrays<[Uint8Array]>('SELECT frame FROM event ORDER BY seq')).flat()
  const pages: number[][] = []
  for (let after = 0; ;) {
    const page = await store.eventsAfter(after)
    if (!page.frames) break
    const {lastSeq} = page
    const frames = page.frames.frames()
    assert.equal(lastSeq, after + frames.length)
    assert.deepEqual(frames.map(toHex), stored.slice(after, lastSeq).map(toHex))
    pages.push(frames.map(frame => frame.length))
    after = lastSeq
  }
  assert.deepEqual(
    pages.slice(0, 4).map(page => page.map(size => size / kB)),
    [[60, 60], [60], [200], [8, 120]],
  )
  assert.deepEqual(
    pages.slice(4).map(page => page.length),
    [256, 44],
  )
  assert.deepEqual(pages.flat(), sizes)
})

test('what was taken down takes no room on a page', async context => {
  const {sql, store} = await pdsRepo(context)
  const sizes: Record<string, number> = {a: 3 * 2 ** 20, b: 3 * 2 ** 20, c: 10}
  await sql.write(tx => {
    const tree = tx.get<{tree: number}>('SELECT tree FROM repo')?.tree ?? 0
    for (const [rkey, size] of Object.entries(sizes)) {
      const row = 'INSERT INTO record (tree, path, cid, rev, bytes) VALUES (?, ?, randomblob(36), ?, zeroblob(?))'
      tx.run(row, tree, `app.test/${rkey}`, '3jui7kd54zh2y', size)
    }
  })
  await store.setRecordTakedown(testDid, 'app.test/b', 'a case')
  const page = await store.records(testDid, {
    collection: 'app.test' as Nsid,
    after: undefined,
    limit: 9,
    ascending: true,
  })
  assert.deepEqual([page.records.toArray().map(({path}) => path), page.isCut], [['app.test/a', 'app.test/c'], false])
})

test('a page of records is bounded by bytes too, holds one at least, and says that it was cut', async context => {
  const {sql, store} = await pdsRepo(context)
  const MB = 2 ** 20
  const sizes: Record<string, number> = {a: MB, b: 2 * MB, c: 2 * MB, d: 5 * MB, e: 10, f: 20}
  await sql.write(tx => {
    const tree = tx.get<{tree: number}>('SELECT tree FROM repo')?.tree ?? 0
    for (const [rkey, size] of Object.entries(sizes)) {
      const row = 'INSERT INTO record (tree, path, cid, rev, bytes) VALUES (?, ?, randomblob(36), ?, zeroblob(?))'
      tx.run(row, tree, `app.test/${rkey}`, '3jui7kd54zh2y', size)
    }
  })
  const pages: [string, boolean][] = []
  for (let after: string | undefined, isLast = false; !isLast;) {
    const page = await store.records(testDid, {collection: 'app.test' as Nsid, after, limit: 5, ascending: true})
    const records = page.records.toArray()
    for (const {path, bytes} of records) assert.equal(bytes.length, sizes[path.slice(9)])
    pages.push([records.map(({path}) => path.slice(9)).join(''), page.isCut])
    after = records.at(-1)?.path.slice(9)
    isLast = !page.isCut
  }
  assert.deepEqual(pages, [
    ['ab', true],
    ['c', true],
    ['d', true],
    ['ef', false],
  ])
})

test('a page of records goes on after the one before, in either direction', async context => {
  const {sql, store} = await pdsRepo(context)
  const paths = ['app.aaaa/k', ...['a', 'v', 'x', 'z'].map(rkey => `app.test/${rkey}`), 'app.testing/k']
  await sql.write(tx => {
    const tree = tx.get<{tree: number}>('SELECT tree FROM repo')?.tree ?? 0
    for (const path of paths) {
      const row = `INSERT INTO record (tree, path, cid, rev, bytes) VALUES (?, ?, randomblob(36), '3jui7kd54zh2y', x'00')`
      tx.run(row, tree, path)
    }
  })
  const page = async (after: string | undefined, ascending: boolean): Promise<string> => {
    const found = await store.records(testDid, {collection: 'app.test' as Nsid, after, limit: 2, ascending})
    return found.records
      .toArray()
      .map(({path}) => path.slice('app.test/'.length))
      .join('')
  }
  const starts = [undefined, 'a', 'v', 'x', 'z']
  assert.deepEqual(await Promise.all(starts.map(after => page(after, true))), ['av', 'vx', 'xz', 'z', ''])
  assert.deepEqual(await Promise.all(starts.map(after => page(after, false))), ['zx', '', 'a', 'va', 'xv'])
})

test('the bounds of the events are those that are there, and the last one that ever was', async context => {
  const {sql, store} = await pdsRepo(context)
  assert.deepEqual(await store.eventBounds(), {first: 0, last: 0})
  const tell = `INSERT INTO event (did, timeMs, frame) VALUES ('', 0, x'00')`
  await sql.write(tx => {
    for (let i = 0; i < 4; i++) tx.run(tell)
    tx.run('DELETE FROM event WHERE seq < 3')
  })
  assert.deepEqual(await store.eventBounds(), {first: 3, last: 4})
  await sql.write(tx => tx.run('DELETE FROM event'))
  assert.deepEqual(await store.eventBounds(), {first: 0, last: 4})
})
