/** The latest from people who follow you back, without their replies. */
import {defineFeed} from '#sdk/feed/feed.ts'

export const mutuals = defineFeed({
  name: 'mutuals',
  title: 'Mutuals',
  description: 'Posts from people who follow you back',
  isPersonal: true,
  skeleton: request => request.posts.newest({from: 'mutuals', withoutReplies: true}, request),
})
