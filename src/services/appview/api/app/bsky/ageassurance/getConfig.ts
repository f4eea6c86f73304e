/** Where age is to be assured, and how: nowhere, for this AppView has no rules of that kind. */
import {getConfig} from '#lex/gen/app/bsky/ageassurance/getConfig.ts'
import {answer} from '../../../../pages/answer.ts'
import {query} from '../../../../callers.ts'

export const endpoint = () =>
  query(getConfig, {
    auth: 'none',
    handle: async () => answer(getConfig, {regions: []}),
  })
