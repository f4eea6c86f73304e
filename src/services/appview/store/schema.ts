/**
 * The tables of an AppView, all in one database, so that records, what is derived from them, the counts and the cursor
 * change in one transaction. Only `index/` writes them, but for the private state at the end.
 *
 * Accounts and records are numbered, and every other table refers to those numbers. A row of `record` is also what a
 * URI is: a record that others point to before it is seen, or after it is gone, has a row without `cid` and `body`.
 * Each table of derived rows has the `record` a row comes from, the `actor` who wrote it, and `sortMs`, the earlier of
 * its claimed time and the time it was indexed.
 */
import type {Migration} from '#engines/sql/sql.ts'

export const appviewMigrations: readonly Migration[] = [
  {
    name: 'records',
    up: `
      CREATE TABLE cursor (service TEXT PRIMARY KEY, seq INTEGER NOT NULL) STRICT, WITHOUT ROWID;

      CREATE TABLE actor (
        id INTEGER PRIMARY KEY,
        did TEXT NOT NULL UNIQUE,
        handle TEXT UNIQUE, -- confirmed both ways, else null
        handleDueMs INTEGER, -- when to look at the handle again; null for who has only been pointed to
        rev TEXT, -- the last commit that was applied
        repoDueMs INTEGER, -- when to fetch the repository, for something was missed; null when nothing was
        repoTries INTEGER NOT NULL DEFAULT 0, -- to fetch it, since it fell due
        status TEXT, -- of the account, as its host says; null for active
        takedownRef TEXT,
        indexedMs INTEGER NOT NULL
      ) STRICT;
      CREATE INDEX actor_by_handle_due ON actor (handleDueMs) WHERE handleDueMs IS NOT NULL;
      CREATE INDEX actor_by_repo_due ON actor (repoDueMs) WHERE repoDueMs IS NOT NULL;

      -- How far the list of a service's repositories has been gone through; null once it has been to the end.
      CREATE TABLE listing (service TEXT PRIMARY KEY, cursor TEXT) STRICT, WITHOUT ROWID;
      -- The records of repositories that are being fetched. A row with \`rev\` is of a commit that came meanwhile, and one
      -- without \`cid\` says that it deleted the record.
      CREATE TABLE staged (
        actor INTEGER NOT NULL, collection INTEGER NOT NULL, rkey TEXT NOT NULL, rev TEXT NOT NULL DEFAULT '',
        cid BLOB, body BLOB,
        PRIMARY KEY (actor, collection, rkey, rev)
      ) STRICT;

      CREATE TABLE collection (id INTEGER PRIMARY KEY, nsid TEXT NOT NULL UNIQUE) STRICT;
      CREATE TABLE record (
        id INTEGER PRIMARY KEY,
        actor INTEGER NOT NULL,
        collection INTEGER NOT NULL,
        rkey TEXT NOT NULL,
        cid BLOB,
        body BLOB, -- DAG-CBOR, as it was signed
        indexedMs INTEGER,
        takedownRef TEXT,
        UNIQUE (actor, collection, rkey)
      ) STRICT;

      -- Records whose place another record of the same account has: (a, b) is what both say.
      CREATE TABLE duplicate (
        record INTEGER PRIMARY KEY,
        collection INTEGER NOT NULL,
        a INTEGER NOT NULL,
        b INTEGER NOT NULL
      ) STRICT;
      CREATE INDEX duplicate_by_place ON duplicate (collection, a, b);`,
  },
  {
    name: 'actors and graph',
    up: `
      CREATE TABLE profile (
        record INTEGER PRIMARY KEY, actor INTEGER NOT NULL UNIQUE, sortMs INTEGER NOT NULL,
        displayName TEXT, description TEXT, joinedVia INTEGER
      ) STRICT;
      CREATE TABLE follow (
        record INTEGER PRIMARY KEY, actor INTEGER NOT NULL, sortMs INTEGER NOT NULL,
        subject INTEGER NOT NULL,
        UNIQUE (actor, subject)
      ) STRICT;
      CREATE INDEX follow_by_actor ON follow (actor, sortMs);
      CREATE INDEX follow_by_subject ON follow (subject, sortMs);
      CREATE TABLE block (
        record INTEGER PRIMARY KEY, actor INTEGER NOT NULL, sortMs INTEGER NOT NULL,
        subject INTEGER NOT NULL,
        UNIQUE (actor, subject)
      ) STRICT;
      CREATE INDEX block_by_subject ON block (subject);

      CREATE TABLE list (
        record INTEGER PRIMARY KEY, actor INTEGER NOT NULL, sortMs INTEGER NOT NULL,
        purpose TEXT NOT NULL, name TEXT NOT NULL
      ) STRICT;
      CREATE INDEX list_by_actor ON list (actor, sortMs);
      CREATE TABLE list_item (
        record INTEGER PRIMARY KEY, actor INTEGER NOT NULL, sortMs INTEGER NOT NULL,
        list INTEGER NOT NULL, subject INTEGER NOT NULL,
        UNIQUE (list, subject)
      ) STRICT;
      CREATE INDEX list_item_by_list ON list_item (list, sortMs);
      CREATE INDEX list_item_by_subject ON list_item (subject);
      CREATE TABLE list_block (
        record INTEGER PRIMARY KEY, actor INTEGER NOT NULL, sortMs INTEGER NOT NULL,
        list INTEGER NOT NULL,
        UNIQUE (actor, list)
      ) STRICT;
      CREATE INDEX list_block_by_list ON list_block (list);
      CREATE TABLE starter_pack (
        record INTEGER PRIMARY KEY, actor INTEGER NOT NULL, sortMs INTEGER NOT NULL,
        list INTEGER, name TEXT NOT NULL
      ) STRICT;
      CREATE INDEX starter_pack_by_actor ON starter_pack (actor, sortMs);
      CREATE TABLE verification (
        record INTEGER PRIMARY KEY, actor INTEGER NOT NULL, sortMs INTEGER NOT NULL,
        subject INTEGER NOT NULL, handle TEXT NOT NULL, displayName TEXT NOT NULL,
        UNIQUE (actor, subject)
      ) STRICT;
      CREATE INDEX verification_by_subject ON verification (subject, sortMs);
      CREATE TABLE labeler (record INTEGER PRIMARY KEY, actor INTEGER NOT NULL UNIQUE, sortMs INTEGER NOT NULL) STRICT;

      CREATE TABLE profile_agg (
        actor INTEGER PRIMARY KEY,
        followers INTEGER NOT NULL DEFAULT 0, follows INTEGER NOT NULL DEFAULT 0, posts INTEGER NOT NULL DEFAULT 0,
        lists INTEGER NOT NULL DEFAULT 0, generators INTEGER NOT NULL DEFAULT 0,
        starterPacks INTEGER NOT NULL DEFAULT 0
      ) STRICT;`,
  },
  {
    name: 'posts and feeds',
    up: `
      CREATE TABLE post (
        record INTEGER PRIMARY KEY, actor INTEGER NOT NULL, sortMs INTEGER NOT NULL,
        root INTEGER, parent INTEGER, -- both null unless it is a reply
        quoted INTEGER,
        media INTEGER NOT NULL, -- 1 images, 2 video, 4 link card
        violatesGate INTEGER NOT NULL DEFAULT 0
      ) STRICT;
      CREATE INDEX post_by_root ON post (root) WHERE root IS NOT NULL;
      CREATE INDEX post_by_parent ON post (parent, sortMs) WHERE parent IS NOT NULL;
      CREATE INDEX post_by_quoted ON post (quoted, sortMs) WHERE quoted IS NOT NULL;

      -- Posts and reposts: what stands in an author's feed. Of a post, post = record.
      CREATE TABLE feed_item (
        record INTEGER PRIMARY KEY, actor INTEGER NOT NULL, sortMs INTEGER NOT NULL,
        post INTEGER NOT NULL
      ) STRICT;
      CREATE INDEX feed_item_by_actor ON feed_item (actor, sortMs);

      CREATE TABLE like (
        record INTEGER PRIMARY KEY, actor INTEGER NOT NULL, sortMs INTEGER NOT NULL,
        subject INTEGER NOT NULL,
        UNIQUE (actor, subject)
      ) STRICT;
      CREATE INDEX like_by_actor ON like (actor, sortMs);
      CREATE INDEX like_by_subject ON like (subject, sortMs);
      CREATE TABLE repost (
        record INTEGER PRIMARY KEY, actor INTEGER NOT NULL, sortMs INTEGER NOT NULL,
        subject INTEGER NOT NULL,
        UNIQUE (actor, subject)
      ) STRICT;
      CREATE INDEX repost_by_subject ON repost (subject, sortMs);

      CREATE TABLE threadgate (
        record INTEGER PRIMARY KEY, actor INTEGER NOT NULL, sortMs INTEGER NOT NULL,
        post INTEGER NOT NULL UNIQUE
      ) STRICT;
      CREATE TABLE hidden_reply (
        record INTEGER NOT NULL, actor INTEGER NOT NULL, sortMs INTEGER NOT NULL,
        reply INTEGER NOT NULL,
        PRIMARY KEY (record, reply)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX hidden_reply_by_reply ON hidden_reply (reply);
      CREATE TABLE postgate (
        record INTEGER PRIMARY KEY, actor INTEGER NOT NULL, sortMs INTEGER NOT NULL,
        post INTEGER NOT NULL UNIQUE,
        quotesDisabled INTEGER NOT NULL
      ) STRICT;

      CREATE TABLE generator (
        record INTEGER PRIMARY KEY, actor INTEGER NOT NULL, sortMs INTEGER NOT NULL,
        service INTEGER NOT NULL, displayName TEXT NOT NULL
      ) STRICT;
      CREATE INDEX generator_by_actor ON generator (actor, sortMs);

      -- Of any record that is liked, reposted, answered, quoted or joined through.
      CREATE TABLE post_agg (
        record INTEGER PRIMARY KEY,
        likes INTEGER NOT NULL DEFAULT 0, reposts INTEGER NOT NULL DEFAULT 0, replies INTEGER NOT NULL DEFAULT 0,
        quotes INTEGER NOT NULL DEFAULT 0, joined INTEGER NOT NULL DEFAULT 0
      ) STRICT;`,
  },
  {
    name: 'notifications',
    up: `
      -- One for a record and a recipient, whatever the record is to them; subject is what it is about, if a record.
      CREATE TABLE notification (
        record INTEGER NOT NULL,
        recipient INTEGER NOT NULL,
        actor INTEGER NOT NULL,
        reason TEXT NOT NULL,
        subject INTEGER,
        sortMs INTEGER NOT NULL,
        PRIMARY KEY (record, recipient)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX notification_by_recipient ON notification (recipient, sortMs);`,
  },
  {
    name: 'reads',
    up: `
      -- Everything a page of a feed is made of, so that it is read from the index alone.
      DROP INDEX feed_item_by_actor;
      CREATE INDEX feed_item_by_actor ON feed_item (actor, sortMs, record, post);
      DROP INDEX like_by_subject;
      CREATE INDEX like_by_subject ON like (subject, sortMs, record, actor);
      DROP INDEX repost_by_subject;
      CREATE INDEX repost_by_subject ON repost (subject, sortMs, record, actor);
      DROP INDEX follow_by_actor;
      CREATE INDEX follow_by_actor ON follow (actor, sortMs, record, subject);
      DROP INDEX follow_by_subject;
      CREATE INDEX follow_by_subject ON follow (subject, sortMs, record, actor);
      DROP INDEX post_by_parent;
      CREATE INDEX post_by_parent ON post (parent, sortMs, record, actor) WHERE parent IS NOT NULL;`,
  },
  {
    // What people tell this AppView and nobody else. It is in no repository, so it is not made again from one: keep it.
    // In all of them `actor` is who has told it.
    name: 'private state',
    up: `
      CREATE TABLE mute (
        actor INTEGER NOT NULL, subject INTEGER NOT NULL, createdMs INTEGER NOT NULL,
        onlyReposts INTEGER NOT NULL DEFAULT 0, onlyQuoteposts INTEGER NOT NULL DEFAULT 0, -- both 0: all of them
        PRIMARY KEY (actor, subject)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX mute_by_time ON mute (actor, createdMs);
      CREATE TABLE list_mute (
        actor INTEGER NOT NULL, list INTEGER NOT NULL, createdMs INTEGER NOT NULL,
        PRIMARY KEY (actor, list)
      ) STRICT, WITHOUT ROWID;
      -- root is the record of the thread's first post
      CREATE TABLE thread_mute (
        actor INTEGER NOT NULL, root INTEGER NOT NULL, createdMs INTEGER NOT NULL,
        PRIMARY KEY (actor, root)
      ) STRICT, WITHOUT ROWID;
      -- subject is the record of a post
      CREATE TABLE bookmark (
        actor INTEGER NOT NULL, subject INTEGER NOT NULL, createdMs INTEGER NOT NULL,
        PRIMARY KEY (actor, subject)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX bookmark_by_time ON bookmark (actor, createdMs);
      ALTER TABLE post_agg ADD COLUMN bookmarks INTEGER NOT NULL DEFAULT 0; -- kept by who writes bookmark
      CREATE TABLE notification_seen (
        actor INTEGER PRIMARY KEY, seenMs INTEGER NOT NULL, prioritySeenMs INTEGER
      ) STRICT;
      CREATE TABLE activity_subscription (
        actor INTEGER NOT NULL, subject INTEGER NOT NULL, createdMs INTEGER NOT NULL,
        posts INTEGER NOT NULL, replies INTEGER NOT NULL,
        PRIMARY KEY (actor, subject)
      ) STRICT, WITHOUT ROWID;`,
  },
  {
    name: 'search',
    up: `
      -- Words as \`search/words.ts\` makes them: already folded, parted by spaces. \`facts\` are words that begin with a
      -- sign, such as #tag. The text itself is not kept. A post's rowid is its second and the last 22 bits of its
      -- number, so that the newest comes first without sorting; an actor's is its number.
      CREATE VIRTUAL TABLE post_search USING fts5 (
        record UNINDEXED, text, facts, content='', contentless_unindexed=1, contentless_delete=1,
        tokenize="unicode61 remove_diacritics 0 categories 'L* M* N* S* Co' tokenchars '#@:./_-%'"
      );
      CREATE VIRTUAL TABLE actor_search USING fts5 (
        handle, name, about, content='', contentless_delete=1, prefix='1 2 3',
        tokenize="unicode61 remove_diacritics 0 categories 'L* M* N* S* Co'"
      );`,
  },
  {
    name: 'notification preferences',
    up: `
      -- Of the accounts that have changed any: those that they have changed, as JSON. Private state, too.
      CREATE TABLE notification_preferences (actor INTEGER PRIMARY KEY, preferences TEXT NOT NULL) STRICT;`,
  },
  {
    name: 'bookmarked versions',
    up: `ALTER TABLE bookmark ADD COLUMN cid TEXT NOT NULL DEFAULT '';`,
  },
  {
    name: 'rings of replies',
    up: `
      -- Replies that answer themselves, by way of each other or at once: what they say that they answer. While they
      -- stand here, root and parent of their rows in post are null.
      CREATE TABLE reply_ring (
        record INTEGER PRIMARY KEY, root INTEGER NOT NULL, parent INTEGER NOT NULL
      ) STRICT;
      -- So that replies that say another root cost nothing, and the author's own are found among any number of others.
      DROP INDEX post_by_parent;
      CREATE INDEX post_by_parent ON post (parent, root, sortMs, record, actor) WHERE parent IS NOT NULL;
      DROP INDEX post_by_root;
      CREATE INDEX post_by_root ON post (root, actor, parent, sortMs, record) WHERE root IS NOT NULL;`,
  },
  {
    name: 'unread indexes',
    up: `
      -- Blocks and hidden replies are looked up by whose they are together with what they are about, never the other
      -- way round.
      DROP INDEX block_by_subject;
      DROP INDEX list_block_by_list;
      DROP INDEX hidden_reply_by_reply;`,
  },
  {
    name: 'who joined lately',
    up: 'CREATE INDEX profile_by_joined ON profile (joinedVia, sortMs) WHERE joinedVia IS NOT NULL;',
  },
  {
    name: 'drafts',
    up: `
      -- What people have begun to write, as JSON: private state, too.
      CREATE TABLE draft (
        id INTEGER PRIMARY KEY, actor INTEGER NOT NULL, tid TEXT NOT NULL,
        createdMs INTEGER NOT NULL, updatedMs INTEGER NOT NULL, body TEXT NOT NULL,
        UNIQUE (actor, tid)
      ) STRICT;
      CREATE INDEX draft_by_time ON draft (actor, updatedMs);`,
  },
  {
    name: 'pictures',
    up: `
      -- The blobs that records name, and by which they may be shown.
      CREATE TABLE picture (
        actor INTEGER NOT NULL, cid BLOB NOT NULL, record INTEGER NOT NULL,
        PRIMARY KEY (actor, cid, record)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX picture_by_record ON picture (record);
      -- Records up to this one are still to be looked at: those from before the table.
      CREATE TABLE picture_filling (next INTEGER NOT NULL) STRICT;
      INSERT INTO picture_filling SELECT coalesce(max(id), 0) FROM record;`,
  },
]
