// Generated from lexicons/app/bsky/notification/registerPush.json by the lexicon generator. Do not edit.
import type {Did} from '#atp/syntax/did.ts'
import * as lex from '#lex/schema/define.ts'

export type Params = {}
export type Input = {
  serviceDid: Did
  token: string
  platform: 'ios' | 'android' | 'web' | (string & {})
  appId: string
  /** Set to true when the actor is age restricted */
  ageRestricted?: boolean
}
export type Output = undefined
export type ErrorName = never
/** Register to receive push notifications, via a specified service, for the requesting account. Requires auth. */
export const registerPush: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'app.bsky.notification.registerPush',
  {
    input: lex.body('application/json', lex.object({
      serviceDid: lex.string({format: 'did'}),
      token: lex.string(),
      platform: lex.string({knownValues: ['ios', 'android', 'web']}),
      appId: lex.string(),
      ageRestricted: lex.boolean(),
    }, ['serviceDid', 'token', 'platform', 'appId'])),
  },
)

export {registerPush as main}
