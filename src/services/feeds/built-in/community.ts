/** The posts of a community: of accounts that are named one by one, of a list, or of a starter pack. */
import type {AtUri} from '#atp/syntax/at-uri.ts'
import type {Did} from '#atp/syntax/did.ts'
import {defineFeed, type Feed} from '#sdk/feed/feed.ts'

export type CommunityOptions = Pick<Feed, 'name' | 'title' | 'description' | 'avatar'> & {
  /** DIDs; or the URI of a list or a starter pack, whose members are followed as they change. */
  readonly members: readonly Did[] | AtUri
  readonly withReplies?: boolean
}

export const community = ({members, withReplies = false, ...about}: CommunityOptions): Feed =>
  defineFeed({
    ...about,
    skeleton: request => {
      const from = typeof members === 'string' ? {list: members} : members
      return request.posts.newest({from, withoutReplies: !withReplies}, request)
    },
  })
