/**
 * Puts records in the index and takes them out, with all that follows from them: rows, counts, notifications, who has
 * the place that several records ask for. What a record type means stands in its indexer.
 *
 * Bad input is counted in `skipped`, by reason, and never stops an act.
 */
import {decodeCborLenient} from '#atp/data/cbor-decode.ts'
import {Cid} from '#atp/data/cid.ts'
import {isMap, type ValueMap} from '#atp/data/value.ts'
import type {Did} from '#atp/syntax/did.ts'
import {isRecordKey} from '#atp/syntax/record-key.ts'
import type {Sql, SqlValue, SqlWriter} from '#engines/sql/sql.ts'
import {records} from '#lex/gen/records.ts'
import type {RecordSchema} from '#lex/schema/structure.ts'
import {Malformed} from '#std/malformed.ts'
import {claimedMs} from '../../claimed-time.ts'
import type {SkipReason} from './index-store.ts'
import {ActorStates} from './actor-states.ts'
import {Changes} from './changes.ts'
import {Counts} from './counts.ts'
import {feedIndexers} from '../../index/feed.ts'
import {graphIndexers} from '../../index/graph.ts'
import {notify} from './notify.ts'
import {Numbers} from './numbers.ts'
import {settle} from './settle.ts'
import {dropPictures, notePictures} from './pictures.ts'
import type {Cell, RecordIndexer, RecordLink} from '../../index/record-indexer.ts'

const indexers: ReadonlyMap<string, RecordIndexer> = new Map(
  [...feedIndexers, ...graphIndexers].map(indexer => [indexer.type.nsid, indexer]),
)
/** Those without an indexer are kept, and nothing follows from them. */
const schemas = new Map(records.map(schema => [schema.nsid as string, schema]))

type DerivedRow = Readonly<Record<string, SqlValue>>

/** A record in the index, as its indexer's rows are made. */
interface Stored extends RecordLink {
  id: number
  actor: number
  record: ValueMap
  indexedMs: number
}
interface RecordRow {
  id: number
  cid: Uint8Array | null
  indexedMs: number | null
}

const rowSql = 'SELECT id, cid, indexedMs FROM record WHERE actor = ? AND collection = ? AND rkey = ?'

export class Records {
  readonly numbers = new Numbers()
  readonly states = new ActorStates()
  readonly skipped = new Map<SkipReason, number>()
  readonly #sql: Sql
  readonly #changed: (numbers: Iterable<number>) => void
  /** Of the act that runs. */
  #counts = new Counts()
  #changes: Changes | undefined

  /** `changed` is told, within each act, the numbers of what it may have changed. */
  constructor(sql: Sql, changed: (numbers: Iterable<number>) => void) {
    this.#sql = sql
    this.#changed = changed
  }

  /** Whether records of this collection are kept. */
  knows(collection: string): boolean {
    return schemas.has(collection)
  }

  /** Runs one atomic act; its counts are written with it. */
  async act<T extends boolean | void>(act: (tx: SqlWriter) => T): Promise<T> {
    try {
      return (await this.#sql.write(tx => this.#during(tx, act))) as T
    } catch (error) {
      // The act may have gone well, and its transaction failed. The next one begins only after this.
      this.#forget()
      throw error
    }
  }

  #during<T>(tx: SqlWriter, act: (tx: SqlWriter) => T): T {
    const changes = new Changes(tx)
    this.#changes = changes
    this.#counts = new Counts()
    try {
      const result = act(changes)
      this.#counts.write(changes)
      return result
    } catch (error) {
      // At once, for another act of the same transaction may be next.
      this.#forget()
      throw error
    } finally {
      // The transaction ends in this same step of the event loop, so nobody reads what was before it any more.
      this.#changed(changes.numbers)
    }
  }

