/** Commits and nodes of the trees: those that are new in the row of the head, all others in a table. */
import {emptyBytes} from '#std/bytes.ts'
import type {Block} from '#atp/mst/blocks.ts'
import type {Cid} from '#atp/data/cid.ts'
import type {Tid} from '#atp/syntax/tid.ts'
import {insertRows} from '#engines/sql/rows/insert-rows.ts'
import type {Migration, SqlReader, SqlWriter} from '#engines/sql/sql.ts'
import {changeNewest, findNewest} from './newest-nodes.ts'
import type {RepoHead} from './repo-store.ts'

export const headMigration: Migration = {
  name: 'heads with the newest nodes',
  up: `
    -- What changes with each commit, apart from what is read with nearly every call.
    CREATE TABLE head (
      tree INTEGER PRIMARY KEY REFERENCES repo (tree) ON UPDATE CASCADE ON DELETE CASCADE,
      root BLOB NOT NULL,
      data BLOB NOT NULL,
      rev TEXT NOT NULL,
      newest BLOB NOT NULL -- as newest-nodes.ts has it
    ) STRICT;
    INSERT INTO head (tree, root, data, rev, newest) SELECT tree, root, data, rev, x'' FROM repo;
    ALTER TABLE repo DROP COLUMN root;
    ALTER TABLE repo DROP COLUMN data;
    ALTER TABLE repo DROP COLUMN rev;`,
}

interface FoundNode {
  rev: Tid
  bytes: Uint8Array
}

/** A commit or node of the tree, whose newest nodes are in `newest`. */
export const nodeOf = (tx: SqlReader, tree: number, newest: Uint8Array, cid: Uint8Array): FoundNode | undefined =>
  findNewest(newest, cid) ?? tx.get<FoundNode>('SELECT rev, bytes FROM node WHERE tree = ? AND cid = ?', tree, cid)

/** The head of a repository that has just been given its tree; `nodes` are those that are in no table yet. */
export function putHead(tx: SqlWriter, tree: number, head: RepoHead, nodes: readonly Block[]): void {
  tx.run(`INSERT INTO head (tree, root, data, rev, newest) VALUES (?, x'', x'', '', x'')`, tree)
  changeHead(tx, tree, emptyBytes, head, nodes, [])
}

/**
 * Moves the head of a repository on, with the nodes that come and go by that. `newest` is as it was; `written` is how many
 * records the tree has been given, where that is another number now.
 */
export function changeHead(
  tx: SqlWriter,
  tree: number,
  newest: Uint8Array,
  {root, data, rev}: RepoHead,
  added: readonly Block[],
  removed: readonly Cid[],
  written?: number,
): void {
  const change = changeNewest(newest, rev, added, removed)
  for (const cid of change.gone) tx.run('DELETE FROM node WHERE tree = ? AND cid = ?', tree, cid.bytes)
  insertRows(
    tx,
    'INSERT OR IGNORE INTO node (tree, cid, rev, bytes) VALUES',
    change.settled.map(node => [tree, node.cid.bytes, node.rev, node.bytes]),
  )
  const text = 'UPDATE head SET root = ?, data = ?, rev = ?, newest = ?, written = coalesce(?, written) WHERE tree = ?'
  tx.run(text, root.bytes, data.bytes, rev, change.newest, written ?? null, tree)
}
