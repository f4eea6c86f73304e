// Generated from lexicons/app/bsky/unspecced/getTaggedSuggestions.json by the lexicon generator. Do not edit.
import type {Uri} from '#atp/syntax/uri.ts'
import * as lex from '#lex/schema/define.ts'

export type Params = {}
export type Output = {
  suggestions: Suggestion[]
}
export type ErrorName = never
/** Get a list of suggestions (feeds and users) tagged with categories */
export const getTaggedSuggestions: lex.Query<Params, Output, ErrorName, never> = lex.query(
  'app.bsky.unspecced.getTaggedSuggestions',
  {
    output: lex.body('application/json', lex.object({
      suggestions: lex.array(lex.ref(() => suggestion)),
    }, ['suggestions'])),
  },
)

export type Suggestion = {
  $type?: 'app.bsky.unspecced.getTaggedSuggestions#suggestion'
  tag: string
  subjectType: 'actor' | 'feed' | (string & {})
  subject: Uri
}
export const suggestion: lex.ObjectSchema<Suggestion> = lex.typed('app.bsky.unspecced.getTaggedSuggestions#suggestion', {
  tag: lex.string(),
  subjectType: lex.string({knownValues: ['actor', 'feed']}),
  subject: lex.string({format: 'uri'}),
}, ['tag', 'subjectType', 'subject'])

export {getTaggedSuggestions as main}
