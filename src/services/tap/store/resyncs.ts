/**
 * The Tap's side of fetching repositories. Records come in the tree's order, so they are held against the rows of what
 * was told of as they pass; what differs is kept apart, in memory while it is little. Once all was verified it goes into
 * the outbox, a page and the rows of its records in one act, then what commits did meanwhile. Dying between leaves the
 * repository due, and what was told of stands in the rows.
 */
import {Cid, cidSize} from '#atp/data/cid.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {Sql, SqlReader, SqlWriter} from '#engines/sql/sql.ts'
import {PassingBuffers} from '#engines/young-heap.ts'
import {equalBytes} from '#std/bytes.ts'
import type {World} from '#std/world.ts'
import type {DueRepo, FetchedRecord} from '#stream/resync-store.ts'
import type {Filters} from '../filters.ts'
import {type Body, type Change, recordHead} from '../outbox/page.ts'
import {decodeKeys, encodeKeys, noteChanges, partsOf} from './changes.ts'
import type {Held} from './held.ts'
import type {Pages} from './pages.ts'
import {repoOf, type RepoRow} from './repo-rows.ts'
import type {SkipReason} from './tap-store.ts'

/** Bytes of what differs in one repository that wait in memory; more waits on the disk. */
const inMemorySizeMax = 256 * 1024
/** What is read of those is garbage at once; keys take some times their bytes while they are looked at. */
const stagedRead = new PassingBuffers(2 * 2 ** 20, 3, 1 / 8)
const keysFactor = 4
/** Pages that are put in place in one act: of more than that much would be taken for old garbage. */
const stagedBatch = 1
/** Records that are looked at in one act, when those that are gone are looked for. */
const goneBatch = 1_000
const errorLengthMax = 500

/** Events that are ready but for their revision, and the records that they tell of. */
interface Part {
  readonly changes: readonly Change[]
  readonly body: Body
}

interface StagedRow {
  readonly id: number
  readonly keys: Uint8Array
  readonly ends: Uint8Array
  readonly body: Uint8Array<ArrayBuffer>
}

class Running {
  readonly repo: number
  /** How far the Tap had got before the fetch. */
  readonly from: string | null
  /** Whether there are rows to hold the records against. */
  readonly hasRows: boolean
  /** The path of the last record that came. */
  passed = ''
  parts: Part[] = []
  size = 0
  isOnDisk = false

  constructor({id, rev}: RepoRow, hasRows: boolean) {
    this.repo = id
    this.from = rev
    this.hasRows = hasRows
  }
}

interface Deps {
  readonly sql: Sql
  readonly pages: Pages
  readonly held: Held
  readonly filters: Filters
  readonly world: Pick<World, 'now'>
  readonly skipped: (reason: SkipReason) => void
  /** Within an act: the state of a repository is another. */
  readonly tellState: (tx: SqlWriter, did: Did) => void
}

export class Resyncs {
  readonly #deps: Deps
  readonly #running = new Map<Did, Running>()

  constructor(deps: Deps) {
    this.#deps = deps
  }

  isRunning(did: Did): boolean {
    return this.#running.has(did)
  }

  get running(): number {
    return this.#running.size
  }

  /** The account is gone: nothing of it is put in place. */
  forget(did: Did): void {
    this.#running.delete(did)
  }

  /** What is being fetched is not put in place, and stays due. */
  forgetAll(): void {
    this.#running.clear()
  }

  due(limit: number): readonly DueRepo[] {
    const sql = 'SELECT did, tries FROM repo WHERE dueMs <= ? AND isPaused = 0 ORDER BY dueMs LIMIT ?'
    return this.#deps.sql.read(tx => tx.all<{did: Did; tries: number}>(sql, this.#deps.world.now(), limit))
  }

  async begin(did: Did): Promise<void> {
    const {sql} = this.#deps
    this.#running.delete(did)
    const found = sql.read(tx => {
      const repo = repoOf(tx, did)
      if (!repo) return undefined
      const isLeft = tx.get('SELECT 1 FROM staged WHERE repo = ? LIMIT 1', repo.id) !== undefined
      return {repo, isLeft, hasRows: hasRecords(tx, repo.id)}
    })
    if (!found) return
    const {repo, isLeft, hasRows} = found
    if (isLeft) await sql.write(tx => tx.run('DELETE FROM staged WHERE repo = ?', repo.id))
    this.#running.set(did, new Running(repo, hasRows))
  }

