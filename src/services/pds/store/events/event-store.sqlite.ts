/** The keeping of events in SQLite: see `schema.ts` for the tables. */
import {encodeEvent, type RepoEvent} from '#atp/sync/event.ts'
import type {Sql, SqlReader, SqlWriter} from '#engines/sql/sql.ts'
import {eventPages} from './event-page.sqlite.ts'
import type {EventStore, Unsequenced} from './event-store.ts'

const newestSeq = (tx: SqlReader): number =>
  tx.get<{seq: number}>(`SELECT seq FROM sqlite_sequence WHERE name = 'event'`)?.seq ?? 0

const prunedTo = (tx: SqlReader): number =>
  tx.get<{prunedTo: number}>('SELECT prunedTo FROM event_prune')?.prunedTo ?? 0

/** Appends one event to the firehose within the act that it tells of. Returns its seq. */
export function appendEvent(tx: SqlWriter, event: Unsequenced): number {
  const seq = newestSeq(tx) + 1
  const frame = encodeEvent({...event, seq} as RepoEvent)
  tx.run(
    'INSERT INTO event (seq, did, timeMs, frame) VALUES (?, ?, ?, ?)',
    seq,
    event.did,
    Date.parse(event.time),
    frame,
  )
  return seq
}

export function appendEvents(tx: SqlWriter, events: readonly Unsequenced[]): void {
  for (const event of events) appendEvent(tx, event)
}

export const sqliteEventStore = (sql: Sql): EventStore => ({
  tell: events => sql.write(tx => appendEvents(tx, events)),

  pageAfter: eventPages(sql),

  async bounds() {
    return sql.read(tx => ({
      first: tx.get<{seq: number | null}>('SELECT min(seq) AS seq FROM event')?.seq ?? 0,
      last: newestSeq(tx),
    }))
  },

  // An act, since only acts resolve when what they saw is durable.
  durableSeq: () => sql.write(newestSeq),

  skipTo: seq =>
    sql.write(tx => {
      const {changes} = tx.run(`UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = 'event'`, seq)
      if (changes === 0) tx.run(`INSERT INTO sqlite_sequence (name, seq) VALUES ('event', ?)`, seq)
    }),

  prunedTo: async () => sql.read(prunedTo),

  async span(seq, limit) {
    const text = `SELECT max(seq) AS lastSeq, sum(size) AS size FROM
      (SELECT seq, length(frame) AS size FROM event WHERE seq > ? ORDER BY seq LIMIT ?)`
    const row = sql.read(tx => tx.get<{lastSeq: number | null; size: number}>(text, seq, limit))
    return row?.lastSeq ? {lastSeq: row.lastSeq, size: row.size} : undefined
  },

  forget: (did, limit) =>
    sql.write(tx => {
      const text = 'DELETE FROM event WHERE seq IN (SELECT seq FROM event WHERE did = ? LIMIT ?)'
      return tx.run(text, did, limit).changes
    }),

  prune: ({beforeMs, toSeq, limit}) =>
    sql.write(tx => {
      const text = 'SELECT seq, timeMs FROM event ORDER BY seq LIMIT ?'
      const rows = tx.arrays<[number, number]>(text, limit)
      const kept = rows.findIndex(([seq, timeMs]) => seq > toSeq && timeMs >= beforeMs)
      const count = kept === -1 ? rows.length : kept
      if (count > 0) {
        const last = rows[count - 1][0]
        tx.run('DELETE FROM event WHERE seq <= ?', last)
        tx.run('UPDATE event_prune SET prunedTo = ?', last)
      }
      return {count, prunedTo: prunedTo(tx)}
    }),
})
