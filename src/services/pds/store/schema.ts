/**
 * The tables of a PDS, all in one database, so that an act on an account, its repository and the firehose is one
 * transaction. The stores beside this file (`*-store.sqlite.ts`) are the only code that reads or writes them.
 *
 * `tree` stands for one whole copy of a repository. An import fills a new tree, a thousand rows an act, while the old
 * one serves; then one act points the repository to it, and the old rows are swept away. A tree that no repository
 * points to is what an interrupted import left.
 */
import type {Migration} from '#engines/sql/sql.ts'
import {lexiconMigration} from './lexicons/lexicon-migration.ts'
import {deviceMigration} from './devices/device-migration.ts'
import {oauthMigration} from './oauth/oauth-migration.ts'
import {sessionMigration} from './sessions/session-migration.ts'
import {recordCidMigration, recordRunMigration} from './repos/record-cids.sqlite.ts'
import {recordLinkMigration} from './repos/record-links.sqlite.ts'
import {mailNoteMigration} from './mail/mail-note-store.sqlite.ts'
import {factorMigration} from './factors/factor-migration.ts'
import {sweepMigration} from './sweep-migration.ts'
import {headMigration} from './repos/nodes.sqlite.ts'

export const pdsMigrations: readonly Migration[] = [
  {
    name: 'accounts',
    up: `
      CREATE TABLE account (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        did TEXT NOT NULL UNIQUE,
        handle TEXT UNIQUE,
        email TEXT UNIQUE COLLATE NOCASE,
        emailConfirmedMs INTEGER,
        passwordHash TEXT,
        createdMs INTEGER NOT NULL,
        deactivatedMs INTEGER,
        deleteAfterMs INTEGER,
        takedownRef TEXT,
        invitesDisabled INTEGER NOT NULL DEFAULT 0,
        inviteCode TEXT
      ) STRICT;

      CREATE TABLE app_password (
        account INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
        name TEXT NOT NULL,
        passwordHash TEXT NOT NULL,
        privileged INTEGER NOT NULL,
        createdMs INTEGER NOT NULL,
        PRIMARY KEY (account, name)
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE refresh_token (
        id TEXT PRIMARY KEY,
        account INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
        appPassword TEXT,
        expiresMs INTEGER NOT NULL,
        successor TEXT
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX refresh_token_by_account ON refresh_token (account);
      CREATE INDEX refresh_token_by_expiry ON refresh_token (expiresMs);

      CREATE TABLE email_token (
        account INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
        purpose TEXT NOT NULL,
        token TEXT NOT NULL UNIQUE,
        requestedMs INTEGER NOT NULL,
        PRIMARY KEY (account, purpose)
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE invite_code (
        code TEXT PRIMARY KEY,
        uses INTEGER NOT NULL,
        disabled INTEGER NOT NULL DEFAULT 0,
        forAccount TEXT NOT NULL,
        createdBy TEXT NOT NULL,
        createdMs INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE invite_use (
        code TEXT NOT NULL REFERENCES invite_code (code),
        usedBy TEXT NOT NULL,
        usedMs INTEGER NOT NULL,
        PRIMARY KEY (code, usedBy)
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE preference (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        account INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
        namespace TEXT NOT NULL,
        type TEXT NOT NULL,
        value TEXT NOT NULL
      ) STRICT;
      CREATE INDEX preference_by_account ON preference (account, namespace);

      CREATE TABLE reserved_key (
        publicKey TEXT PRIMARY KEY,
        did TEXT UNIQUE,
        privateKey BLOB NOT NULL,
        reservedMs INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID;`,
  },
  {
    name: 'repositories',
    up: `
      CREATE TABLE repo (
        account INTEGER PRIMARY KEY REFERENCES account (id) ON DELETE CASCADE,
        tree INTEGER NOT NULL UNIQUE,
        root BLOB NOT NULL,
        data BLOB NOT NULL,
        rev TEXT NOT NULL,
        signingKey BLOB NOT NULL
      ) STRICT;
      CREATE TABLE tree (id INTEGER PRIMARY KEY AUTOINCREMENT) STRICT;

      -- Commits and nodes of the tree, by CID.
      CREATE TABLE node (
        tree INTEGER NOT NULL,
        cid BLOB NOT NULL,
        rev TEXT NOT NULL,
        bytes BLOB NOT NULL,
        PRIMARY KEY (tree, cid)
      ) STRICT, WITHOUT ROWID;

      -- Records with their bytes, in the order of the tree: so a list or an export reads them one after the other.
      CREATE TABLE record (
        tree INTEGER NOT NULL,
        path TEXT NOT NULL,
        cid BLOB NOT NULL,
        rev TEXT NOT NULL,
        bytes BLOB NOT NULL,
        PRIMARY KEY (tree, path)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX record_by_cid ON record (tree, cid);

      -- For likes, reposts, follows and blocks: what they are about, so that a second one replaces the first.
      CREATE TABLE backlink (
        tree INTEGER NOT NULL,
        collection TEXT NOT NULL,
        subject TEXT NOT NULL,
        path TEXT NOT NULL,
        PRIMARY KEY (tree, collection, subject, path)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX backlink_by_path ON backlink (tree, path);

      CREATE TABLE blob (
        account INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
        cid BLOB NOT NULL,
        mimeType TEXT NOT NULL,
        size INTEGER NOT NULL,
        stage TEXT, -- where the bytes wait until a record refers to them; null once they are kept
        uploadedMs INTEGER NOT NULL,
        takedownRef TEXT,
        PRIMARY KEY (account, cid)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX blob_by_upload ON blob (uploadedMs) WHERE stage IS NOT NULL;
      CREATE TABLE blob_use (
        tree INTEGER NOT NULL,
        path TEXT NOT NULL,
        cid BLOB NOT NULL,
        rev TEXT NOT NULL,
        PRIMARY KEY (tree, path, cid)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX blob_use_by_cid ON blob_use (tree, cid);

      -- The firehose: whole frames as they go on the wire, in the transaction of what they tell of.
      CREATE TABLE event (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        did TEXT NOT NULL,
        timeMs INTEGER NOT NULL,
        frame BLOB NOT NULL
      ) STRICT;
      CREATE INDEX event_by_did ON event (did);
      CREATE INDEX event_by_time ON event (timeMs);`,
  },
  {
    name: 'askers of reserved keys',
    up: `ALTER TABLE reserved_key ADD COLUMN asker TEXT NOT NULL DEFAULT ''`,
  },
  {
    name: 'pruned events',
    up: `
      CREATE TABLE event_prune (id INTEGER PRIMARY KEY CHECK (id = 1), prunedTo INTEGER NOT NULL) STRICT;
      INSERT INTO event_prune (id, prunedTo) VALUES (1, 0);
      -- The oldest events are those with the lowest seq: nobody ever looked for them by time.
      DROP INDEX event_by_time;`,
  },
  {
    name: 'the life of blobs',
    up: `
      -- Rows outlive their account, until their bytes are gone; for the states, see blob-row-store.ts.
      CREATE TABLE blob_life (
        did TEXT NOT NULL,
        cid BLOB NOT NULL,
        mimeType TEXT NOT NULL,
        size INTEGER NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('uploaded', 'moving', 'kept', 'lost', 'leaving', 'barred')),
        stage TEXT, -- where the bytes wait until they are in their place
        uploadedMs INTEGER NOT NULL,
        takedownRef TEXT,
        PRIMARY KEY (did, cid)
      ) STRICT, WITHOUT ROWID;
      INSERT INTO blob_life SELECT did, cid, mimeType, size,
        CASE
          WHEN stage IS NOT NULL THEN 'uploaded'
          WHEN EXISTS (SELECT 1 FROM repo JOIN blob_use ON blob_use.tree = repo.tree
            WHERE repo.account = blob.account AND blob_use.cid = blob.cid) THEN 'kept'
          ELSE 'leaving'
        END, stage, uploadedMs, blob.takedownRef FROM blob JOIN account ON account.id = blob.account;
      DROP TABLE blob;
      ALTER TABLE blob_life RENAME TO blob;
      CREATE INDEX blob_uploaded ON blob (did, uploadedMs) WHERE state = 'uploaded';
      CREATE INDEX blob_unsettled ON blob (did, cid) WHERE state IN ('moving', 'leaving');

      -- Whose repository had this tree, where another has taken its place.
      ALTER TABLE tree ADD COLUMN did TEXT;`,
  },
  {
    name: 'takedowns of records',
    up: `
      -- By place, so that a record which is changed, or made again in its place, stays hidden.
      CREATE TABLE record_takedown (
        did TEXT NOT NULL,
        path TEXT NOT NULL,
        ref TEXT NOT NULL,
        PRIMARY KEY (did, path)
      ) STRICT, WITHOUT ROWID;`,
  },
  deviceMigration,
  {
    name: 'quarantine of blobs',
    up: `
      -- Whether the bytes are where only who runs the machine finds them.
      ALTER TABLE blob ADD COLUMN quarantined INTEGER NOT NULL DEFAULT 0;
      CREATE INDEX blob_to_confine ON blob (did, cid)
        WHERE state = 'kept' AND quarantined <> (takedownRef IS NOT NULL);`,
  },
  oauthMigration,
  lexiconMigration,
  factorMigration,
  sessionMigration,
  {
    name: 'handles that are kept back',
    up: 'CREATE TABLE reserved_handle (handle TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;',
  },
  mailNoteMigration,
  recordCidMigration,
  sweepMigration,
  headMigration,
  recordLinkMigration,
  recordRunMigration,
]
