/** What's Hot Classic: posts that twelve people like, newest first. */
import {defineFeed} from '#sdk/feed/feed.ts'

export const hotClassic = defineFeed({
  name: 'hot-classic',
  title: "What's Hot Classic",
  description: "The original What's Hot experience",
  skeleton: request =>
    request.posts.newest({from: 'everybody', likesMin: 12, withoutReplies: true, withoutMarked: true}, request),
})
