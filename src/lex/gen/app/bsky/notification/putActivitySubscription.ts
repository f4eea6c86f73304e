// Generated from lexicons/app/bsky/notification/putActivitySubscription.json by the lexicon generator. Do not edit.
import type {Did} from '#atp/syntax/did.ts'
import * as lex from '#lex/schema/define.ts'
import * as notificationDefs from './defs.ts'

export type Params = {}
export type Input = {
  subject: Did
  activitySubscription: notificationDefs.ActivitySubscription
}
export type Output = {
  subject: Did
  activitySubscription?: notificationDefs.ActivitySubscription
}
export type ErrorName = never
/**
 * Puts an activity subscription entry. The key should be omitted for creation and provided for updates. Requires auth.
 */
export const putActivitySubscription: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'app.bsky.notification.putActivitySubscription',
  {
    input: lex.body('application/json', lex.object({
      subject: lex.string({format: 'did'}),
      activitySubscription: lex.ref(() => notificationDefs.activitySubscription),
    }, ['subject', 'activitySubscription'])),
    output: lex.body('application/json', lex.object({
      subject: lex.string({format: 'did'}),
      activitySubscription: lex.ref(() => notificationDefs.activitySubscription),
    }, ['subject'])),
  },
)

export {putActivitySubscription as main}
