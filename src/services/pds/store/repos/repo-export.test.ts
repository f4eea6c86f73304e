/** A repository as it leaves the database: block for block as it leaves memory, whatever its blocks' sizes. */
import assert from 'node:assert/strict'
import {test, type TestContext} from 'node:test'
import {pdsRepo} from '../../../../../test/pds-repo.ts'
import {joined, made, signingAt, testDid, writeOf} from '../../../../../test/repos.ts'
import {BlockMap} from '#atp/mst/blocks.ts'
import type {Cid} from '#atp/data/cid.ts'
import {emptyBytes} from '#std/bytes.ts'
import {exportRepo} from '#atp/repo/export.ts'
import {Repo} from '#atp/repo/repo.ts'
import type {Sql} from '#engines/sql/sql.ts'
import {changeNewest} from './newest-nodes.ts'
import {addCids} from './record-cids.sqlite.ts'
import {exportTree} from './repo-export.sqlite.ts'

interface Stored {
  sql: Sql
  head: {tree: number; root: Uint8Array; data: Uint8Array; newest: Uint8Array}
  root: Cid
  blocks: BlockMap
}

/** Records of these many characters, in a tree of the database whose blocks are in `blocks`, too; its first nodes are new. */
async function stored(context: TestContext, sizes: readonly number[], newCount = 5): Promise<Stored> {
  const writes = sizes.map((size, n) => writeOf('create', n, `${n}`.padEnd(size, '.')))
  const {repo, newBlocks} = made(Repo.create(testDid, signingAt(0), writes))
  const blocks = new BlockMap()
  for (const {cid, bytes} of newBlocks) blocks.set(cid, bytes)
  const {sql} = await pdsRepo(context)
  const tree = 1_000
  const isRecord = new Set([...repo.records()].map(([, cid]) => cid.toString()))
  const nodes = newBlocks.filter(({cid}) => !isRecord.has(cid.toString()))
  const {newest} = changeNewest(emptyBytes, repo.rev, nodes.splice(0, newCount), [])
  await sql.write(tx => {
    for (const [path, cid] of repo.records()) {
      const text = `INSERT INTO record (tree, path, cid, rev, bytes) VALUES (?, ?, ?, '3jui7kd54zh2y', ?)`
      tx.run(text, tree, path, cid.bytes, blocks.get(cid)!)
      addCids(tx, tree, 0, [{cid, path}])
    }
    for (const {cid, bytes} of nodes) {
      tx.run(`INSERT INTO node (tree, cid, rev, bytes) VALUES (?, ?, '3jui7kd54zh2y', ?)`, tree, cid.bytes, bytes)
    }
  })
  return {sql, head: {tree, root: repo.root.bytes, data: repo.data.bytes, newest}, root: repo.root, blocks}
}

async function assertAsFromMemory({sql, head, root, blocks}: Stored, nodesMax?: number): Promise<void> {
  using view = sql.snapshot()
  const found = Buffer.concat([...exportTree(view, head, nodesMax)])
  const expected = await joined(exportRepo(root, {get: cid => blocks.get(cid)}))
  assert.ok(found.equals(expected), `${found.length} bytes, and not the ${expected.length} that are right`)
}

test('pages of records follow each other, those between them that are too big to be joined too', async context => {
  const sizes = Array.from({length: 1_300}, (_, n) => (n % 97 === 0 ? 9_000 : (n * 7) % 300))
  // At the size up to which they are joined, and beside it: what is around the text has 40 to 60 bytes.
  for (let size = 0; size < 80; size++) sizes[500 + size] = 8 * 1024 - 90 + size
  await assertAsFromMemory(await stored(context, sizes))
})

test('a repository of one page, or of none, is whole', async context => {
  for (const count of [0, 1, 500])
    await assertAsFromMemory(
      await stored(
        context,
        Array.from({length: count}, () => 10),
      ),
    )
})

test('nodes that do not fit in memory are read one by one', async context => {
  const repo = await stored(
    context,
    Array.from({length: 2_500}, () => 1),
  )
  const nodes = repo.sql.read(tx => tx.get<{count: number}>('SELECT count(*) AS count FROM node WHERE tree = 1000'))
  assert.ok(nodes!.count > 600, String(nodes!.count))
  for (const nodesMax of [0, 1, 501, 8_000]) await assertAsFromMemory(repo, nodesMax)
})
