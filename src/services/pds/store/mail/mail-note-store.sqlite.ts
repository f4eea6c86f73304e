/** What became of mails, in SQLite. */
import type {Migration, Sql} from '#engines/sql/sql.ts'
import {mailNotesMax, type MailNote, type MailNoteStore} from './mail-note-store.ts'

export const mailNoteMigration: Migration = {
  name: 'what became of mails',
  up: `
    CREATE TABLE mail_note (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      atMs INTEGER NOT NULL,
      did TEXT NOT NULL,
      kind TEXT NOT NULL,
      fault TEXT
    ) STRICT;`,
}

export const sqliteMailNoteStore = (sql: Sql): MailNoteStore => ({
  add: ({atMs, did, kind, fault}) =>
    sql.write(tx => {
      const text = 'INSERT INTO mail_note (atMs, did, kind, fault) VALUES (?, ?, ?, ?)'
      const {lastRowId} = tx.run(text, atMs, did, kind, fault)
      tx.run('DELETE FROM mail_note WHERE id <= ?', Number(lastRowId) - mailNotesMax)
    }),

  async notes({did, failed = false, before, limit}) {
    const text = `SELECT id, atMs, did, kind, fault FROM mail_note WHERE id < ?1
      AND (?2 IS NULL OR did = ?2) AND (?3 = 0 OR fault IS NOT NULL) ORDER BY id DESC LIMIT ?4`
    const rows = sql.read(tx =>
      tx.all<MailNote>(text, before ?? Number.MAX_SAFE_INTEGER, did ?? null, failed ? 1 : 0, limit),
    )
    return rows.map(row => ({...row}))
  },

  async counts(sinceMs) {
    const text = `SELECT count(*) FILTER (WHERE fault IS NULL AND atMs >= ?1) AS sent,
      count(*) FILTER (WHERE fault IS NOT NULL AND atMs >= ?1) AS failed,
      max(atMs) FILTER (WHERE fault IS NULL) AS lastSentMs FROM mail_note`
    type Row = {sent: number; failed: number; lastSentMs: number | null}
    return {...(sql.read(tx => tx.get<Row>(text, sinceMs)) ?? {sent: 0, failed: 0, lastSentMs: null})}
  },
})