  async stage(did: Did, records: readonly FetchedRecord[]): Promise<void> {
    const run = this.#running.get(did)
    if (!run || records.length === 0) return
    const changes = this.#changesOf(run, records)
    const unread = new Set<Change>()
    const bodies = this.#deps.pages.bodiesOf(changes, change => unread.add(change))
    const told = changes.filter(change => !unread.has(change))
    for (const change of unread)
      if (change.action === 'update') told.push({...change, action: 'delete', cid: undefined})
    let at = 0
    for (const body of bodies) {
      const count = body.ends.length
      run.parts.push({changes: kept(told.slice(at, (at += count))), body})
      run.size += body.bytes.length
    }
    if (run.size > inMemorySizeMax) await this.#spill(run)
  }

  async #spill(run: Running): Promise<void> {
    const {parts, repo} = run
    run.parts = []
    run.size = 0
    run.isOnDisk = true
    const insert = 'INSERT INTO staged (repo, keys, ends, body) VALUES (?, ?, ?, ?)'
    // Lost with the machine it is fetched again.
    await this.#deps.sql.write(
      tx => {
        for (const {changes, body} of parts) {
          tx.run(insert, repo, encodeKeys(changes), new Uint8Array(body.ends.buffer), body.bytes)
        }
      },
      {survives: 'process'},
    )
  }

  /** What differs from what was told of, up to the last of these records. */
  #changesOf(run: Running, records: readonly FetchedRecord[]): Change[] {
    const {filters, skipped, sql} = this.#deps
    const changes: Change[] = []
    const last = records[records.length - 1]
    const through = `${last.collection}/${last.rkey}`
    const rows = run.hasRows ? sql.read(tx => rowsBetween(tx, run.repo, run.passed, through)) : []
    let at = 0
    const passGone = (to: number): void => {
      for (; at < to; at++) pushGone(rows[at][0], filters, changes)
    }
    /** How many of the rows are before a path. */
    const upTo = (path: string): number => {
      let to = at
      while (to < rows.length && rows[to][0] < path) to++
      return to
    }
    let collection = ''
    for (const {collection: named, rkey, cid, bytes} of records) {
      if (!filters.passes(named)) continue
      if (named !== collection || !rkeyPattern.test(rkey)) {
        if (!partsOf(`${named}/${rkey}`)) {
          skipped('bad-path')
          continue
        }
        collection = named
      }
      if (!run.hasRows) {
        changes.push({collection, rkey, action: 'create', cid, bytes})
        continue
      }
      const path = `${collection}/${rkey}`
      passGone(upTo(path))
      const known = rows[at]?.[0] === path ? rows[at++][1] : undefined
      if (known && equalBytes(known, cid.bytes)) continue
      changes.push({collection, rkey, action: known ? 'update' : 'create', cid, bytes})
    }
    passGone(rows.length)
    run.passed = through
    return changes
  }

  async finish(did: Did, rev: string): Promise<'done' | 'behind' | 'gone'> {
    const run = this.#running.get(did)
    if (!run) return 'gone'
    if (run.from !== null && run.from > rev) return 'behind'
    // While it is little, all of it is one act.
    if (run.isOnDisk) await this.#putStaged(did, run, rev)
    for (let goneAfter: string | undefined = run.passed; goneAfter !== undefined;) {
      const after: string = goneAfter
      goneAfter = await this.#deps.sql.write(tx => this.#end(tx, did, run, rev, after))
    }
    return this.#running.delete(did) ? 'done' : 'gone'
  }

  /** Puts in place what waits on the disk, some hundred records an act. */
  async #putStaged(did: Did, run: Running, rev: string): Promise<void> {
    const {sql, pages} = this.#deps
    if (run.parts.length > 0) await this.#spill(run)
    const select = 'SELECT id, keys, ends, body FROM staged WHERE repo = ? ORDER BY id LIMIT ?'
    const act = (tx: SqlWriter): boolean => {
      if (this.#running.get(did) !== run) return false
      const rows = tx.all<StagedRow>(select, run.repo, stagedBatch)
      for (const {id, keys, ends, body: bytes} of rows) {
        const body = {ends: new Uint32Array(ends.slice().buffer), bytes}
        pages.put(tx, did, false, recordHead(false, did, rev), body)
        noteChanges(tx, run.repo, decodeKeys(keys))
        tx.run('DELETE FROM staged WHERE id = ?', id)
        stagedRead.passed(bytes.length + keysFactor * keys.length)
      }
      return rows.length > 0
    }
    // The act that ends it is durable, and so are these before it; who hands out what they make waits for that.
    while (await sql.write(act, {survives: 'process'}));
  }

  /**
   * The last act, or one of the last: deletions of records after a path that the repository has no more, and once there
   * are none left, what was held. Gives where to go on.
   */
  #end(tx: SqlWriter, did: Did, run: Running, rev: string, after: string): string | undefined {
    const {pages, filters, held, world} = this.#deps
    if (this.#running.get(did) !== run) return undefined
    for (const {changes, body} of run.parts) {
      pages.put(tx, did, false, recordHead(false, did, rev), body)
      noteChanges(tx, run.repo, changes)
    }
    run.parts = []
    if (run.hasRows) {
      const rows = tx.arrays<[string]>(selectAfter, run.repo, after, goneBatch)
      const changes: Change[] = []
      for (const [path] of rows) pushGone(path, filters, changes)
      pages.putChanges(tx, did, rev, false, changes)
      noteChanges(tx, run.repo, changes)
      if (rows.length === goneBatch) return rows[goneBatch - 1][0]
    }
    const {missed} = repoOf(tx, did) as RepoRow
    tx.run(
      `UPDATE repo SET state = 'active', rev = ?, error = NULL, tries = 0, dueMs = NULL, missed = NULL WHERE id = ?`,
      rev,
      run.repo,
    )
    const isWhole = held.putAll(tx, did, run.repo, rev)
    if (!isWhole || (missed !== null && missed > ((repoOf(tx, did) as RepoRow).rev ?? ''))) {
      const sql = `UPDATE repo SET state = 'desynchronized', dueMs = ?, missed = ? WHERE id = ?`
      tx.run(sql, world.now(), missed, run.repo)
    }
    this.#deps.tellState(tx, did)
    return undefined
  }

  async putOff(did: Did, dueMs: number): Promise<void> {
    this.#running.delete(did)
    const sql = 'UPDATE repo SET dueMs = ? WHERE did = ? AND dueMs IS NOT NULL'
    await this.#deps.sql.write(tx => tx.run(sql, dueMs, did))
  }

  async postpone(did: Did, dueMs: number, reason: string | undefined): Promise<void> {
    const run = this.#running.get(did)
    this.#running.delete(did)
    await this.#deps.sql.write(tx => {
      if (run?.isOnDisk) tx.run('DELETE FROM staged WHERE repo = ?', run.repo)
      const sql = `UPDATE repo SET dueMs = ?, tries = tries + 1, state = 'error', error = ?
        WHERE did = ? AND dueMs IS NOT NULL`
      if (tx.run(sql, dueMs, (reason ?? 'unknown').slice(0, errorLengthMax), did).changes > 0) {
        this.#deps.tellState(tx, did)
      }
    })
  }
}

