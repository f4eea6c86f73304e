/** What is the same about a record for everyone who looks at it: its JSON, its place in threads, its counts. */
import {claimedMs, shownTime} from '../claimed-time.ts'
import {cidText, recordJson, type RecordJson, textOf} from './record-json.ts'

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

/** As a store reads it. */
export type RecordRow = readonly [
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

/** `undefined` for a row without a body. */
export function recordCoreOf(row: RecordRow): RecordCore | undefined {
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
