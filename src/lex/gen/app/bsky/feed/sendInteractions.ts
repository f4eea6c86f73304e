// Generated from lexicons/app/bsky/feed/sendInteractions.json by the lexicon generator. Do not edit.
import type {AtUri} from '#atp/syntax/at-uri.ts'
import * as lex from '#lex/schema/define.ts'
import * as feedDefs from './defs.ts'

export type Params = {}
export type Input = {
  feed?: AtUri
  interactions: feedDefs.Interaction[]
}
export type Output = lex.Unknown
export type ErrorName = never
/** Send information about interactions with feed items back to the feed generator that served them. */
export const sendInteractions: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'app.bsky.feed.sendInteractions',
  {
    input: lex.body('application/json', lex.object({
      feed: lex.string({format: 'at-uri'}),
      interactions: lex.array(lex.ref(() => feedDefs.interaction)),
    }, ['interactions'])),
    output: lex.body('application/json', lex.object({})),
  },
)

export {sendInteractions as main}
