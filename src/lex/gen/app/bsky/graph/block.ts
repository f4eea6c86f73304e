// Generated from lexicons/app/bsky/graph/block.json by the lexicon generator. Do not edit.
import type {Datetime} from '#atp/syntax/datetime.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {Tid} from '#atp/syntax/tid.ts'
import * as lex from '#lex/schema/define.ts'

/**
 * Record declaring a 'block' relationship against another account. NOTE: blocks are public in Bluesky; see blog posts
 * for details.
 */
export type Block = {
  $type: 'app.bsky.graph.block'
  /** DID of the account to be blocked. */
  subject: Did
  createdAt: Datetime
}
export const block: lex.RecordSchema<Block, Tid> = lex.record('app.bsky.graph.block', 'tid', lex.object({
  subject: lex.string({format: 'did'}),
  createdAt: lex.string({format: 'datetime'}),
}, ['subject', 'createdAt']))

export {block as main}
