/** Who follows, likes, lists and blocks whom and what, in SQLite: pages that look the same for all of it. */
import type {Sql} from '#engines/sql/sql.ts'
import type {Position} from '../position.ts'
import type {PageKind, PublicRelation, SubjectRow} from './skeleton-store.ts'

/** Table, what it is looked up by, and what is shown of it. */
const pages: Readonly<Record<PageKind, readonly [table: string, by: string, shown: string]>> = {
  followers: ['follow', 'subject', 'actor'],
  follows: ['follow', 'actor', 'subject'],
  blocks: ['block', 'actor', 'subject'],
  listBlocks: ['list_block', 'actor', 'list'],
  lists: ['list', 'actor', 'record'],
  starterPacks: ['starter_pack', 'actor', 'record'],
  generators: ['generator', 'actor', 'record'],
  likes: ['like', 'subject', 'actor'],
  reposts: ['repost', 'subject', 'actor'],
  quotes: ['post', 'quoted', 'record'],
  items: ['list_item', 'list', 'subject'],
}
const pageSqls = new Map(
  Object.entries(pages).map(([what, [table, by, shown]]) => [
    what,
    `SELECT record, ${shown}, sortMs FROM ${table} WHERE ${by} = ?1 AND sortMs <= ?2 AND (sortMs < ?2 OR record < ?3)
     ORDER BY sortMs DESC, record DESC LIMIT ?4`,
  ]),
)

/** Accounts that a viewer follows which are looked through for followers of somebody. */
const knownLookMax = 5_000
const knownSql = `
  SELECT v.subject FROM (SELECT subject FROM follow WHERE actor = ?1 LIMIT ${knownLookMax}) v
  CROSS JOIN follow f ON f.actor = v.subject AND f.subject = ?2`
const membershipsSql =
  'SELECT list, record FROM list_item WHERE subject = ? AND list IN (SELECT value FROM json_each(?))'

const by = (table: string, rkeyOf: string): string =>
  `(SELECT r.rkey FROM ${table} t JOIN record r ON r.id = t.record WHERE ${rkeyOf})`
const byList = (owner: string, subject: string): string =>
  `(SELECT r.rkey FROM list_block t JOIN list l ON l.record = t.list AND l.purpose = 'app.bsky.graph.defs#modlist'
    JOIN list_item i ON i.list = t.list AND i.subject = ${subject} JOIN record r ON r.id = t.record
    WHERE t.actor = ${owner} LIMIT 1)`
const relationsSql = `
  SELECT j.value AS other, ${by('follow', 't.actor = ?1 AND t.subject = j.value')} AS following,
    ${by('follow', 't.actor = j.value AND t.subject = ?1')} AS followedBy,
    ${by('block', 't.actor = ?1 AND t.subject = j.value')} AS blocking,
    ${by('block', 't.actor = j.value AND t.subject = ?1')} AS blockedBy,
    ${byList('?1', 'j.value')} AS blockingByList, ${byList('j.value', '?1')} AS blockedByList
  FROM json_each(?2) j`

export class Graph {
  readonly #sql: Sql

  constructor(sql: Sql) {
    this.#sql = sql
  }

  async page(what: PageKind, of: number, {ms, id}: Position, limit: number): Promise<SubjectRow[]> {
    const sql = pageSqls.get(what) ?? ''
    const rows = this.#sql.read(tx => tx.arrays<[number, number, number]>(sql, of, ms, id, limit))
    return rows.map(([record, subject, sortMs]) => ({id: record, subject, ms: sortMs}))
  }

  async knownFollowers(viewer: number, subject: number, limit: number): Promise<{count: number; ids: number[]}> {
    const ids = this.#sql.read(tx => tx.arrays<[number]>(knownSql, viewer, subject)).flat()
    const others = ids.filter(id => id !== viewer && id !== subject)
    return {count: others.length, ids: others.slice(0, limit)}
  }

  async memberships(lists: readonly number[], subject: number): Promise<Map<number, number>> {
    const rows = this.#sql.read(tx => tx.arrays<[number, number]>(membershipsSql, subject, JSON.stringify(lists)))
    return new Map(rows)
  }

  async relations(actor: number, others: readonly number[]): Promise<PublicRelation[]> {
    return this.#sql.read(tx => tx.all<PublicRelation>(relationsSql, actor, JSON.stringify(others)))
  }
}
