// Generated from lexicons/app/bsky/graph/follow.json by the lexicon generator. Do not edit.
import type {Datetime} from '#atp/syntax/datetime.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {Tid} from '#atp/syntax/tid.ts'
import * as lex from '#lex/schema/define.ts'
import * as repoStrongRef from '../../../com/atproto/repo/strongRef.ts'

/**
 * Record declaring a social 'follow' relationship of another account. Duplicate follows will be ignored by the AppView.
 */
export type Follow = {
  $type: 'app.bsky.graph.follow'
  subject: Did
  createdAt: Datetime
  via?: repoStrongRef.StrongRef
}
export const follow: lex.RecordSchema<Follow, Tid> = lex.record('app.bsky.graph.follow', 'tid', lex.object({
  subject: lex.string({format: 'did'}),
  createdAt: lex.string({format: 'datetime'}),
  via: lex.ref(() => repoStrongRef.main),
}, ['subject', 'createdAt']))

export {follow as main}
