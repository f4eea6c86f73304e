/** The tables of browsers that have signed in: see `device-store.ts`. */
import type {Migration} from '#engines/sql/sql.ts'

export const deviceMigration: Migration = {
  name: 'devices',
  up: `
    CREATE TABLE device (
      id TEXT PRIMARY KEY,
      secretHash TEXT NOT NULL UNIQUE,
      createdMs INTEGER NOT NULL,
      seenMs INTEGER NOT NULL,
      address TEXT NOT NULL,
      userAgent TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX device_by_seen ON device (seenMs);

    CREATE TABLE device_account (
      device TEXT NOT NULL REFERENCES device (id) ON DELETE CASCADE,
      account INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
      signedInMs INTEGER NOT NULL,
      PRIMARY KEY (device, account)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX device_account_by_account ON device_account (account);`,
}
