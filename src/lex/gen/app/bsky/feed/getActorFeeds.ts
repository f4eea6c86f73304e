// Generated from lexicons/app/bsky/feed/getActorFeeds.json by the lexicon generator. Do not edit.
import type {AtIdentifier} from '#atp/syntax/at-identifier.ts'
import * as lex from '#lex/schema/define.ts'
import * as feedDefs from './defs.ts'

export type Params = {
  actor: AtIdentifier
  limit?: number
  cursor?: string
}
export type Output = {
  cursor?: string
  feeds: feedDefs.GeneratorView[]
}
export type ErrorName = never
/** Get a list of feeds (feed generator records) created by the actor (in the actor's repo). */
export const getActorFeeds: lex.Query<Params, Output, ErrorName, 'limit'> = lex.query(
  'app.bsky.feed.getActorFeeds',
  {
    params: lex.params({
      actor: lex.string({format: 'at-identifier'}),
      limit: lex.integer({minimum: 1, maximum: 100, default: 50}),
      cursor: lex.string(),
    }, ['actor']),
    output: lex.body('application/json', lex.object({
      cursor: lex.string(),
      feeds: lex.array(lex.ref(() => feedDefs.generatorView)),
    }, ['feeds'])),
  },
)

export {getActorFeeds as main}
