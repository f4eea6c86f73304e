/** The record behind a post, as far as it can be read: views pass on what its author wrote, which may be anything. */
import {post, type Post} from '#lex/gen/app/bsky/feed/post.ts'

export type ReadPost = Pick<Post, 'text' | 'facets' | 'reply' | 'langs'> & {createdAt: string}

export function readPost(record: unknown): ReadPost {
  if (post.check(record, true) === undefined) return record as Post
  const {text, createdAt} = (record ?? {}) as Record<string, unknown>
  return {text: typeof text === 'string' ? text : '', createdAt: typeof createdAt === 'string' ? createdAt : ''}
}
