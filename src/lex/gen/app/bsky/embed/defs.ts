// Generated from lexicons/app/bsky/embed/defs.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'

/**
 * width:height represents an aspect ratio. It may be approximate, and may not correspond to absolute dimensions in any
 * given unit.
 */
export type AspectRatio = {
  $type?: 'app.bsky.embed.defs#aspectRatio'
  width: number
  height: number
}
export const aspectRatio: lex.ObjectSchema<AspectRatio> = lex.typed('app.bsky.embed.defs#aspectRatio', {
  width: lex.integer({minimum: 1}),
  height: lex.integer({minimum: 1}),
}, ['width', 'height'])
