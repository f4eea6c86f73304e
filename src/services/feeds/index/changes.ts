/**
 * What events mean to feeds: posts, what is done with them, and who follows whom. Read out of the records before anything
 * is written, so that an act of the store is nothing but its rows.
 */
import type {Cid} from '#atp/data/cid.ts'
import {decodeCborLenient} from '#atp/data/cbor-decode.ts'
import {type AtUri, isAtUri, parseAtUri} from '#atp/syntax/at-uri.ts'
import {readDatetimeMs} from '#atp/syntax/datetime.ts'
import type {Did} from '#atp/syntax/did.ts'
import {isDid} from '#atp/syntax/did.ts'
import {like} from '#lex/gen/app/bsky/feed/like.ts'
import {type Post, post} from '#lex/gen/app/bsky/feed/post.ts'
import {repost} from '#lex/gen/app/bsky/feed/repost.ts'
import {follow} from '#lex/gen/app/bsky/graph/follow.ts'
import {listitem} from '#lex/gen/app/bsky/graph/listitem.ts'
import type {RecordSchema} from '#lex/schema/structure.ts'
import type {IncomingPost} from '#sdk/feed/feed.ts'
import {Malformed} from '#std/malformed.ts'
import type {StreamCommit, StreamEvent} from '#stream/verified-events.ts'

/** A post that a record names. */
export interface PostName {
  readonly did: Did
  readonly rkey: string
}

/** A post, and which feeds take it. */
export interface PostChange {
  readonly kind: 'post'
  readonly did: Did
  readonly rkey: string
  readonly cid: Cid
  readonly timeMs: number
  /** What it replies to. */
  readonly parent: PostName | undefined
  /** Whether its author has labelled it as nothing that one promotes. */
  readonly isMarked: boolean
  /** Keys of feeds. */
  readonly takenBy: readonly string[]
}

/** A like or a repost of a post. */
export interface DeedChange {
  readonly kind: 'like' | 'repost'
  readonly did: Did
  readonly rkey: string
  readonly subject: PostName
}

/** Somebody follows somebody. */
export interface FollowChange {
  readonly kind: 'follow'
  readonly did: Did
  readonly rkey: string
  readonly subject: Did
}
/** Somebody is put on a list. */
export interface ListChange {
  readonly kind: 'listed'
  readonly did: Did
  readonly rkey: string
  readonly list: AtUri
  readonly subject: Did
}
export interface GoneChange {
  readonly kind: 'gone'
  readonly what: 'post' | 'like' | 'repost' | 'follow' | 'listed'
  readonly did: Did
  readonly rkey: string
}
export interface AccountChange {
  readonly kind: 'account'
  readonly did: Did
  /** `gone` takes all of it along; what is hidden comes back. */
  readonly state: 'shown' | 'hidden' | 'gone'
}

export type Change = PostChange | DeedChange | FollowChange | ListChange | GoneChange | AccountChange

export type Skipped = 'too-old' | 'invalid' | 'missing-block'

interface Options {
  /** Milliseconds since 1970: posts of before are not kept. */
  readonly sinceMs: number
  readonly nowMs: number
  /** The keys of the feeds that take a post. */
  match(post: IncomingPost): Iterable<string>
  skip(reason: Skipped): void
}

const kinds: Readonly<Record<string, {schema: RecordSchema; what: GoneChange['what']} | undefined>> = {
  [post.nsid]: {schema: post, what: 'post'},
  [like.nsid]: {schema: like, what: 'like'},
  [repost.nsid]: {schema: repost, what: 'repost'},
  [follow.nsid]: {schema: follow, what: 'follow'},
  [listitem.nsid]: {schema: listitem, what: 'listed'},
}

/** The collections that there is anything to read from, for servers that send only what is asked for. */
export const collections: readonly string[] = Object.keys(kinds)

/** What nobody wants to find by accident: labels by which an author says so. */
const marks = new Set(['!no-promote', 'corpse', 'self-harm', 'porn', 'sexual', 'nudity', 'underwear', 'graphic-media'])