  /** What is remembered holds only while no act is rolled back. */
  #forget(): void {
    this.numbers.clear()
    this.states.clear()
  }

  skip(reason: SkipReason): void {
    this.skipped.set(reason, (this.skipped.get(reason) ?? 0) + 1)
  }

  /** Adds a record or replaces its last version. One that is no good replaces it too, by nothing. */
  put(tx: SqlWriter, actor: number, link: RecordLink, cid: Cid, body: Uint8Array, nowMs: number): void {
    const record = this.#check(link, body)
    if (!record) return this.remove(tx, actor, link)
    const place = [actor, this.numbers.collection(tx, link.collection), link.rkey] as const
    // Nearly all are new, and nobody has pointed to them.
    const {changes, lastRowId} = tx.run(
      `INSERT INTO record (actor, collection, rkey, cid, body, indexedMs) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT (actor, collection, rkey) DO NOTHING`,
      ...place,
      cid.bytes,
      body,
      nowMs,
    )
    if (changes > 0) {
      if (indexers.get(link.collection)?.tables.includes('feed_item')) this.numbers.remember(link, lastRowId)
      notePictures(tx, actor, lastRowId, link.collection, record)
      return this.#derive(tx, {...link, id: lastRowId, actor, record, indexedMs: nowMs})
    }
    const before = tx.get<RecordRow>(rowSql, ...place) as RecordRow
    if (before.cid) {
      if (new Cid(before.cid).equals(cid)) return
      this.#underive(tx, before.id, link)
      dropPictures(tx, before.id, link.collection)
    }
    notePictures(tx, actor, before.id, link.collection, record)
    const indexedMs = (before.cid && before.indexedMs) ?? nowMs
    tx.run('UPDATE record SET cid = ?, body = ?, indexedMs = ? WHERE id = ?', cid.bytes, body, indexedMs, before.id)
    this.#derive(tx, {...link, id: before.id, actor, record, indexedMs})
  }

  #check({collection, rkey}: RecordLink, body: Uint8Array): ValueMap | undefined {
    const schema = schemas.get(collection)
    const record = decoded(body)
    if (!record) this.skip('no-record')
    else if (!schema || !isReadableKey(schema, rkey)) this.skip('bad-record-key')
    else if (schema.check(record, true)) this.skip('invalid')
    else return record
    return undefined
  }

  remove(tx: SqlWriter, actor: number, link: RecordLink): void {
    const row = tx.get<RecordRow>(rowSql, actor, this.numbers.collection(tx, link.collection), link.rkey)
    if (!row?.cid) return
    // Its body goes before another record takes its place.
    tx.run('UPDATE record SET cid = NULL, body = NULL, indexedMs = NULL WHERE id = ?', row.id)
    this.#underive(tx, row.id, link)
    dropPictures(tx, row.id, link.collection)
  }

  /** Adds the rows of a record, and what follows from them; or lets it wait, when its place is taken. */
  #derive(tx: SqlWriter, stored: Stored): void {
    const {id, actor, did, collection, rkey, record, indexedMs} = stored
    const indexer = indexers.get(collection)
    const item = {did, rkey, self: {did, collection, rkey}, record: record as never}
    const tables = indexer?.rows(item)
    if (!indexer || !tables) return
    const sortMs = earliest(claimedMs(record.createdAt), indexedMs)
    const added: DerivedRow[] = []
    for (const [at, rows] of tables.entries()) {
      const table = indexer.tables[at]
      for (const cells of rows) {
        const row: Record<string, SqlValue> = {record: id, actor, sortMs}
        for (const name in cells) row[name] = this.#resolve(tx, cells[name], indexedMs)
        if (!insert(tx, table, row, at === 0 ? indexer.unique : undefined)) {
          const [a, b] = placeOf(indexer, row)
          const sql = 'INSERT INTO duplicate (record, collection, a, b) VALUES (?, ?, ?, ?)'
          tx.run(sql, id, this.numbers.collection(tx, collection), a, b)
          return
        }
        added.push(row)
        this.#counts.add(indexer.counts ?? [], table, row, 1)
      }
    }
    for (const {to, reason, about} of indexer.tells?.(item) ?? []) {
      const subject = about ? this.numbers.record(tx, about, indexedMs) : null
      if (to !== did) {
        const recipient = this.numbers.actor(tx, to, indexedMs)
        notify(tx, {record: id, recipient, actor, reason, subject, sortMs})
      }
    }
    settle(tx, indexer, {id, actor, sortMs, record}, added[0])
  }

  /** Takes away what followed from a record; the oldest of those that waited for its place gets it. */
  #underive(tx: SqlWriter, id: number, {did, collection}: RecordLink): void {
    const indexer = indexers.get(collection)
    if (!indexer) return
    const removed: DerivedRow[] = []
    for (const table of indexer.tables) {
      for (const row of tx.all<DerivedRow>(`SELECT * FROM ${table} WHERE record = ?`, id)) {
        removed.push(row)
        this.#changes?.note(Object.values(row))
        this.#counts.add(indexer.counts ?? [], table, row, -1)
      }
      if (removed.length > 0) tx.run(`DELETE FROM ${table} WHERE record = ?`, id)
    }
    if (removed.length === 0) {
      if (indexer.unique) tx.run('DELETE FROM duplicate WHERE record = ?', id)
      return
    }
    tx.run('DELETE FROM notification WHERE record = ?', id)
    const [first] = removed
    settle(tx, indexer, {id, actor: first.actor as number, sortMs: first.sortMs as number}, first)
    if (indexer.unique) this.#promote(tx, indexer, first, did)
  }

  #promote(tx: SqlWriter, indexer: RecordIndexer, row: DerivedRow, did: Did): void {
    const collection = indexer.type.nsid
    const next = tx.get<{id: number; actor: number; rkey: string; body: Uint8Array; indexedMs: number}>(
      `SELECT r.id, r.actor, r.rkey, r.body, r.indexedMs FROM duplicate d JOIN record r ON r.id = d.record
       WHERE d.collection = ? AND d.a = ? AND d.b = ? ORDER BY r.indexedMs, r.rkey LIMIT 1`,
      this.numbers.collection(tx, collection),
      ...placeOf(indexer, row),
    )
    if (!next) return
    tx.run('DELETE FROM duplicate WHERE record = ?', next.id)
    const {body, ...rest} = next
    // It was checked before it was kept.
    this.#derive(tx, {...rest, did, collection, record: decodeCborLenient(body) as ValueMap})
  }

  #resolve(tx: SqlWriter, cell: Cell, nowMs: number): SqlValue {
    if (typeof cell !== 'object' || cell === null) return cell
    return 'rkey' in cell ? this.numbers.record(tx, cell, nowMs) : this.numbers.actor(tx, cell.did, nowMs)
  }
}

