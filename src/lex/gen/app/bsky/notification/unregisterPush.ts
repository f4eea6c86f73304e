// Generated from lexicons/app/bsky/notification/unregisterPush.json by the lexicon generator. Do not edit.
import type {Did} from '#atp/syntax/did.ts'
import * as lex from '#lex/schema/define.ts'

export type Params = {}
export type Input = {
  serviceDid: Did
  token: string
  platform: 'ios' | 'android' | 'web' | (string & {})
  appId: string
}
export type Output = undefined
export type ErrorName = never
/**
 * The inverse of registerPush - inform a specified service that push notifications should no longer be sent to the
 * given token for the requesting account. Requires auth.
 */
export const unregisterPush: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'app.bsky.notification.unregisterPush',
  {
    input: lex.body('application/json', lex.object({
      serviceDid: lex.string({format: 'did'}),
      token: lex.string(),
      platform: lex.string({knownValues: ['ios', 'android', 'web']}),
      appId: lex.string(),
    }, ['serviceDid', 'token', 'platform', 'appId'])),
  },
)

export {unregisterPush as main}