/** Changes without their bytes, and with CIDs of their own: those of the records are lent. */
function kept(changes: readonly Change[]): Change[] {
  const room = new Uint8Array(changes.length * cidSize)
  return changes.map(({collection, rkey, action, cid}, n) => {
    if (!cid) return {collection, rkey, action}
    const bytes = room.subarray(n * cidSize, (n + 1) * cidSize)
    bytes.set(cid.bytes)
    return {collection, rkey, action, cid: new Cid(bytes)}
  })
}

const rkeyPattern = /^[a-zA-Z0-9_~:-]{1,512}$/
const selectAfter = 'SELECT path FROM record WHERE repo = ? AND path > ? ORDER BY path LIMIT ?'

const hasRecords = (tx: SqlReader, repo: number): boolean =>
  tx.get('SELECT 1 FROM record WHERE repo = ? LIMIT 1', repo) !== undefined

/** Records come a megabyte at a time, and so do those that are held against them, but for what has been deleted since. */
const rowsBetween = (tx: SqlReader, repo: number, after: string, through: string): [string, Uint8Array][] =>
  tx.arrays<[string, Uint8Array]>(
    'SELECT path, cid FROM record WHERE repo = ? AND path > ? AND path <= ? ORDER BY path',
    repo,
    after,
    through,
  )

/** A record that was told of is gone. What no filter lets pass stays as it was told, for a filter that will. */
function pushGone(path: string, filters: Filters, changes: Change[]): void {
  const parts = partsOf(path)
  if (parts && filters.passes(parts.collection)) changes.push({...parts, action: 'delete'})
}
