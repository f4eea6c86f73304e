// Generated from lexicons/chat/bsky/notification/defs.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'

export type Preferences = {
  $type?: 'chat.bsky.notification.defs#preferences'
  chat: ChatPreference
  chatRequest: ChatPreference
}
export const preferences: lex.ObjectSchema<Preferences> = lex.typed('chat.bsky.notification.defs#preferences', {
  chat: lex.ref(() => chatPreference),
  chatRequest: lex.ref(() => chatPreference),
}, ['chat', 'chatRequest'])

export type ChatPreference = {
  $type?: 'chat.bsky.notification.defs#chatPreference'
  include: 'all' | 'follows' | (string & {})
  push: boolean
}
export const chatPreference: lex.ObjectSchema<ChatPreference> = lex.typed('chat.bsky.notification.defs#chatPreference', {
  include: lex.string({knownValues: ['all', 'follows']}),
  push: lex.boolean(),
}, ['include', 'push'])
