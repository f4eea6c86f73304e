/** What depends on several records, looked at anew within the act that adds one of them, or takes it away. */
import type {SqlValue, SqlWriter} from '#engines/sql/sql.ts'
import type {Post} from '#lex/gen/app/bsky/feed/post.ts'
import type {RecordIndexer} from '../../index/record-indexer.ts'
import {addPost, refreshActor, removePost} from '../search/entries.ts'
import {type PostRow, settleGate, settlePost, unsettlePost} from './thread.ts'

/** A stored record whose rows have just changed. */
export interface Changed {
  readonly id: number
  readonly actor: number
  readonly sortMs: number
  /** The record; not there once its rows are gone. */
  readonly record?: unknown
}
/** The first of its rows, as it is or was. */
type FirstRow = Readonly<Record<string, SqlValue>>

const settlers: Readonly<
  Record<NonNullable<RecordIndexer['settles']>, (tx: SqlWriter, changed: Changed, row: FirstRow) => void>
> = {
  post(tx, {id: record, actor, sortMs, record: said}, row) {
    if (!said) {
      removePost(tx, {record, sortMs})
      return unsettlePost(tx, record)
    }
    addPost(tx, {record, actor, sortMs}, said as Post)
    settlePost(tx, row as unknown as PostRow)
  },
  threadgate: (tx, _, gate) => settleGate(tx, gate.post as number),
  profile: (tx, {actor}) => refreshActor(tx, actor),
}

export function settle(tx: SqlWriter, {settles}: RecordIndexer, changed: Changed, row: FirstRow): void {
  if (settles) settlers[settles](tx, changed, row)
}
