// Generated from examples/statusphere/lexicons/xyz/statusphere/rating.json by the lexicon generator. Do not edit.
import type {Datetime} from '#atp/syntax/datetime.ts'
import type {Tid} from '#atp/syntax/tid.ts'
import type {Uri} from '#atp/syntax/uri.ts'
import * as lex from '#lex/schema/define.ts'

/** How many stars somebody gives to a page on the web. Of several for one page the newest counts. */
export type Rating = {
  $type: 'xyz.statusphere.rating'
  uri: Uri
  rating: number
  createdAt: Datetime
}
export const rating: lex.RecordSchema<Rating, Tid> = lex.record('xyz.statusphere.rating', 'tid', lex.object({
  uri: lex.string({format: 'uri', maxLength: 2048}),
  rating: lex.integer({minimum: 1, maximum: 4}),
  createdAt: lex.string({format: 'datetime'}),
}, ['uri', 'rating', 'createdAt']))

export {rating as main}
