/** The table of `lexicon-store.sqlite.ts`. */
import type {Migration} from '#engines/sql/sql.ts'

export const lexiconMigration: Migration = {
  name: 'lexicons of others',
  up: `
    CREATE TABLE lexicon (
      nsid TEXT PRIMARY KEY,
      did TEXT NOT NULL,
      cid TEXT NOT NULL,
      text TEXT NOT NULL,
      fetchedMs INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;`,
}
