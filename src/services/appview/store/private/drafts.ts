/** Drafts in SQLite. Each is as big as a call may be, so a page has a bound in bytes too. */
import type {Did} from '#atp/syntax/did.ts'
import {TidClock, type Tid} from '#atp/syntax/tid.ts'
import type {Sql} from '#engines/sql/sql.ts'
import type {World} from '#std/world.ts'
import {Numbers} from '../index/numbers.ts'
import type {Position} from '../position.ts'
import {draftsMax, type KeptDraft} from './private-store.ts'

/** Bytes of one page: its drafts may have a hundred and fifty thousand each. */
const pageMax = 4_000_000

const pageSql = `
  SELECT d.id, d.updatedMs AS ms, d.tid, d.body, d.createdMs FROM draft d JOIN actor a ON a.id = d.actor
  WHERE a.did = ?1 AND d.updatedMs <= ?2 AND (d.updatedMs < ?2 OR d.id < ?3)
  ORDER BY d.updatedMs DESC, d.id DESC LIMIT ?4`

export class Drafts {
  readonly #sql: Sql
  readonly #world: Pick<World, 'now'>
  readonly #tids: TidClock

  constructor(sql: Sql, world: Pick<World, 'now'>) {
    this.#sql = sql
    this.#world = world
    this.#tids = new TidClock(world, 0)
  }

  /** Keeps a draft and gives its name; `full` when the account has as many as it may. */
  create(viewer: Did, body: string): Promise<Tid | 'full'> {
    return this.#sql.write<Tid | 'full'>(tx => {
      const nowMs = this.#world.now()
      const actor = new Numbers().actor(tx, viewer, nowMs)
      const count = tx.get<{count: number}>('SELECT count(*) AS count FROM draft WHERE actor = ?', actor)?.count ?? 0
      if (count >= draftsMax) return 'full'
      const last = tx.get<{tid: Tid | null}>('SELECT max(tid) AS tid FROM draft WHERE actor = ?', actor)?.tid
      const tid = this.#tids.next(last ?? undefined)
      const sql = 'INSERT INTO draft (actor, tid, createdMs, updatedMs, body) VALUES (?, ?, ?, ?, ?)'
      tx.run(sql, actor, tid, nowMs, nowMs, body)
      return tid
    })
  }

  /** Changes a draft; one that is not there stays so. */
  async update(viewer: Did, tid: Tid, body: string): Promise<void> {
    await this.#sql.write(tx => {
      const sql = `UPDATE draft SET body = ?, updatedMs = ?
        WHERE tid = ? AND actor = (SELECT id FROM actor WHERE did = ?)`
      tx.run(sql, body, this.#world.now(), tid, viewer)
    })
  }

  async remove(viewer: Did, tid: Tid): Promise<void> {
    await this.#sql.write(tx => {
      tx.run('DELETE FROM draft WHERE tid = ? AND actor = (SELECT id FROM actor WHERE did = ?)', tid, viewer)
    })
  }

  /** Those changed last first; fewer than asked for when they are big. */
  async page(viewer: Did, {ms, id}: Position, limit: number): Promise<KeptDraft[]> {
    const rows = this.#sql.read(tx => tx.all<KeptDraft>(pageSql, viewer, ms, id, limit))
    let size = 0
    const end = rows.findIndex(({body}, at) => (size += body.length) > pageMax && at > 0)
    if (end < 0) return rows
    return rows.slice(0, end).map((row, at) => (at === end - 1 ? {...row, isFull: true} : row))
  }
}
