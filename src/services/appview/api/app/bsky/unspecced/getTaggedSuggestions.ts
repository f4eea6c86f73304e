/** Suggestions by topic: none are kept here. */
import {getTaggedSuggestions} from '#lex/gen/app/bsky/unspecced/getTaggedSuggestions.ts'
import {answer} from '../../../../pages/answer.ts'
import {query} from '../../../../callers.ts'

export const endpoint = () =>
  query(getTaggedSuggestions, {
    auth: 'none',
    handle: async () => answer(getTaggedSuggestions, {suggestions: []}),
  })
