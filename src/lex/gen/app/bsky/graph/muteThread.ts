// Generated from lexicons/app/bsky/graph/muteThread.json by the lexicon generator. Do not edit.
import type {AtUri} from '#atp/syntax/at-uri.ts'
import * as lex from '#lex/schema/define.ts'

export type Params = {}
export type Input = {
  root: AtUri
}
export type Output = undefined
export type ErrorName = never
/**
 * Mutes a thread preventing notifications from the thread and any of its children. Mutes are private in Bluesky.
 * Requires auth.
 */
export const muteThread: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'app.bsky.graph.muteThread',
  {
    input: lex.body('application/json', lex.object({
      root: lex.string({format: 'at-uri'}),
    }, ['root'])),
  },
)

export {muteThread as main}
