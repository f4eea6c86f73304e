/**
 * Blocks whose bytes are not those that their CID names. A database does not notice when a byte within a row changes on
 * the disk: its pages hang together as before. What names a block is its hash, so that is what tells.
 */
import {Cid, namesBlock} from '#atp/data/cid.ts'
import type {SqlReader, SqlReads} from '#engines/sql/sql.ts'
import {readNewest} from './newest-nodes.ts'

/** Rows that are read at once: so one turn is some milliseconds, and some megabytes where each record is at its largest. */
const rowsMax = 50

interface Block {
  readonly tree: number
  /** Of a record its path; of a commit or node of the tree none. */
  readonly path?: string
  readonly cid: Uint8Array
  readonly bytes: Uint8Array
}

export interface DamagedBlock {
  /** The text of the CID that the block should have. */
  readonly cid: string
  /** Of a record, its collection and rkey. */
  readonly path: string | undefined
  /** Whose it is; `undefined` for what no repository points to. */
  readonly did: string | undefined
}

/**
 * Hashes every record, commit and node. Yields after each turn: those of it that are damaged, mostly none; so whoever
 * asks may do other things between two. The server may write meanwhile: each row is seen as one act left it. Tables
 * that an older program has not made yet are left out. Throws SQLite's error for a file that cannot be read.
 */
export function* damagedBlocks(sql: SqlReads): Generator<DamagedBlock[]> {
  const tables = new Set(sql.read(tx => tx.arrays<[string]>('SELECT name FROM sqlite_schema')).flat())
  if (tables.has('record')) {
    let last = {tree: -1, path: ''}
    for (let isMore = true; isMore;) {
      const page = sql.read(tx =>
        tx.all<Block & {path: string}>(
          `SELECT tree, path, cid, bytes FROM record WHERE (tree, path) > (?, ?) ORDER BY tree, path LIMIT ${rowsMax}`,
          last.tree,
          last.path,
        ),
      )
      yield damagedOf(sql, page)
      last = page.at(-1) ?? last
      isMore = page.length === rowsMax
    }
  }
  if (tables.has('node')) {
    let last: Pick<Block, 'tree' | 'cid'> = {tree: -1, cid: new Uint8Array()}
    for (let isMore = true; isMore;) {
      const page = sql.read(tx =>
        tx.all<Block>(
          `SELECT tree, cid, bytes FROM node WHERE (tree, cid) > (?, ?) ORDER BY tree, cid LIMIT ${rowsMax}`,
          last.tree,
          last.cid,
        ),
      )
      yield damagedOf(sql, page)
      last = page.at(-1) ?? last
      isMore = page.length === rowsMax
    }
  }
  if (!tables.has('head')) return
  for (let tree = -1, isMore = true; isMore;) {
    const page = sql.read(tx =>
      tx.all<{tree: number; newest: Uint8Array}>(
        `SELECT tree, newest FROM head WHERE tree > ? ORDER BY tree LIMIT ${rowsMax}`,
        tree,
      ),
    )
    const nodes = page.flatMap(row =>
      readNewest(row.newest).map(node => ({...node, tree: row.tree, cid: node.cid.bytes})),
    )
    yield damagedOf(sql, nodes)
    tree = page.at(-1)?.tree ?? tree
    isMore = page.length === rowsMax
  }
}

const damagedOf = (sql: SqlReads, blocks: readonly Block[]): DamagedBlock[] =>
  blocks
    .filter(({cid, bytes}) => !namesBlock(new Cid(cid), bytes))
    .map(({tree, path, cid}) => ({cid: new Cid(cid).toString(), path, did: sql.read(tx => ownerOf(tx, tree))}))

const ownerOf = (tx: SqlReader, tree: number): string | undefined =>
  tx.get<{did: string}>('SELECT did FROM account JOIN repo ON repo.account = account.id WHERE repo.tree = ?', tree)?.did
