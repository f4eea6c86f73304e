/** Lists, what is on them and who blocks by them; blocks, starter packs: numbers only, newest first. */
import type {Sql} from '#engines/sql/sql.ts'
import type {Position} from '../../pages/paging.ts'

/** `id` is the number of the record by which it is there; `subject` that of the account or record it is about. */
export interface ListRow extends Position {
  readonly subject: number
}

const pages = {
  blocks: ['block', 'actor', 'subject'],
  items: ['list_item', 'list', 'subject'],
  lists: ['list', 'actor', 'record'],
  listBlocks: ['list_block', 'actor', 'list'],
  starterPacks: ['starter_pack', 'actor', 'record'],
} as const

export interface RelationRow {
  readonly other: number
  readonly following: string | null
  readonly followedBy: string | null
  readonly blocking: string | null
  readonly blockedBy: string | null
  readonly blockingByList: string | null
  readonly blockedByList: string | null
}

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

export class Lists {
  readonly #sql: Sql

  constructor(sql: Sql) {
    this.#sql = sql
  }

  /** `of` is the number of the account, or for items that of the list. */
  async page(what: keyof typeof pages, of: number, {ms, id}: Position, limit: number): Promise<ListRow[]> {
    const [table, column, subject] = pages[what]
    const sql = `SELECT record, sortMs, ${subject} FROM ${table} WHERE ${column} = ?1
      AND sortMs <= ?2 AND (sortMs < ?2 OR record < ?3) ORDER BY sortMs DESC, record DESC LIMIT ?4`
    const rows = this.#sql.read(tx => tx.arrays<[number, number, number]>(sql, of, ms, id, limit))
    return rows.map(([record, sortMs, about]) => ({id: record, ms: sortMs, subject: about}))
  }

  /** The number of the list item by which an account is on each of the lists that it is on. */
  async memberships(lists: readonly number[], subject: number): Promise<Map<number, number>> {
    const sql = 'SELECT list, record FROM list_item WHERE subject = ? AND list IN (SELECT value FROM json_each(?))'
    return new Map(this.#sql.read(tx => tx.arrays<[number, number]>(sql, subject, JSON.stringify(lists))))
  }

  /** How an account and others stand to each other in public: the keys of the records by which they do. */
  async relations(actor: number, others: readonly number[]): Promise<RelationRow[]> {
    return this.#sql.read(tx => tx.all<RelationRow>(relationsSql, actor, JSON.stringify(others)))
  }
}
