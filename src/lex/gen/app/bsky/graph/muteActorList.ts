// Generated from lexicons/app/bsky/graph/muteActorList.json by the lexicon generator. Do not edit.
import type {AtUri} from '#atp/syntax/at-uri.ts'
import * as lex from '#lex/schema/define.ts'

export type Params = {}
export type Input = {
  list: AtUri
}
export type Output = undefined
export type ErrorName = never
/** Creates a mute relationship for the specified list of accounts. Mutes are private in Bluesky. Requires auth. */
export const muteActorList: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'app.bsky.graph.muteActorList',
  {
    input: lex.body('application/json', lex.object({
      list: lex.string({format: 'at-uri'}),
    }, ['list'])),
  },
)

export {muteActorList as main}
