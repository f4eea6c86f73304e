/**
 * The index's side of fetching repositories: which are due, and how what was fetched gets in. The records come in
 * pieces, before anything of them is to be believed, so they wait in `staged`; commits go on meanwhile, and are kept
 * there too. Once all was verified, the difference is applied as if events had brought it, some hundred records an act.
 * A repository stays due until the last of them, so dying between loses nothing.
 */
import {Cid} from '#atp/data/cid.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {Sql, SqlWriter} from '#engines/sql/sql.ts'
import type {World} from '#std/world.ts'
import type {DueRepo, FetchedRecord, ListedRepo, ResyncStore} from '#stream/resync-store.ts'
import type {RecordLink} from '../../index/record-indexer.ts'
import type {Records} from '../index/records.ts'
import {
  clearStaged,
  hasStaged,
  mergeStaged,
  recordsAfter,
  replaceStaged,
  type StagedKey,
  type StagedVersion,
  stageRecord,
  takeStaged,
} from './staged.ts'

/** Records that are looked at in one act. */
const batchSize = 500

interface Resync {
  /** How far the index had got before the fetch. */
  readonly from: string | null
  /** The revision that was fetched, once what was staged is being put in place. */
  fetched: string
  /** The last revision before which something was missed again. */
  missed: string
}

export class Resyncs implements ResyncStore {
  readonly #sql: Sql
  readonly #records: Records
  readonly #world: Pick<World, 'now'>
  readonly #running = new Map<Did, Resync>()

  constructor(sql: Sql, records: Records, world: Pick<World, 'now'>) {
    this.#sql = sql
    this.#records = records
    this.#world = world
  }

  /** How far the list of this service's repositories has been noted; null once all are, `undefined` before the first. */
  async listed(service: string): Promise<string | null | undefined> {
    const sql = 'SELECT cursor FROM listing WHERE service = ?'
    return this.#sql.read(tx => tx.get<{cursor: string | null}>(sql, service)?.cursor)
  }

