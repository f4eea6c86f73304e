/** What is talked about: nobody counts it here. */
import {getTrendingTopics} from '#lex/gen/app/bsky/unspecced/getTrendingTopics.ts'
import {answer} from '../../../../pages/answer.ts'
import {query} from '../../../../callers.ts'

export const endpoint = () =>
  query(getTrendingTopics, {
    auth: 'none',
    handle: async () => answer(getTrendingTopics, {topics: [], suggested: []}),
  })
