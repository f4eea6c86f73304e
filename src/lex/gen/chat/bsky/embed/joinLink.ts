// Generated from lexicons/chat/bsky/embed/joinLink.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'
import * as groupDefs from '../group/defs.ts'

export type JoinLink = {
  $type?: 'chat.bsky.embed.joinLink'
  /** The join link code. */
  code: string
}
export const joinLink: lex.ObjectSchema<JoinLink> = lex.typed('chat.bsky.embed.joinLink', {
  code: lex.string(),
}, ['code'])

export type View = {
  $type?: 'chat.bsky.embed.joinLink#view'
  joinLinkPreview:
    | lex.Typed<groupDefs.JoinLinkPreviewView>
    | lex.Typed<groupDefs.DisabledJoinLinkPreviewView>
    | lex.Typed<groupDefs.InvalidJoinLinkPreviewView>
    | lex.Other
}
export const view: lex.ObjectSchema<View> = lex.typed('chat.bsky.embed.joinLink#view', {
  joinLinkPreview: lex.union(() => [
    groupDefs.joinLinkPreviewView,
    groupDefs.disabledJoinLinkPreviewView,
    groupDefs.invalidJoinLinkPreviewView,
  ]),
}, ['joinLinkPreview'])

export {joinLink as main}
