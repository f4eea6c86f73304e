/** Nodes that come and go by commits: each is in one place, and is found there as it came. */
import assert from 'node:assert/strict'
import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {test} from 'node:test'
import {joined, made, signingAt, testDid, writeOf} from '../../../../../test/repos.ts'
import {cidFor, runSeed, seeded} from '../../../../../test/random.ts'
import {cidSize} from '#atp/data/cid.ts'
import {Repo} from '#atp/repo/repo.ts'
import {tidOf} from '#atp/syntax/tid.ts'
import {openSqlite} from '#engines/sql/sqlite.ts'
import {emptyBytes} from '#std/bytes.ts'
import {pdsMigrations} from '../schema.ts'
import {changeNewest, findNewest, newestSizeMax, readNewest, type StoredNode} from './newest-nodes.ts'
import {headMigration} from './nodes.sqlite.ts'
import {sqliteRepoStore} from './repo-store.sqlite.ts'

test(`whatever comes and goes, each node is in one place, as it came (seed ${runSeed})`, () => {
  const random = seeded(runSeed)
  const below = (count: number): number => Math.floor(random() * count)
  let newest: Uint8Array = emptyBytes
  const table = new Map<string, StoredNode>()
  const all = new Map<string, StoredNode>()
  for (let step = 0; step < 300; step++) {
    const rev = tidOf(step, 1)
    // Now and then one that is larger than all of the room, or so many that they do not fit.
    const added = Array.from({length: below(step % 20 === 0 ? 40 : 6)}, (_, i) => {
      const size = below(10) === 0 ? below(newestSizeMax * 2) : below(700)
      return {cid: cidFor(`${step} ${i}`), bytes: new Uint8Array(size).fill(step), rev}
    })
    const removed = [...all.values()].slice(-12).filter(() => below(2) === 0)
    const change = changeNewest(
      newest,
      rev,
      added,
      removed.map(({cid}) => cid),
    )
    newest = change.newest
    for (const cid of change.gone) assert.ok(table.delete(cid.key), 'what is not here is in the table')
    for (const node of change.settled) table.set(node.cid.key, {...node, bytes: node.bytes.slice()})
    for (const {cid} of removed) all.delete(cid.key)
    for (const node of added) all.set(node.cid.key, node)
    assert.ok(newest.length <= newestSizeMax)
    // The size of its bytes, the revision and the CID come before each block.
    for (const {bytes} of change.settled) assert.ok(newest.length + 2 + 13 + cidSize + bytes.length > newestSizeMax)
    const held = readNewest(newest)
    assert.equal(held.length + table.size, all.size)
    for (const {cid, bytes, rev: since} of [...held, ...table.values()]) {
      const expected = all.get(cid.key)
      assert.deepEqual([since, Buffer.from(bytes)], [expected?.rev, Buffer.from(expected?.bytes ?? emptyBytes)])
    }
    const found = held.map(({cid}) => findNewest(newest, cid.bytes)?.rev)
    assert.deepEqual(
      found,
      held.map(({rev: since}) => since),
    )
    assert.equal(findNewest(newest, cidFor('nothing').bytes), undefined)
  }
})

const block = (name: string) => ({cid: cidFor(name), bytes: new Uint8Array(400)})

test('what replaces what the commit before has made is written to no table', () => {
  let newest: Uint8Array = emptyBytes
  for (let step = 0; step < 50; step++) {
    const [added, removed] = [step, step - 1].map(n => ['commit', 'root', 'leaf'].map(name => block(`${name} ${n}`)))
    const change = changeNewest(newest, tidOf(step, 1), added, step > 0 ? removed.map(({cid}) => cid) : [])
    assert.deepEqual([change.settled, change.gone], [[], []])
    newest = change.newest
  }
})

test('a repository of before keeps its head, and goes out whole', async context => {
  const folder = mkdtempSync(join(tmpdir(), 'heads-'))
  context.after(() => rmSync(folder, {recursive: true}))
  const path = join(folder, 'pds.sqlite')
  const {repo, newBlocks} = made(Repo.create(testDid, signingAt(0), [writeOf('create', 1, 'one')]))
  const before = openSqlite(path, {migrations: pdsMigrations.slice(0, pdsMigrations.indexOf(headMigration))})
  await before.write(tx => {
    tx.run('INSERT INTO account (id, did, createdMs) VALUES (3, ?, 0)', testDid)
    const row = 'INSERT INTO repo (account, tree, root, data, rev, signingKey) VALUES (3, 9, ?, ?, ?, ?)'
    tx.run(row, repo.root.bytes, repo.data.bytes, repo.rev, new Uint8Array(32))
    const [record] = [...repo.records()]
    for (const {cid, bytes} of newBlocks) {
      if (cid.equals(record[1]))
        tx.run('INSERT INTO record VALUES (9, ?, ?, ?, ?)', record[0], cid.bytes, repo.rev, bytes)
      else tx.run('INSERT INTO node VALUES (9, ?, ?, ?)', cid.bytes, repo.rev, bytes)
    }
  })
  await before.close()
  const sql = openSqlite(path, {migrations: pdsMigrations})
  const store = sqliteRepoStore(sql)
  assert.deepEqual(await store.head(testDid), {root: repo.root, data: repo.data, rev: repo.rev})
  const car = await joined(store.export(testDid, undefined, AbortSignal.timeout(60_000)))
  for (const {bytes} of newBlocks) assert.ok(Buffer.from(car).includes(bytes))
  await sql.close()
})
