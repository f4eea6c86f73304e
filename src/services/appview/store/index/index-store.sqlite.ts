/**
 * The index in SQLite. A batch of events is one act, and the cursor is part of it. What is fetched is brought in by
 * `resync/resyncs.ts`, records by `index/records.ts`.
 */
import type {Datetime} from '#atp/syntax/datetime.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {Handle} from '#atp/syntax/handle.ts'
import type {Sql, SqlWriter} from '#engines/sql/sql.ts'
import type {World} from '#std/world.ts'
import type {Cursor, StreamCommit, StreamEvent} from '#stream/verified-events.ts'
import {refreshActor} from '../search/entries.ts'
import {Pictures} from './pictures.ts'
import {earliest, Records} from './records.ts'
import type {Applied, HandleDue, IndexStore, SkipReason} from './index-store.ts'
import {Resyncs} from '../resync/resyncs.ts'

/** Records that are removed in one act when an account is deleted. */
const purgeMax = 1000

export class SqliteIndexStore implements IndexStore {
  readonly #sql: Sql
  readonly #world: Pick<World, 'now'>
  readonly #records: Records
  readonly #resyncs: Resyncs
  readonly #pictures: Pictures
  #handlesFell = false

  /** `changed` is told, within each act, the numbers of records and accounts that it may have changed. */
  constructor(sql: Sql, world: Pick<World, 'now'>, changed: (numbers: Iterable<number>) => void = () => {}) {
    this.#sql = sql
    this.#world = world
    this.#records = new Records(sql, changed)
    this.#resyncs = new Resyncs(sql, this.#records, world)
    this.#pictures = new Pictures(sql)
  }

  get skipped(): ReadonlyMap<SkipReason, number> {
    return this.#records.skipped
  }

  async cursor(service: string): Promise<Cursor | undefined> {
    return this.#sql.read(tx => tx.get<{seq: number}>('SELECT seq FROM cursor WHERE service = ?', service)?.seq)
  }

