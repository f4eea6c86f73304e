/**
 * What one record type means to the index, as data and pure functions: the rows that follow from a record, what the
 * rows count for, and who is told. A store of the index does the rest for all types: acts, numbers for URIs, duplicates,
 * updates and deletions (`../store/index-store.ts`).
 */
import type {Did} from '#atp/syntax/did.ts'
import {type AtUri, parseAtUri} from '#atp/syntax/at-uri.ts'
import {isDid} from '#atp/syntax/did.ts'
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
export type Cell = null | number | string | RecordLink | ActorLink
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

/** Who is told of a record, and why. */
export interface Told {
  readonly to: Did
  readonly reason: Reason
  readonly about?: RecordLink
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
  /** The author never is told. Of several for one recipient only the first counts. */
  tells?(item: Item<T>): readonly Told[]
  /**
   * What depends on other records too, and is looked at within the act once this record's rows are in, and once they are
   * gone: the place of a post in its thread, a gate and the replies it judges, the words by which an account is found.
   */
  readonly settles?: 'post' | 'threadgate' | 'profile'
}

export const recordIndexer = <T>(indexer: RecordIndexer<T> & {type: RecordSchema<T>}): RecordIndexer => indexer

/** The record behind a URI; `undefined` when it names no record, or names the account by its handle. */
export function linkTo(uri: AtUri): RecordLink | undefined {
  const {authority, collection, rkey} = parseAtUri(uri)
  return isDid(authority) && collection !== undefined && rkey !== undefined
    ? {did: authority, collection, rkey}
    : undefined
}
