/**
 * The records of a crowd. What one says follows from its account, its number there and its version, so that a million of
 * them need not be kept to be known: a record is some bytes in the book of its account (`book.ts`).
 */
import type {Nsid} from '#atp/syntax/nsid.ts'
import type {RecordKey} from '#atp/syntax/record-key.ts'
import {tidMicros, tidOf, type Tid} from '#atp/syntax/tid.ts'
import {cidOf, codecs} from '#atp/data/cid.ts'
import {toUtf8} from '#std/text.ts'

export const kinds = {profile: 0, post: 1, reply: 2, like: 3, repost: 4, follow: 5, note: 6} as const
export type Kind = (typeof kinds)[keyof typeof kinds]

/** By kind. The last is of a lexicon that no server here knows. */
export const collections = [
  'app.bsky.actor.profile',
  'app.bsky.feed.post',
  'app.bsky.feed.post',
  'app.bsky.feed.like',
  'app.bsky.feed.repost',
  'app.bsky.graph.follow',
  'org.example.note',
] as unknown as readonly Nsid[]

/** One record of an account, as what it says follows from. */
export interface Sketch {
  readonly kind: Kind
  /** The account that says it, and what number it is there; 0 is the profile. */
  readonly account: number
  readonly number: number
  /** From 1 on; each edit is the next. */
  readonly version: number
  /** Whom it is about, where it is about somebody; `subjectNumber` is the post. */
  readonly subjectDid: string
  readonly subject: number
  readonly subjectNumber: number
}

const firstMs = Date.UTC(2026, 0, 1)

/** The key of an account's record by its number, and back. */
export const keyOf = (account: number, number: number): RecordKey =>
  number === 0 ? ('self' as RecordKey) : tidOf((firstMs + number * 1_000) * 1_000, account % 1_024)
export const numberOf = (rkey: string): number =>
  rkey === 'self' ? 0 : Math.round(tidMicros(rkey as Tid) / 1_000 - firstMs) / 1_000

export const pathOf = (account: number, number: number, kind: Kind): string =>
  `${collections[kind]}/${keyOf(account, number)}`

/** `at://…` of a post. */
export const postUri = (did: string, account: number, number: number): string =>
  `at://${did}/${pathOf(account, number, kinds.post)}`

/** A reference to a post. Its CID stands for that of the post's first version, which nobody looks up. */
function reference(did: string, account: number, number: number): {uri: string; cid: string} {
  const uri = postUri(did, account, number)
  return {uri, cid: cidOf(codecs.cbor, toUtf8(uri)).toString()}
}

export type CrowdRecord = Readonly<Record<string, string | object>>

export function recordOf(sketch: Sketch): CrowdRecord {
  const {kind, account, number, version, subjectDid, subject, subjectNumber} = sketch
  const createdAt = new Date(firstMs + number * 1_000).toISOString()
  const $type = collections[kind]
  switch (kind) {
    case kinds.profile:
      return {$type, displayName: `Person ${account} (${version})`, createdAt}
    case kinds.reply: {
      const parent = reference(subjectDid, subject, subjectNumber)
      return {$type, text: textOf(account, number, version), reply: {root: parent, parent}, createdAt}
    }
    case kinds.like:
    case kinds.repost:
      return {$type, subject: reference(subjectDid, subject, subjectNumber), createdAt}
    case kinds.follow:
      return {$type, subject: subjectDid, createdAt}
    default:
      return {$type, text: textOf(account, number, version), createdAt}
  }
}

const words = 'the sea was calm and we walked along a quiet shore until evening came with rain over every hill'.split(
  ' ',
)

function textOf(account: number, number: number, version: number): string {
  let state = (Math.imul(account + 1, 0x9e3779b1) ^ Math.imul(number + 1, 0x85ebca6b) ^ version) >>> 0
  const said = [`${account}.${number}.${version}`]
  for (let left = 3 + (state % 17); left > 0; left--) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    said.push(words[(state >>> 8) % words.length])
  }
  return said.join(' ')
}
