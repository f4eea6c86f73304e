/** The one thing that a like, repost, follow or block is about: an account has one of each for a subject. */
import {isMap, type ValueMap} from '#atp/data/value.ts'

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

/** Tells links apart: by what they are and what they are about. */
export const linkKey = (collection: string, subject: string): string => `${collection} ${subject}`
