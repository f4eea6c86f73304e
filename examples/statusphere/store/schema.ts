/** The tables of the app, all in one database. Its file is its owner's alone: it holds tokens and keys. */
import type {Migration} from '#engines/sql/sql.ts'

export const migrations: readonly Migration[] = [
  {
    name: 'statusphere',
    up: `
      CREATE TABLE account (
        did TEXT PRIMARY KEY,
        handle TEXT,
        displayName TEXT,
        active INTEGER NOT NULL DEFAULT 1,
        member INTEGER NOT NULL DEFAULT 0
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE status (
        uri TEXT PRIMARY KEY,
        did TEXT NOT NULL,
        status TEXT NOT NULL,
        seenMs INTEGER NOT NULL,
        sortMs INTEGER NOT NULL,
        current INTEGER NOT NULL DEFAULT 0
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX status_by_author ON status (did, sortMs, uri);
      CREATE INDEX status_by_time ON status (sortMs, uri);
      CREATE UNIQUE INDEX status_now ON status (did) WHERE current = 1;

      CREATE TABLE rating (
        uri TEXT PRIMARY KEY,
        did TEXT NOT NULL,
        link TEXT NOT NULL,
        rating INTEGER NOT NULL,
        seenMs INTEGER NOT NULL,
        sortMs INTEGER NOT NULL,
        current INTEGER NOT NULL DEFAULT 0
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX rating_by_author ON rating (did, link, sortMs, uri);
      CREATE INDEX rating_by_age ON rating (did, sortMs, uri);
      CREATE INDEX rating_by_link ON rating (link) WHERE current = 1;

      CREATE TABLE follow (
        uri TEXT PRIMARY KEY,
        did TEXT NOT NULL,
        subject TEXT NOT NULL,
        seenMs INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX follow_by_author ON follow (did, subject);

      CREATE TABLE cursor (source TEXT PRIMARY KEY, seq INTEGER NOT NULL) STRICT, WITHOUT ROWID;

      CREATE TABLE session (
        idHash TEXT PRIMARY KEY,
        did TEXT NOT NULL,
        endsMs INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX session_by_did ON session (did);
      CREATE TABLE auth_state (state TEXT PRIMARY KEY, pending TEXT NOT NULL, endsMs INTEGER NOT NULL) STRICT, WITHOUT ROWID;
      CREATE INDEX auth_state_by_end ON auth_state (endsMs);
      CREATE TABLE auth_session (did TEXT PRIMARY KEY, session TEXT NOT NULL) STRICT, WITHOUT ROWID;
      CREATE TABLE secret (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;`,
  },
]
