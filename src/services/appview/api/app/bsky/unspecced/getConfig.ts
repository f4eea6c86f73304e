/** What clients ask at their start: nothing here is switched on. */
import {getConfig} from '#lex/gen/app/bsky/unspecced/getConfig.ts'
import {answer} from '../../../../pages/answer.ts'
import {query} from '../../../../callers.ts'

export const endpoint = () =>
  query(getConfig, {
    auth: 'none',
    handle: async () => answer(getConfig, {}),
  })
