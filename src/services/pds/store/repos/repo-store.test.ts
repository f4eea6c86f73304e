import assert from 'node:assert/strict'
import {test} from 'node:test'
import type {Nsid} from '#atp/syntax/nsid.ts'
import {commit} from '../../../../../test/pds-stores.ts'
import {pdsRepo} from '../../../../../test/pds-repo.ts'
import {testDid} from '../../../../../test/repos.ts'
import {writtenBefore} from './record-cids.sqlite.ts'

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

test('a page that is just full is not cut, and a record of just its share of it is there', async context => {
  const {sql, store} = await pdsRepo(context)
  const MB = 2 ** 20
  const add = (collection: string, sizes: readonly number[]): Promise<void> =>
    sql.write(tx => {
      for (const [i, size] of sizes.entries()) {
        const row = `INSERT INTO record (tree, path, cid, rev, bytes)
          SELECT tree, ?, randomblob(36), '3jui7kd54zh2y', zeroblob(?) FROM repo`
        tx.run(row, `${collection}/${i}`, size)
      }
    })
  await add('app.full', [2 * MB, 2 * MB, 1])
  await add('app.share', [MB, 1])
  const page = async (collection: string, limit: number): Promise<unknown> => {
    const {records, isCut} = await store.records(testDid, {
      collection: collection as Nsid,
      after: undefined,
      limit,
      ascending: true,
    })
    return [records.toArray().map(({bytes}) => bytes.length), isCut]
  }
  assert.deepEqual(await page('app.full', 3), [[2 * MB, 2 * MB], true])
  assert.deepEqual(await page('app.share', 4), [[MB, 1], false])
})

test('records are found by their CIDs in the run that grows when they come', async context => {
  const {sql, stores} = await pdsRepo(context)
  const runs = (table: string) => {
    const text = `SELECT path, run FROM ${table} ORDER BY path`
    return sql.read(tx => tx.arrays<[string, number]>(text)).map(([path, run]) => `${path.slice(-1)} in ${run}`)
  }
  await sql.write(tx => tx.run('UPDATE head SET written = ?', writtenBefore(3) - 2).changes)
  await commit(stores, testDid, [{path: 'a.b.c/1'}])
  await commit(stores, testDid, [{path: 'a.b.c/2'}, {path: 'a.b.c/3'}])
  await commit(stores, testDid, [{path: 'a.b.c/1', bytes: new Uint8Array(9), isNew: false}], ['a.b.c/2'])
  for (const table of ['record', 'record_cid']) assert.deepEqual(runs(table), ['1 in 3', '3 in 2'])
})
