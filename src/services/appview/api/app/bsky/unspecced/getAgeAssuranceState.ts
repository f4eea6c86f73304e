/** How far an account's age is assured, in the older form: never begun. */
import {getAgeAssuranceState} from '#lex/gen/app/bsky/unspecced/getAgeAssuranceState.ts'
import {answer} from '../../../../pages/answer.ts'
import {query} from '../../../../callers.ts'

export const endpoint = () =>
  query(getAgeAssuranceState, {
    auth: 'viewer',
    handle: async () => answer(getAgeAssuranceState, {status: 'unknown'}),
  })