  async apply(service: string, events: readonly StreamEvent[], cursor = seqOf(events)): Promise<Applied> {
    let done = 0
    for (const [at, event] of events.entries()) {
      if (event.t !== '#account' || event.active || event.status !== 'deleted') continue
      const before = events.slice(done, at)
      await this.#records.act(tx => this.#applyAll(tx, service, before, seqOf(before)))
      while (await this.#records.act(tx => this.#purge(tx, event.did))) await undefined
      done = at
    }
    await this.#records.act(tx => this.#applyAll(tx, service, events.slice(done), cursor))
    const handlesDue = this.#handlesFell
    this.#handlesFell = false
    return {handlesDue}
  }

  async setHandle(did: Did, handle: Handle | null, dueMs: number, seenDueMs?: number): Promise<void> {
    await this.#records.act(tx => {
      const id = this.#records.numbers.actor(tx, did, this.#world.now())
      const before = tx.get<{id: number}>('SELECT id FROM actor WHERE handle = ?', handle)?.id
      if (before !== undefined && before !== id) {
        tx.run('UPDATE actor SET handle = NULL, handleDueMs = 0 WHERE id = ?', before)
        refreshActor(tx, before)
      }
      tx.run('UPDATE actor SET handle = ? WHERE id = ?', handle, id)
      const sql = 'UPDATE actor SET handleDueMs = ? WHERE id = ? AND handleDueMs = coalesce(?, handleDueMs)'
      tx.run(sql, dueMs, id, seenDueMs ?? null)
      if (before !== id) refreshActor(tx, id)
    })
  }

  async handlesDue(limit: number): Promise<readonly HandleDue[]> {
    const sql = 'SELECT did, handleDueMs AS dueMs FROM actor WHERE handleDueMs <= ? ORDER BY handleDueMs LIMIT ?'
    return this.#sql.read(tx => tx.all<{did: Did; dueMs: number}>(sql, this.#world.now(), limit))
  }

  notePictures(): Promise<boolean> {
    return this.#pictures.catchUp()
  }

  readonly listed: IndexStore['listed'] = service => this.#resyncs.listed(service)
  readonly note: IndexStore['note'] = (service, repos, cursor) => this.#resyncs.note(service, repos, cursor)
  readonly due: IndexStore['due'] = limit => this.#resyncs.due(limit)
  readonly begin: IndexStore['begin'] = did => this.#resyncs.begin(did)
  readonly stage: IndexStore['stage'] = (did, records) => this.#resyncs.stage(did, records)
  readonly finish: IndexStore['finish'] = (did, rev) => this.#resyncs.finish(did, rev)
  readonly putOff: IndexStore['putOff'] = (did, dueMs) => this.#resyncs.putOff(did, dueMs)
  readonly postpone: IndexStore['postpone'] = (did, dueMs) => this.#resyncs.postpone(did, dueMs)

  #applyAll(tx: SqlWriter, service: string, events: readonly StreamEvent[], cursor: Cursor | undefined): void {
    for (const event of events) {
      if (event.t === '#info') {
        // Events are lost for good. Which repositories they were of, a new look at the list will tell.
        if (event.name === 'OutdatedCursor') tx.run('DELETE FROM listing WHERE service = ?', service)
        continue
      }
      const nowMs = this.#timeOf(event.time)
      if (event.t === '#commit') this.#commit(tx, event, nowMs)
      else {
        const id = this.#records.numbers.actor(tx, event.did, nowMs)
        if (event.t === '#identity') {
          this.#handleFell(tx, id, nowMs)
        } else if (event.t === '#sync') {
          // Of how far it has come the index knows best: a repository that says it stands elsewhere is due.
          const {rev} = this.#records.states.get(tx, id)
          if (rev === null || event.rev > rev) this.#missed(tx, id, event.did, event.rev, nowMs)
        } else {
          this.#records.states.set(tx, id, {status: event.active ? null : (event.status ?? 'deactivated')})
          if (!event.active) continue
          // While it was not active, its server did not say whose its handle is, nor was its repository to be had.
          this.#handleFell(tx, id, nowMs)
          tx.run('UPDATE actor SET repoDueMs = ? WHERE id = ? AND repoDueMs IS NOT NULL', nowMs, id)
        }
      }
    }
    if (cursor === undefined) return
    const sql = 'INSERT INTO cursor (service, seq) VALUES (?, ?) ON CONFLICT (service) DO UPDATE SET seq = excluded.seq'
    tx.run(sql, service, cursor)
  }

  /** When an event was indexed: the time the relay gave it, so that a rebuilt index says the same. */
  #timeOf(time: Datetime): number {
    return earliest(Date.parse(time), this.#world.now())
  }

  #commit(tx: SqlWriter, event: StreamCommit, nowMs: number): void {
    const {did, rev, since, ops, carried} = event
    const records = this.#records
    const id = records.numbers.actor(tx, did, nowMs)
    const actor = records.states.get(tx, id)
    if (actor.rev !== null && rev <= actor.rev) return records.skip('replayed')
    if (actor.status === 'deleted') return records.skip('account-deleted')
    for (const {action, path, cid} of ops) {
      const slash = path.indexOf('/')
      const link = {did, collection: path.slice(0, slash), rkey: path.slice(slash + 1)}
      if (!records.knows(link.collection)) continue
      const body = cid ? carried.get(cid) : undefined
      if (action === 'delete') {
        this.#resyncs.keep(tx, id, link, rev, undefined)
        records.remove(tx, id, link)
      } else if (cid && body) {
        this.#resyncs.keep(tx, id, link, rev, {cid, body})
        records.put(tx, id, link, cid, body, nowMs)
      } else records.skip('missing-block')
    }
    records.states.set(tx, id, {rev})
    if (since !== actor.rev) this.#missed(tx, id, did, rev, nowMs)
    if (actor.rev !== null) return
    tx.run('UPDATE actor SET handleDueMs = coalesce(handleDueMs, ?) WHERE id = ?', nowMs, id)
    this.#handlesFell = true
  }

  /** Of a handle that is due already, earlier, so that a look which is under way does not pass for one after this. */
  #handleFell(tx: SqlWriter, actor: number, nowMs: number): void {
    const sql = 'UPDATE actor SET handleDueMs = iif(handleDueMs <= ?1, handleDueMs - 1, ?1) WHERE id = ?2'
    tx.run(sql, nowMs, actor)
    this.#handlesFell = true
  }

  #missed(tx: SqlWriter, id: number, did: Did, rev: string, nowMs: number): void {
    tx.run('UPDATE actor SET repoDueMs = coalesce(repoDueMs, ?) WHERE id = ?', nowMs, id)
    this.#resyncs.missed(did, rev)
  }

  /** Removes some records of an account that is gone. True while there are more. */
  #purge(tx: SqlWriter, did: Did): boolean {
    const actor = this.#records.numbers.actor(tx, did, this.#world.now())
    this.#resyncs.forget(tx, did, actor)
    this.#records.states.set(tx, actor, {rev: null, status: 'deleted'})
    tx.run('UPDATE actor SET handle = NULL, handleDueMs = NULL, repoDueMs = NULL WHERE id = ?', actor)
    refreshActor(tx, actor)
    const some = tx.all<{collection: string; rkey: string}>(
      `SELECT c.nsid AS collection, r.rkey FROM record r JOIN collection c ON c.id = r.collection
       WHERE r.actor = ? AND r.cid IS NOT NULL LIMIT ${purgeMax}`,
      actor,
    )
    for (const {collection, rkey} of some) this.#records.remove(tx, actor, {did, collection, rkey})
    if (some.length === purgeMax) return true
    const sql = `DELETE FROM notification WHERE (record, recipient) IN
      (SELECT record, recipient FROM notification WHERE recipient = ? LIMIT ${purgeMax})`
    return tx.run(sql, actor).changes === purgeMax
  }
}

/** The number of the last of them that has one. */
function seqOf(events: readonly StreamEvent[]): Cursor | undefined {
  return events.findLast(event => event.t !== '#info')?.seq
}
