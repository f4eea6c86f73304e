// Generated from lexicons/app/bsky/graph/listitem.json by the lexicon generator. Do not edit.
import type {AtUri} from '#atp/syntax/at-uri.ts'
import type {Datetime} from '#atp/syntax/datetime.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {Tid} from '#atp/syntax/tid.ts'
import * as lex from '#lex/schema/define.ts'

/**
 * Record representing an account's inclusion on a specific list. The AppView will ignore duplicate listitem records.
 */
export type Listitem = {
  $type: 'app.bsky.graph.listitem'
  /** The account which is included on the list. */
  subject: Did
  /** Reference (AT-URI) to the list record (app.bsky.graph.list). */
  list: AtUri
  createdAt: Datetime
}
export const listitem: lex.RecordSchema<Listitem, Tid> = lex.record('app.bsky.graph.listitem', 'tid', lex.object({
  subject: lex.string({format: 'did'}),
  list: lex.string({format: 'at-uri'}),
  createdAt: lex.string({format: 'datetime'}),
}, ['subject', 'list', 'createdAt']))

export {listitem as main}
