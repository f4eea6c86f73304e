// Generated from lexicons/app/bsky/feed/getFeedGenerators.json by the lexicon generator. Do not edit.
import type {AtUri} from '#atp/syntax/at-uri.ts'
import * as lex from '#lex/schema/define.ts'
import * as feedDefs from './defs.ts'

export type Params = {
  feeds: AtUri[]
}
export type Output = {
  feeds: feedDefs.GeneratorView[]
}
export type ErrorName = never
/** Get information about a list of feed generators. */
export const getFeedGenerators: lex.Query<Params, Output, ErrorName, never> = lex.query(
  'app.bsky.feed.getFeedGenerators',
  {
    params: lex.params({
      feeds: lex.array(lex.string({format: 'at-uri'})),
    }, ['feeds']),
    output: lex.body('application/json', lex.object({
      feeds: lex.array(lex.ref(() => feedDefs.generatorView)),
    }, ['feeds'])),
  },
)

export {getFeedGenerators as main}
