/** A list of posts that somebody has put together by hand, in their order. */
import type {AtUri} from '#atp/syntax/at-uri.ts'
import {BadCursor, defineFeed, type Feed} from '#sdk/feed/feed.ts'

export type HandMadeOptions = Pick<Feed, 'name' | 'title' | 'description' | 'avatar'> & {
  readonly posts: readonly AtUri[]
}

export const handMade = ({posts, ...about}: HandMadeOptions): Feed =>
  defineFeed({
    ...about,
    skeleton: ({limit, cursor}) => {
      const start = cursor === undefined ? 0 : posts.indexOf(cursor as AtUri) + 1
      if (cursor !== undefined && start === 0) throw new BadCursor('The post after which to go on is not in the list.')
      const page = posts.slice(start, start + limit)
      return {
        feed: page.map(post => ({post})),
        cursor: start + limit < posts.length ? page.at(-1) : undefined,
      }
    },
  })
