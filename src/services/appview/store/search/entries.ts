/** What of posts and accounts is searched for. Kept in step by the indexers, within the act that changes the record. */
import type {SqlWriter} from '#engines/sql/sql.ts'
import type {Post} from '#lex/gen/app/bsky/feed/post.ts'
import {factsOf, textsOf} from '../../search/facts.ts'
import {wordsOf} from '../../search/words.ts'

const idSpan = 2 ** 22

/**
 * The row of a post: newer ones have higher numbers, so that they are found in their order. Two posts have the same row
 * only when they are of the same second and lie exactly four million records apart; the later one takes it.
 */
const postRow = (sortMs: number, record: number): number => firstRowAt(sortMs) + (record % idSpan)

/** The lowest row that a post of this time can have. */
export const firstRowAt = (ms: number): number => Math.min(Math.max(Math.floor(ms / 1000), 0), 2 ** 31 - 1) * idSpan

/** The time of a row, in ms. */
export const timeOfRow = (row: number): number => Math.floor(row / idSpan) * 1000

interface PostEntry {
  readonly record: number
  readonly actor: number
  readonly sortMs: number
}

export function addPost(tx: SqlWriter, {record, actor, sortMs}: PostEntry, post: Post): void {
  tx.run(
    'INSERT OR REPLACE INTO post_search (rowid, record, text, facts) VALUES (?, ?, ?, ?)',
    postRow(sortMs, record),
    record,
    wordsOf(textsOf(post).join(' \n ')),
    factsOf(actor, post).join(' '),
  )
}

export function removePost(tx: SqlWriter, {record, sortMs}: Pick<PostEntry, 'record' | 'sortMs'>): void {
  tx.run('DELETE FROM post_search WHERE rowid = ?', postRow(sortMs, record))
}

/** Writes an account's entry anew, from its handle and its profile as they are. */
export function refreshActor(tx: SqlWriter, actor: number): void {
  const row = tx.get<{handle: string | null; displayName: string | null; description: string | null}>(
    `SELECT a.handle, p.displayName, p.description FROM actor a LEFT JOIN profile p ON p.actor = a.id WHERE a.id = ?`,
    actor,
  )
  tx.run('DELETE FROM actor_search WHERE rowid = ?', actor)
  const [handle, name, about] = [row?.handle, row?.displayName, row?.description].map(text => wordsOf(text ?? ''))
  if (!handle && !name && !about) return
  tx.run('INSERT INTO actor_search (rowid, handle, name, about) VALUES (?, ?, ?, ?)', actor, handle, name, about)
}
