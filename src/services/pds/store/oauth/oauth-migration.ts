/** The tables of OAuth: see `grant-store.ts` for what they hold. */
import type {Migration} from '#engines/sql/sql.ts'

export const oauthMigration: Migration = {
  name: 'OAuth',
  up: `
    CREATE TABLE oauth_request (
      id TEXT PRIMARY KEY,
      clientId TEXT NOT NULL,
      clientKey TEXT,
      parameters TEXT NOT NULL,
      createdMs INTEGER NOT NULL,
      expiresMs INTEGER NOT NULL,
      browser TEXT,
      account INTEGER REFERENCES account (id) ON DELETE CASCADE,
      device TEXT,
      code TEXT UNIQUE
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX oauth_request_by_expiry ON oauth_request (expiresMs);
    CREATE INDEX oauth_request_by_account ON oauth_request (account) WHERE account IS NOT NULL;

    CREATE TABLE oauth_grant (
      id TEXT PRIMARY KEY,
      account INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
      clientId TEXT NOT NULL,
      clientName TEXT,
      clientKey TEXT,
      jkt TEXT NOT NULL,
      scope TEXT NOT NULL,
      device TEXT,
      code TEXT NOT NULL UNIQUE,
      createdMs INTEGER NOT NULL,
      endsMs INTEGER NOT NULL,
      expiresMs INTEGER NOT NULL,
      generation INTEGER NOT NULL,
      renewedMs INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX oauth_grant_by_account ON oauth_grant (account, renewedMs);
    CREATE INDEX oauth_grant_by_expiry ON oauth_grant (expiresMs);

    CREATE TABLE oauth_consent (
      account INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
      clientId TEXT NOT NULL,
      scope TEXT NOT NULL,
      PRIMARY KEY (account, clientId)
    ) STRICT, WITHOUT ROWID;

    -- What is good for one time: assertions of clients, and the challenges of their codes.
    CREATE TABLE oauth_once (
      key TEXT PRIMARY KEY,
      untilMs INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX oauth_once_by_end ON oauth_once (untilMs);`,
}
