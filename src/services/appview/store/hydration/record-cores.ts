/**
 * What is the same about a record for everyone who looks at it: its JSON, its place in threads, its counts. It is kept
 * in memory until the processor says that something about it has changed, so what many people read is read from the
 * database once. Heavy records are not kept, and read only while there is room for them.
 */
import type {SqlReader} from '#engines/sql/sql.ts'
import {claimedMs, shownTime} from '../../claimed-time.ts'
import {cidText, recordJson, type RecordJson, textOf} from '../../hydration/record-json.ts'
import {Cores} from './cores.ts'
import {lightMax, type Room} from './room.ts'

export interface RecordCore {
  readonly id: number
  /** The number of its author. */
  readonly actor: number
  readonly did: string
  readonly collection: string
  readonly rkey: string
  readonly uri: string
  readonly cid: string
  /** Not to be changed. */
  readonly record: RecordJson
  /** Bytes of it as JSON, or of what was signed, whichever is more. */
  readonly size: number
  readonly indexedMs: number
  /** The earlier of its claimed time and the time it was indexed, which is also what clients are shown. */
  readonly sortMs: number
  readonly indexedAt: string
  /** Of a reply: the numbers of the first post of its thread and of the post it answers; else null. */
  readonly root: number | null
  readonly parent: number | null
  /** Who wrote the post that it answers, as its URI says. */
  readonly answeredDid: string | undefined
  readonly violatesGate: boolean
  /** The number of the post that it quotes. */
  readonly quoted: number | null
  /** The URI of any record that it embeds, a quoted post or another. */
  readonly embedded: string | undefined
  /** The numbers of the gates before it. */
  readonly threadgate: number | null
  readonly postgate: number | null
  readonly likes: number
  readonly reposts: number
  readonly replies: number
  readonly quotes: number
  readonly bookmarks: number
  /** Of a starter pack: accounts that were made through it. */
  readonly joined: number
  /** What its author says it is (spec: label, "self-labels"). */
  readonly labels: readonly LabelJson[]
}

export interface LabelJson {
  src: string
  uri: string
  cid?: string
  val: string
  cts: string
}

type Row = readonly [
  id: number,
  actor: number,
  did: string,
  collection: string,
  rkey: string,
  cid: Uint8Array,
  /** Null of a heavy one, which is read by itself. */
  body: Uint8Array | null,
  size: number,
  indexedMs: number,
  root: number | null,
  parent: number | null,
  violatesGate: number | null,
  quoted: number | null,
  threadgate: number | null,
  postgate: number | null,
  likes: number | null,
  reposts: number | null,
  replies: number | null,
  quotes: number | null,
  joined: number | null,
  bookmarks: number | null,
]

const rowsSql = `
  SELECT r.id, r.actor, a.did, c.nsid, r.rkey, r.cid,
    CASE WHEN length(r.body) <= ${lightMax} THEN r.body END, length(r.body), r.indexedMs, p.root, p.parent, p.violatesGate, p.quoted,
    t.record, q.record, g.likes, g.reposts, g.replies, g.quotes, g.joined, g.bookmarks
  FROM json_each(?) j CROSS JOIN record r ON r.id = j.value JOIN actor a ON a.id = r.actor
  JOIN collection c ON c.id = r.collection LEFT JOIN post p ON p.record = r.id LEFT JOIN post_agg g ON g.record = r.id
  LEFT JOIN threadgate t ON t.post = r.id LEFT JOIN postgate q ON q.post = r.id
  WHERE r.cid IS NOT NULL AND r.takedownRef IS NULL`

export class RecordCores extends Cores<Row, RecordCore> {
  constructor(countMax: number) {
    super(countMax, rowsSql, coreOf)
  }

  /** Adds what these numbers name to `found`, the heavy ones among them as long as they find room. */
  findIn(tx: SqlReader, ids: Iterable<number>, found: Map<number, RecordCore>, room: Room): void {
    for (const row of this.find(tx, ids, found)) {
      const [id, , , , , , , size] = row
      const body = room.take(size) && tx.get<{body: Uint8Array}>('SELECT body FROM record WHERE id = ?', id)?.body
      const core = body && coreOf(row.with(6, body) as unknown as Row)
      if (core) found.set(id, core)
    }
  }
}

function coreOf(row: Row): RecordCore | undefined {
  const [id, actor, did, collection, rkey, cidBytes, body, , indexedMs, root, parent, violatesGate, quoted] = row
  const [threadgate, postgate, likes, reposts, replies, quotes, joined, bookmarks] = row.slice(13) as (number | null)[]
  if (!body) return undefined
  const {record, size} = recordJson(body)
  const uri = textOf('at://', did, '/', collection, '/', rkey)
  const cid = cidText(cidBytes)
  const createdMs = claimedMs(record.createdAt)
  const sortMs = createdMs < indexedMs ? createdMs : indexedMs
  return {
    id,
    actor,
    did,
    collection,
    rkey,
    uri,
    cid,
    record,
    size: Math.max(size, body.length),
    indexedMs,
    sortMs,
    indexedAt: new Date(sortMs).toISOString(),
    root,
    parent,
    answeredDid: parent === null ? undefined : answeredIn(record),
    violatesGate: violatesGate === 1,
    quoted,
    embedded: embeddedIn(record),
    threadgate,
    postgate,
    likes: likes ?? 0,
    reposts: reposts ?? 0,
    replies: replies ?? 0,
    quotes: quotes ?? 0,
    joined: joined ?? 0,
    bookmarks: bookmarks ?? 0,
    labels: selfLabels(record, did, uri, cid),
  }
}

interface Embed {
  $type?: string
  record?: {uri?: string; record?: {uri?: string}}
}

/** Records are checked on the way into the index, but an embed of an unknown type may be anything. */
function embeddedIn({embed}: {readonly embed?: Embed}): string | undefined {
  if (embed?.$type === 'app.bsky.embed.record') return embed.record?.uri
  return embed?.$type === 'app.bsky.embed.recordWithMedia' ? embed.record?.record?.uri : undefined
}

function answeredIn({reply}: {readonly reply?: {readonly parent?: {readonly uri?: string}}}): string | undefined {
  return reply?.parent?.uri?.slice('at://'.length).split('/', 1)[0]
}

/** The labels that a record gives itself. */
function selfLabels(record: RecordJson, src: string, uri: string, cid: string): LabelJson[] {
  const labels = record.labels as {$type?: string; values?: {val: string}[]} | undefined
  if (labels?.$type !== 'com.atproto.label.defs#selfLabels' || !labels.values) return []
  const cts = shownTime(record.createdAt) ?? new Date(0).toISOString()
  return labels.values.map(({val}) => ({src, uri, cid, val, cts}))
}
