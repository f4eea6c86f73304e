/** Likes from people you follow: what they have liked of the last days, the newest posts first. */
import {defineFeed} from '#sdk/feed/feed.ts'

export const friendsLike = defineFeed({
  name: 'friends-like',
  title: 'Liked By Friends',
  description: 'Posts that people you follow have liked',
  isPersonal: true,
  skeleton: request => request.posts.newest({from: 'liked by follows'}, request),
})
