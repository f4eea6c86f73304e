// Generated from lexicons/chat/bsky/notification/putPreferences.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'
import * as notificationDefs from './defs.ts'

export type Params = {}
export type Input = {
  chat?: notificationDefs.ChatPreference
  chatRequest?: notificationDefs.ChatPreference
}
export type Output = {
  preferences: notificationDefs.Preferences
}
export type ErrorName = never
/**
 * Set the requesting account's chat notification preferences. Only the provided preferences are updated; omitted
 * preferences are left unchanged.
 */
export const putPreferences: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'chat.bsky.notification.putPreferences',
  {
    input: lex.body('application/json', lex.object({
      chat: lex.ref(() => notificationDefs.chatPreference),
      chatRequest: lex.ref(() => notificationDefs.chatPreference),
    })),
    output: lex.body('application/json', lex.object({
      preferences: lex.ref(() => notificationDefs.preferences),
    }, ['preferences'])),
  },
)

export {putPreferences as main}
