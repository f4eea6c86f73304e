/** The tables of second factors: see `factor-store.ts` for what they hold. */

import type {Migration} from '#engines/sql/sql.ts'

export const factorMigration: Migration = {
  name: 'second factors',
  up: `
  -- An authenticator app. The secret is sealed by a key that is not in the database.
  CREATE TABLE totp (
    account INTEGER PRIMARY KEY REFERENCES account (id) ON DELETE CASCADE,
    secret BLOB NOT NULL,
    createdMs INTEGER NOT NULL,
    confirmedMs INTEGER, -- null until a first code has shown that the app has the secret
    step INTEGER NOT NULL DEFAULT 0 -- of the newest code that was taken: none is good twice
  ) STRICT;

  CREATE TABLE passkey (
    id TEXT PRIMARY KEY, -- of the credential, base64url
    account INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    publicKey BLOB NOT NULL,
    counter INTEGER NOT NULL,
    transports TEXT NOT NULL, -- separated by commas
    name TEXT NOT NULL,
    createdMs INTEGER NOT NULL,
    lastUsedMs INTEGER
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX passkey_by_account ON passkey (account);

  CREATE TABLE recovery_code (
    account INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    hash BLOB NOT NULL,
    PRIMARY KEY (account, hash)
  ) STRICT, WITHOUT ROWID;

  -- Codes that were tried for an account: by each who asks, and under '' by all together who were never let in.
  CREATE TABLE factor_try (
    account INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    asker TEXT NOT NULL,
    failures INTEGER NOT NULL,
    lastMs INTEGER NOT NULL,
    isKnown INTEGER NOT NULL,
    PRIMARY KEY (account, asker)
  ) STRICT, WITHOUT ROWID;

  -- Since when a code that goes by mail is asked for beside the password.
  ALTER TABLE account ADD COLUMN emailFactorMs INTEGER;`,
}
