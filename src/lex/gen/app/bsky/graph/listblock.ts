// Generated from lexicons/app/bsky/graph/listblock.json by the lexicon generator. Do not edit.
import type {AtUri} from '#atp/syntax/at-uri.ts'
import type {Datetime} from '#atp/syntax/datetime.ts'
import type {Tid} from '#atp/syntax/tid.ts'
import * as lex from '#lex/schema/define.ts'

/** Record representing a block relationship against an entire an entire list of accounts (actors). */
export type Listblock = {
  $type: 'app.bsky.graph.listblock'
  /** Reference (AT-URI) to the mod list record. */
  subject: AtUri
  createdAt: Datetime
}
export const listblock: lex.RecordSchema<Listblock, Tid> = lex.record('app.bsky.graph.listblock', 'tid', lex.object({
  subject: lex.string({format: 'at-uri'}),
  createdAt: lex.string({format: 'datetime'}),
}, ['subject', 'createdAt']))

export {listblock as main}
