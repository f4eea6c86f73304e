// Generated from lexicons/chat/bsky/convo/acceptConvo.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'

export type Params = {}
export type Input = {
  convoId: string
}
export type Output = {
  /** Rev when the convo was accepted. If not present, the convo was already accepted. */
  rev?: string
}
export type ErrorName = 'InvalidConvo'
/** Marks a conversation as accepted, so it is shown in the list of accepted convos instead on the request convos. */
export const acceptConvo: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'chat.bsky.convo.acceptConvo',
  {
    input: lex.body('application/json', lex.object({
      convoId: lex.string(),
    }, ['convoId'])),
    output: lex.body('application/json', lex.object({
      rev: lex.string(),
    })),
    errors: ['InvalidConvo'],
  },
)

export {acceptConvo as main}
