// Generated from lexicons/chat/bsky/convo/updateAllRead.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'

export type Params = {}
export type Input = {
  status?: 'request' | 'accepted' | (string & {})
}
export type Output = {
  /** The count of updated convos. */
  updatedCount: number
}
export type ErrorName = never
/** Sets conversations from a user as read to the latest message, with filters. */
export const updateAllRead: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'chat.bsky.convo.updateAllRead',
  {
    input: lex.body('application/json', lex.object({
      status: lex.string({knownValues: ['request', 'accepted']}),
    })),
    output: lex.body('application/json', lex.object({
      updatedCount: lex.integer(),
    }, ['updatedCount'])),
  },
)

export {updateAllRead as main}
