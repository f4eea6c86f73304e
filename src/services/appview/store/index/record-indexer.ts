/**
 * What one record type means to the index, as data and pure functions: the rows that follow from a record, what the
 * rows count for, and who is told. `processor.ts` does the rest for all types: transactions, numbers for URIs,
 * duplicates, updates and deletions.
 */
import type {Did} from '#atp/syntax/did.ts'
import {type AtUri, parseAtUri} from '#atp/syntax/at-uri.ts'
import {isDid} from '#atp/syntax/did.ts'
import type {SqlValue, SqlWriter} from '#engines/sql/sql.ts'
import type {RecordSchema} from '#lex/schema/structure.ts'

/** A record that another one points to. */
export interface RecordLink {
  readonly did: Did
  readonly collection: string
  readonly rkey: string
}
/** An account that a record points to. */
export interface ActorLink {
  readonly did: Did
}

/** Tables of derived rows, with the columns that a row has beside `record`, `actor` and `sortMs`. */
export type DerivedTable =
  | 'profile'
  | 'follow'
  | 'block'
  | 'list'
  | 'list_item'
  | 'list_block'
  | 'starter_pack'
  | 'verification'
  | 'labeler'
  | 'post'
  | 'feed_item'
  | 'like'
  | 'repost'
  | 'threadgate'
  | 'hidden_reply'
  | 'postgate'
  | 'generator'

/** Links become the numbers of what they point to. */
export type Cell = SqlValue | RecordLink | ActorLink
export type Cells = Readonly<Record<string, Cell>>

/** A record as it comes, checked against its lexicon. */
export interface Item<T> {
  readonly did: Did
  readonly rkey: string
  /** The record itself, as a link. */
  readonly self: RecordLink
  readonly record: T
}

/** Each row of `table` counts one for what its column `by` names, unless its column `unless` is 1. */
export interface CountRule {
  readonly table: DerivedTable
  readonly by: string
  readonly unless?: string
  readonly into: 'post_agg' | 'profile_agg'
  readonly column: string
}

export type Reason =
  | 'like'
  | 'like-via-repost'
  | 'repost'
  | 'repost-via-repost'
  | 'follow'
  | 'mention'
  | 'reply'
  | 'quote'
  | 'starterpack-joined'

export interface Notice {
  readonly to: Did
  readonly reason: Reason
  readonly about?: RecordLink
}

/** A stored record whose rows have just changed, for `settle`. */
export interface Settled<T = unknown> {
  readonly id: number
  readonly actor: number
  readonly sortMs: number
  /** Not there once the rows are gone. */
  readonly record?: T
}

export interface RecordIndexer<T = never> {
  readonly type: RecordSchema
  /** Where the rows go. The first is the one that `unique` is about. */
  readonly tables: readonly DerivedTable[]
  /** The two columns that no two rows of the first table share. The first record has the place, later ones wait. */
  readonly unique?: readonly [string, string]
  /** The rows for each table, in its order; nothing when the record means nothing, as a gate of somebody else's post. */
  rows(item: Item<T>): readonly (readonly Cells[])[] | undefined
  readonly counts?: readonly CountRule[]
  /** The author never is told. Only the first notice to each recipient counts. */
  notices?(item: Item<T>): readonly Notice[]
  /** What depends on other rows, called within the act once this record's rows are in, and once they are gone. */
  settle?(
    tx: SqlWriter,
    settled: Settled<NoInfer<T>>,
    what: 'added' | 'removed',
    rows: readonly Readonly<Record<string, SqlValue>>[],
  ): void
}

export const recordIndexer = <T>(indexer: RecordIndexer<T> & {type: RecordSchema<T>}): RecordIndexer => indexer

/** The record behind a URI; `undefined` when it names no record, or names the account by its handle. */
export function linkTo(uri: AtUri): RecordLink | undefined {
  const {authority, collection, rkey} = parseAtUri(uri)
  return isDid(authority) && collection !== undefined && rkey !== undefined
    ? {did: authority, collection, rkey}
    : undefined
}
