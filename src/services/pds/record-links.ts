/** What a record points to, as far as its own server must know: its blobs, and the one thing a like or follow is about. */
import {cidFromText, type Cid} from '#atp/data/cid.ts'
import {isBlobRef, isMap, type Value, type ValueMap} from '#atp/data/value.ts'
import type {BlobUse} from './blob-row-store.ts'

/** Every blob that a record refers to, however deep, in today's form or in the one before 2023. */
export function blobUsesOf(record: Value): BlobUse[] {
  const found: BlobUse[] = []
  const waiting: Value[] = [record]
  while (waiting.length > 0) {
    const value = waiting.pop() as Value
    if (isBlobRef(value)) found.push({cid: value.ref, mimeType: value.mimeType, size: value.size})
    else if (Array.isArray(value)) waiting.push(...value)
    else if (isMap(value)) {
      const legacy = legacyCidOf(value)
      if (legacy) found.push({cid: legacy, mimeType: value.mimeType as string, size: undefined})
      else waiting.push(...Object.values(value))
    }
  }
  return found
}

/** The CID in a reference of the form before 2023: that and a media type, and nothing else. */
export function legacyCidOf(map: ValueMap): Cid | undefined {
  const {cid, mimeType} = map
  if (typeof cid !== 'string' || typeof mimeType !== 'string' || Object.keys(map).length > 2) return undefined
  return cidFromText(cid)
}

/** Collections in which an account has one record for each subject. */
const bySubject = new Set([
  'app.bsky.feed.like',
  'app.bsky.feed.repost',
  'app.bsky.graph.follow',
  'app.bsky.graph.block',
])

export const isLink = (collection: string): boolean => bySubject.has(collection)

/** The DID or URI that such a record is about. */
export function subjectOf(collection: string, {subject}: ValueMap): string | undefined {
  if (!isLink(collection)) return undefined
  if (typeof subject === 'string') return subject
  return isMap(subject) && typeof subject.uri === 'string' ? subject.uri : undefined
}
