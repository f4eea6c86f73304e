/** What is talked about: nobody counts it here. */
import {getTrends} from '#lex/gen/app/bsky/unspecced/getTrends.ts'
import {answer} from '../../../../pages/answer.ts'
import {query} from '../../../../callers.ts'

export const endpoint = () =>
  query(getTrends, {
    auth: 'none',
    handle: async () => answer(getTrends, {trends: []}),
  })
