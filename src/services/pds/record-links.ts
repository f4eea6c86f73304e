/** What a record points to, as far as its own server must know: its blobs, and the one thing a like or follow is about. */
import type {Cid} from '#atp/data/cid.ts'
import {isBlobRef, isMap, type BlobRef, type Value, type ValueMap} from '#atp/data/value.ts'

/** Every blob reference within a record, however deep. Legacy references are not blobs that this server keeps. */
export function blobRefsOf(record: Value): BlobRef[] {
  const found: BlobRef[] = []
  const waiting: Value[] = [record]
  while (waiting.length > 0) {
    const value = waiting.pop() as Value
    if (isBlobRef(value)) found.push(value)
    else if (Array.isArray(value)) waiting.push(...value)
    else if (isMap(value)) waiting.push(...Object.values(value))
  }
  return found
}

export const blobsOf = (record: ValueMap): Cid[] => blobRefsOf(record).map(blob => blob.ref)

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