/** Official readers take a record under any key where a TID is asked for, and people have written such ones. */
const isReadableKey = (schema: RecordSchema, rkey: string): boolean =>
  schema.key === 'tid' ? isRecordKey(rkey) : schema.isKey(rkey)

/** The earlier of two times; a claimed one may be none at all, such as a leap second. */
export const earliest = (claimedMs: number, ms: number): number => (claimedMs < ms ? claimedMs : ms)

function decoded(body: Uint8Array): ValueMap | undefined {
  try {
    const value = decodeCborLenient(body)
    return isMap(value) ? value : undefined
  } catch (error) {
    if (error instanceof Malformed) return undefined
    throw error
  }
}

function placeOf({unique}: RecordIndexer, row: DerivedRow): [a: SqlValue, b: SqlValue] {
  const [a, b] = unique ?? []
  return [row[a ?? ''], row[b ?? '']]
}

/** The rows of a table all have the same columns in the same order, so its statement is made once. */
const inserts = new Map<string, string>()

/** False when another row has the place that `unique` names. */
function insert(tx: SqlWriter, table: string, row: DerivedRow, unique: RecordIndexer['unique']): boolean {
  let sql = inserts.get(table)
  if (!sql) {
    const names = Object.keys(row)
    const marks = names.map(() => '?').join(', ')
    sql = `INSERT INTO ${table} (${names.join(', ')}) VALUES (${marks})`
    if (unique) sql += ` ON CONFLICT (${unique.join(', ')}) DO NOTHING`
    inserts.set(table, sql)
  }
  return tx.run(sql, ...Object.values(row)).changes > 0
}
