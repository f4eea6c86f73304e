/** What's Hot, by the formula of 2023: posts of one day that somebody likes, the more so the younger they are. */
import {defineFeed} from '#sdk/feed/feed.ts'

const hourMs = 3_600_000

export const whatsHot = defineFeed({
  name: 'whats-hot',
  title: "What's Hot",
  description: 'Top trending content from the whole network',
  skeleton: request =>
    request.posts.best(
      {
        from: 'everybody',
        likesMin: 3,
        withoutReplies: true,
        withoutMarked: true,
        ageMaxMs: 24 * hourMs,
        score: ({likes, timeMs}, nowMs) => likes / ((nowMs - timeMs) / hourMs + 2) ** 1.8,
      },
      request,
    ),
})
