/** Lexicons of others in SQLite. */
import type {Sql} from '#engines/sql/sql.ts'
import type {LexiconStore, StoredLexicon} from './lexicon-store.ts'

export function sqliteLexiconStore(sql: Sql): LexiconStore {
  return {
    lexicon: async nsid => sql.read(tx => tx.get<StoredLexicon>('SELECT * FROM lexicon WHERE nsid = ?', nsid)),

    put: ({nsid, did, cid, text, fetchedMs}, sizeMax) =>
      sql.write(tx => {
        tx.run('INSERT OR REPLACE INTO lexicon VALUES (?, ?, ?, ?, ?)', nsid, did, cid, text, fetchedMs)
        tx.run(
          `DELETE FROM lexicon WHERE nsid IN (SELECT nsid FROM (
            SELECT nsid, sum(octet_length(text)) OVER (ORDER BY fetchedMs DESC, nsid = ? DESC, nsid) AS size FROM lexicon
          ) WHERE size > ?)`,
          nsid,
          sizeMax,
        )
      }),

    expire: beforeMs => sql.write(tx => void tx.run('DELETE FROM lexicon WHERE fetchedMs < ?', beforeMs)),
  }
}