/** The changes that events bring, in their order. */
export function changesOf(events: readonly StreamEvent[], options: Options): Change[] {
  const changes: Change[] = []
  for (const event of events) {
    if (event.t === '#commit') readCommit(event, options, changes)
    else if (event.t === '#account') {
      const state = event.active ? 'shown' : event.status === 'deleted' ? 'gone' : 'hidden'
      changes.push({kind: 'account', did: event.did, state})
    }
  }
  return changes
}

function readCommit(commit: StreamCommit, options: Options, changes: Change[]): void {
  const {did, ops, carried} = commit
  for (const {action, path, cid} of ops) {
    const slash = path.indexOf('/')
    const collection = path.slice(0, slash)
    const kind = Object.hasOwn(kinds, collection) ? kinds[collection] : undefined
    if (!kind) continue
    const rkey = path.slice(slash + 1)
    if (action === 'delete' || !cid) {
      changes.push({kind: 'gone', what: kind.what, did, rkey})
      continue
    }
    const bytes = carried.get(cid)
    if (!bytes) {
      options.skip('missing-block')
      continue
    }
    const record = checked(bytes, kind.schema)
    const change = record && changeOf(kind.what, record, {commit, rkey, cid}, options)
    if (change) changes.push(change)
    else if (!record) options.skip('invalid')
  }
}

function checked(bytes: Uint8Array, schema: RecordSchema): object | undefined {
  try {
    const record = decodeCborLenient(bytes)
    return schema.check(record, true) ? undefined : (record as object)
  } catch (error) {
    if (error instanceof Malformed) return undefined
    throw error
  }
}

const postNamed = (uri: string): PostName | undefined => {
  if (!isAtUri(uri)) return undefined
  const {authority, collection, rkey} = parseAtUri(uri)
  return collection === post.nsid && rkey !== undefined && isDid(authority) ? {did: authority, rkey} : undefined
}

interface Where {
  readonly commit: StreamCommit
  readonly rkey: string
  readonly cid: Cid
}

function changeOf(what: GoneChange['what'], record: object, where: Where, options: Options): Change | undefined {
  const {
    commit: {did},
    rkey,
  } = where
  switch (what) {
    case 'post':
      return postChange(record as Post, where, options)
    case 'like':
    case 'repost': {
      const subject = postNamed((record as {subject: {uri: string}}).subject.uri)
      return subject && {kind: what, did, rkey, subject}
    }
    case 'follow':
      return {kind: what, did, rkey, subject: (record as {subject: Did}).subject}
    case 'listed': {
      const {list, subject} = record as {list: AtUri; subject: Did}
      // Nobody puts anybody on the list of somebody else.
      return isAtUri(list) && parseAtUri(list).authority === did ? {kind: what, did, rkey, list, subject} : undefined
    }
  }
}

function postChange(record: Post, {commit, rkey, cid}: Where, options: Options): PostChange | undefined {
  const {did, time} = commit
  const {sinceMs, nowMs, match, skip} = options
  const cameMs = Math.min(Date.parse(time), nowMs)
  const saidMs = readDatetimeMs(record.createdAt) ?? cameMs
  const timeMs = Math.max(0, Math.min(saidMs, cameMs))
  if (timeMs < sinceMs) {
    skip('too-old')
    return undefined
  }
  const uri = `at://${did}/${post.nsid}/${rkey}` as AtUri
  const labels = record.labels as {values?: readonly {val?: unknown}[]} | undefined
  return {
    kind: 'post',
    did,
    rkey,
    cid,
    timeMs,
    parent: record.reply && (postNamed(record.reply.parent.uri) ?? {did, rkey: ''}),
    isMarked: (labels?.values ?? []).some(({val}) => typeof val === 'string' && marks.has(val)),
    takenBy: [...match({uri, cid, author: did, timeMs, record})],
  }
}
