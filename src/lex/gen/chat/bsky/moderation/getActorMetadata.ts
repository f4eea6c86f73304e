// Generated from lexicons/chat/bsky/moderation/getActorMetadata.json by the lexicon generator. Do not edit.
import type {Did} from '#atp/syntax/did.ts'
import * as lex from '#lex/schema/define.ts'

export type Params = {
  actor: Did
}
export type Output = {
  day: Metadata
  month: Metadata
  all: Metadata
}
export type ErrorName = never
export const getActorMetadata: lex.Query<Params, Output, ErrorName, never> = lex.query(
  'chat.bsky.moderation.getActorMetadata',
  {
    params: lex.params({
      actor: lex.string({format: 'did'}),
    }, ['actor']),
    output: lex.body('application/json', lex.object({
      day: lex.ref(() => metadata),
      month: lex.ref(() => metadata),
      all: lex.ref(() => metadata),
    }, ['day', 'month', 'all'])),
  },
)

export type Metadata = {
  $type?: 'chat.bsky.moderation.getActorMetadata#metadata'
  messagesSent: number
  messagesReceived: number
  convos: number
  convosStarted: number
}
export const metadata: lex.ObjectSchema<Metadata> = lex.typed('chat.bsky.moderation.getActorMetadata#metadata', {
  messagesSent: lex.integer(),
  messagesReceived: lex.integer(),
  convos: lex.integer(),
  convosStarted: lex.integer(),
}, ['messagesSent', 'messagesReceived', 'convos', 'convosStarted'])

export {getActorMetadata as main}
