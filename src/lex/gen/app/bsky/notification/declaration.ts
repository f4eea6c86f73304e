// Generated from lexicons/app/bsky/notification/declaration.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'

/** A declaration of the user's choices related to notifications that can be produced by them. */
export type Declaration = {
  $type: 'app.bsky.notification.declaration'
  /**
   * A declaration of the user's preference for allowing activity subscriptions from other users. Absence of a record
   * implies 'followers'.
   */
  allowSubscriptions: 'followers' | 'mutuals' | 'none' | (string & {})
}
export const declaration: lex.RecordSchema<Declaration, 'self'> = lex.record('app.bsky.notification.declaration', 'literal:self', lex.object({
  allowSubscriptions: lex.string({knownValues: ['followers', 'mutuals', 'none']}),
}, ['allowSubscriptions']))

export {declaration as main}
