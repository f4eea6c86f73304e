/** Popular With Friends: posts of accounts that you follow which five people like, newest first. */
import {defineFeed} from '#sdk/feed/feed.ts'

export const withFriends = defineFeed({
  name: 'with-friends',
  title: 'Popular With Friends',
  description: 'A mix of popular content from accounts you follow',
  isPersonal: true,
  skeleton: request => request.posts.newest({from: 'follows', likesMin: 5}, request),
})
