// Generated from lexicons/chat/bsky/group/getJoinLinkPreviews.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'
import * as groupDefs from './defs.ts'

export type Params = {
  codes: string[]
}
export type Output = {
  joinLinkPreviews: (
    | lex.Typed<groupDefs.JoinLinkPreviewView>
    | lex.Typed<groupDefs.DisabledJoinLinkPreviewView>
    | lex.Typed<groupDefs.InvalidJoinLinkPreviewView>
    | lex.Other)[]
}
export type ErrorName = never
/**
 * Get public information about groups from join links. The output array matches the input codes one-to-one by position
 * (and each view also carries its 'code'). Disabled codes return a disabledJoinLinkPreviewView, and codes that do not
 * map to a previewable link return an invalidJoinLinkPreviewView.
 */
export const getJoinLinkPreviews: lex.Query<Params, Output, ErrorName, never> = lex.query(
  'chat.bsky.group.getJoinLinkPreviews',
  {
    params: lex.params({
      codes: lex.array(lex.string(), {minLength: 1, maxLength: 50}),
    }, ['codes']),
    output: lex.body('application/json', lex.object({
      joinLinkPreviews: lex.array(lex.union(() => [
        groupDefs.joinLinkPreviewView,
        groupDefs.disabledJoinLinkPreviewView,
        groupDefs.invalidJoinLinkPreviewView,
      ])),
    }, ['joinLinkPreviews'])),
  },
)

export {getJoinLinkPreviews as main}
