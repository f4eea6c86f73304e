// Generated from lexicons/chat/bsky/moderation/updateActorAccess.json by the lexicon generator. Do not edit.
import type {Did} from '#atp/syntax/did.ts'
import * as lex from '#lex/schema/define.ts'

export type Params = {}
export type Input = {
  actor: Did
  allowAccess: boolean
  ref?: string
}
export type Output = undefined
export type ErrorName = never
export const updateActorAccess: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'chat.bsky.moderation.updateActorAccess',
  {
    input: lex.body('application/json', lex.object({
      actor: lex.string({format: 'did'}),
      allowAccess: lex.boolean(),
      ref: lex.string(),
    }, ['actor', 'allowAccess'])),
  },
)

export {updateActorAccess as main}
