// Generated from lexicons/chat/bsky/actor/declaration.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'

/** A declaration of a Bluesky chat account. */
export type Declaration = {
  $type: 'chat.bsky.actor.declaration'
  allowIncoming: 'all' | 'none' | 'following' | (string & {})
  /** Declaration about group chat invitation preferences for the record owner. */
  allowGroupInvites?: 'all' | 'none' | 'following' | (string & {})
}
export const declaration: lex.RecordSchema<Declaration, 'self'> = lex.record('chat.bsky.actor.declaration', 'literal:self', lex.object({
  allowIncoming: lex.string({knownValues: ['all', 'none', 'following']}),
  allowGroupInvites: lex.string({knownValues: ['all', 'none', 'following']}),
}, ['allowIncoming']))

export {declaration as main}