  /** Notes a page of a service's repositories: those that the index has not, or not as new, are due. */
  async note(service: string, repos: readonly ListedRepo[], cursor: string | null): Promise<void> {
    await this.#records.act(tx => {
      const nowMs = this.#world.now()
      for (const {did, rev, active, status} of repos) {
        if (status === 'deleted') continue
        const id = this.#records.numbers.actor(tx, did, nowMs)
        const {rev: known} = this.#records.states.get(tx, id)
        if (known !== null && known >= rev) continue
        tx.run('UPDATE actor SET repoDueMs = coalesce(repoDueMs, ?) WHERE id = ?', nowMs, id)
        // Of an account that is followed, the events tell.
        if (active === false && known === null) {
          this.#records.states.set(tx, id, {status: status ?? 'deactivated'})
        }
      }
      tx.run('INSERT OR REPLACE INTO listing (service, cursor) VALUES (?, ?)', service, cursor)
    })
  }

  /** Repositories to be fetched, longest due first, and how often that has failed. */
  async due(limit: number): Promise<readonly DueRepo[]> {
    const sql = 'SELECT did, repoTries AS tries FROM actor WHERE repoDueMs <= ? ORDER BY repoDueMs LIMIT ?'
    return this.#sql.read(tx => tx.all(sql, this.#world.now(), limit))
  }

  /** Makes ready for the records of a repository. Its commits from now on are kept beside them. */
  async begin(did: Did): Promise<void> {
    await this.#records.act(tx => {
      const actor = this.#actor(tx, did)
      clearStaged(tx, actor)
      this.#running.set(did, {from: this.#records.states.get(tx, actor).rev, fetched: '', missed: ''})
    })
  }

  /** Keeps records of a repository that is being fetched; those of unknown types are left out. */
  async stage(did: Did, fetched: readonly FetchedRecord[]): Promise<void> {
    await this.#records.act(tx => {
      if (!this.#running.has(did)) return
      const actor = this.#actor(tx, did)
      for (const {collection, rkey, cid, bytes} of fetched) {
        if (!this.#records.knows(collection)) continue
        const key = {actor, collection: this.#records.numbers.collection(tx, collection), rkey}
        stageRecord(tx, key, '', {cid, body: bytes})
      }
    })
  }

  /**
   * Puts in place what was staged: the index has then what the repository had at `rev`, and what commits after it did.
   * `behind` when the index had got further than `rev` before the fetch began, and `gone` when the account was deleted
   * meanwhile; then nothing is changed.
   */
  async finish(did: Did, rev: string): Promise<'done' | 'behind' | 'gone'> {
    const resync = this.#running.get(did)
    if (!resync) return 'gone'
    if (resync.from !== null && resync.from > rev) return 'behind'
    let after: StagedKey | undefined
    await this.#records.act(tx => {
      const actor = this.#actor(tx, did)
      mergeStaged(tx, actor, rev)
      // From now on commits up to this one are old.
      const {states} = this.#records
      if ((states.get(tx, actor).rev ?? '') < rev) states.set(tx, actor, {rev})
      tx.run('UPDATE actor SET handleDueMs = coalesce(handleDueMs, ?) WHERE id = ?', this.#world.now(), actor)
      resync.fetched = rev
      after = {actor, collection: 0, rkey: ''}
    })
    while (after && this.#running.has(did)) after = await this.#removeAfter(did, after)
    while (this.#running.has(did) && (await this.#records.act(tx => this.#putSome(tx, did)))) await undefined
    return this.#running.delete(did) ? 'done' : 'gone'
  }

  /** Leaves a repository until `dueMs`; nothing is wrong with it. What was begun of it is forgotten. */
  async putOff(did: Did, dueMs: number): Promise<void> {
    const isBegun = this.#running.delete(did)
    await this.#records.act(tx => {
      const actor = this.#actor(tx, did)
      if (isBegun) clearStaged(tx, actor)
      const sql = 'UPDATE actor SET repoDueMs = ? WHERE id = ? AND repoDueMs IS NOT NULL'
      tx.run(sql, dueMs, actor)
    })
  }

  /** Gives up on a repository until `dueMs`. */
  async postpone(did: Did, dueMs: number): Promise<void> {
    this.#running.delete(did)
    await this.#records.act(tx => {
      const actor = this.#actor(tx, did)
      clearStaged(tx, actor)
      const sql = 'UPDATE actor SET repoDueMs = ?, repoTries = repoTries + 1 WHERE id = ? AND repoDueMs IS NOT NULL'
      tx.run(sql, dueMs, actor)
    })
  }

  /** Within an act: keeps what a commit does to a repository that is being fetched; without `version`, it deletes. */
  keep(tx: SqlWriter, actor: number, link: RecordLink, rev: string, version: StagedVersion | undefined): void {
    const resync = this.#running.get(link.did)
    if (!resync) return
    const key = {actor, collection: this.#records.numbers.collection(tx, link.collection), rkey: link.rkey}
    if (resync.fetched) replaceStaged(tx, key, version)
    else stageRecord(tx, key, rev, version)
  }

  /** Within an act: the repository is behind again, unless it is fetched at this revision or later. */
  missed(did: Did, rev: string): void {
    const resync = this.#running.get(did)
    if (resync && rev > resync.missed) resync.missed = rev
  }

  /** Within an act: ends what goes on for an account that is gone. */
  forget(tx: SqlWriter, did: Did, actor: number): void {
    if (this.#running.delete(did)) clearStaged(tx, actor)
  }

  #actor(tx: SqlWriter, did: Did): number {
    return this.#records.numbers.actor(tx, did, this.#world.now())
  }

  /** Removes those of some records that the repository no longer has. Gives where to go on. */
  async #removeAfter(did: Did, after: StagedKey): Promise<StagedKey | undefined> {
    let last: StagedKey | undefined
    await this.#records.act(tx => {
      if (!this.#running.has(did)) return
      const rows = recordsAfter(tx, after, batchSize)
      for (const {nsid, rkey, isStaged} of rows) {
        if (isStaged === 0) this.#records.remove(tx, after.actor, {did, collection: nsid, rkey})
      }
      if (rows.length === batchSize) last = rows[rows.length - 1]
    })
    return last
  }

  /** Puts some staged records in place; with the last of them, the repository is no longer due. */
  #putSome(tx: SqlWriter, did: Did): boolean {
    const resync = this.#running.get(did)
    if (!resync) return false
    const actor = this.#actor(tx, did)
    const nowMs = this.#world.now()
    for (const {nsid, rkey, cid, body} of takeStaged(tx, actor, batchSize)) {
      this.#records.put(tx, actor, {did, collection: nsid, rkey}, new Cid(cid), body, nowMs)
    }
    if (hasStaged(tx, actor)) return true
    const dueMs = resync.missed > resync.fetched ? nowMs : null
    tx.run('UPDATE actor SET repoDueMs = ?, repoTries = 0 WHERE id = ?', dueMs, actor)
    return false
  }
}
