/**
 * The tables of a feed service. There are many millions of rows, so accounts, posts and feeds are numbers in them, and
 * what can be told by a count is a count. A number is never given twice: what still names a post that is gone names nothing.
 */
import type {Migration} from '#engines/sql/sql.ts'

export const feedsMigrations: readonly Migration[] = [
  {
    name: 'posts, likes, follows and what feeds took',
    // `did` is packed (`packed-did.ts`). `parent` is the post that is replied to, 0 for one that is not kept. `tid` is the
    // end of a record key (`tid-end.ts`), by which the record is found once it is deleted.
    up: `
      CREATE TABLE place (source TEXT PRIMARY KEY, cursor INTEGER NOT NULL) STRICT, WITHOUT ROWID;

      CREATE TABLE account (id INTEGER PRIMARY KEY AUTOINCREMENT, did BLOB NOT NULL UNIQUE) STRICT;
      CREATE TABLE hidden (account INTEGER PRIMARY KEY) STRICT;

      CREATE TABLE post (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        author INTEGER NOT NULL,
        rkey TEXT NOT NULL,
        digest BLOB NOT NULL,
        timeMs INTEGER NOT NULL,
        parent INTEGER,
        isMarked INTEGER NOT NULL,
        likes INTEGER NOT NULL DEFAULT 0,
        reposts INTEGER NOT NULL DEFAULT 0,
        replies INTEGER NOT NULL DEFAULT 0
      ) STRICT;
      CREATE UNIQUE INDEX post_by_key ON post (author, rkey);
      CREATE INDEX post_by_time ON post (timeMs);
      CREATE INDEX post_liked ON post (timeMs) WHERE likes >= 3 AND parent IS NULL AND isMarked = 0;
      CREATE INDEX post_popular ON post (timeMs) WHERE likes >= 12 AND parent IS NULL AND isMarked = 0;

      CREATE TABLE liked (
        account INTEGER NOT NULL,
        post INTEGER NOT NULL,
        tid INTEGER NOT NULL,
        PRIMARY KEY (account, post)
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE reposted (
        account INTEGER NOT NULL,
        post INTEGER NOT NULL,
        tid INTEGER NOT NULL,
        PRIMARY KEY (account, post)
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE feed (id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE) STRICT;
      CREATE TABLE taken (
        feed INTEGER NOT NULL,
        timeMs INTEGER NOT NULL,
        post INTEGER NOT NULL,
        PRIMARY KEY (feed, timeMs, post)
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE viewer (account INTEGER PRIMARY KEY, seenMs INTEGER NOT NULL, knownMs INTEGER) STRICT;
      CREATE INDEX viewer_by_seen ON viewer (seenMs);
      CREATE TABLE follow (
        account INTEGER NOT NULL,
        subject INTEGER NOT NULL,
        tid INTEGER NOT NULL,
        PRIMARY KEY (account, subject)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX follow_by_subject ON follow (subject);
    `,
  },
  {
    name: 'how feeds are read',
    // `reader` is a hash: who reads what is nobody's business, and how many do is.
    up: `
      CREATE TABLE usage (
        day INTEGER NOT NULL,
        feed TEXT NOT NULL,
        what TEXT NOT NULL,
        count INTEGER NOT NULL,
        PRIMARY KEY (feed, day, what)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX usage_by_day ON usage (day);
      CREATE TABLE reader (
        day INTEGER NOT NULL,
        feed TEXT NOT NULL,
        reader INTEGER NOT NULL,
        PRIMARY KEY (feed, day, reader)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX reader_by_day ON reader (day);
    `,
  },
  {
    name: 'a key for each day of readers',
    // Readers of before were hashed without one, and could be found by trying.
    up: `
      CREATE TABLE readerKey (day INTEGER PRIMARY KEY, key BLOB NOT NULL) STRICT;
      DELETE FROM reader;
    `,
  },
  {
    name: 'which feeds took a post',
    // A post that comes again is taken from the feeds that have it, and those are few of all feeds that ever were.
    up: 'CREATE INDEX taken_by_post ON taken (post)',
  },
]
