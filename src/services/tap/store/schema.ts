/** The tables of a Tap. All of them are of one database: what an event does to them is one act. */
import type {Migration} from '#engines/sql/sql.ts'

export const tapMigrations: readonly Migration[] = [
  {
    name: 'repos, records and the outbox',
    // `path` is a record's collection and key as the tree has them, and so in the tree's order.
    up: `
      CREATE TABLE repo (
        id INTEGER PRIMARY KEY,
        did TEXT NOT NULL UNIQUE,
        handle TEXT,
        status TEXT NOT NULL DEFAULT 'active',
        state TEXT NOT NULL,
        rev TEXT,
        missed TEXT,
        error TEXT,
        tries INTEGER NOT NULL DEFAULT 0,
        dueMs INTEGER,
        handleDueMs INTEGER,
        isPaused INTEGER NOT NULL DEFAULT 0,
        records INTEGER NOT NULL DEFAULT 0
      ) STRICT;
      CREATE INDEX repo_by_due ON repo (dueMs) WHERE dueMs IS NOT NULL;
      CREATE INDEX repo_by_handle_due ON repo (handleDueMs) WHERE handleDueMs IS NOT NULL;

      CREATE TABLE record (
        repo INTEGER NOT NULL,
        path TEXT NOT NULL,
        cid BLOB NOT NULL,
        PRIMARY KEY (repo, path)
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE held (
        id INTEGER PRIMARY KEY,
        repo INTEGER NOT NULL,
        rev TEXT NOT NULL,
        since TEXT,
        body BLOB NOT NULL
      ) STRICT;
      CREATE INDEX held_by_repo ON held (repo, id);

      CREATE TABLE staged (
        id INTEGER PRIMARY KEY,
        repo INTEGER NOT NULL,
        keys BLOB NOT NULL,
        ends BLOB NOT NULL,
        body BLOB NOT NULL
      ) STRICT;
      CREATE INDEX staged_by_repo ON staged (repo, id);

      CREATE TABLE outbox (
        id INTEGER PRIMARY KEY,
        did TEXT NOT NULL,
        isLive INTEGER NOT NULL,
        count INTEGER NOT NULL,
        madeMs INTEGER NOT NULL,
        head TEXT NOT NULL,
        ends BLOB NOT NULL,
        body BLOB NOT NULL
      ) STRICT;
      CREATE INDEX outbox_by_did ON outbox (did, id);
      CREATE TABLE acked (id INTEGER PRIMARY KEY) STRICT;
      CREATE TABLE counter (next INTEGER NOT NULL) STRICT;
      INSERT INTO counter VALUES (1);

      CREATE TABLE place (source TEXT PRIMARY KEY, cursor INTEGER NOT NULL) STRICT;
      CREATE TABLE listing (service TEXT PRIMARY KEY, cursor TEXT, endedMs INTEGER) STRICT;
      CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;`,
  },
  {
    name: 'faults by reason',
    up: `CREATE INDEX repo_in_error ON repo (error) WHERE state = 'error';`,
  },
  {
    name: 'numbers of repositories that are gone, whose rows are yet to be deleted',
    up: `CREATE TABLE gone (repo INTEGER PRIMARY KEY) STRICT;`,
  },
  {
    name: 'records that an archive gave, until their repositories are fetched',
    up: `
      CREATE TABLE archived (
        repo INTEGER NOT NULL,
        path TEXT NOT NULL,
        bytes BLOB NOT NULL,
        PRIMARY KEY (repo, path)
      ) STRICT;`,
  },
]
