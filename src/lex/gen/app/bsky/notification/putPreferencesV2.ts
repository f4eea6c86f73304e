// Generated from lexicons/app/bsky/notification/putPreferencesV2.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'
import * as notificationDefs from './defs.ts'

export type Params = {}
export type Input = {
  /**
   * Deprecated: use chat.bsky.notification preferences instead. Setting this won't stick and the default values will be
   * returned.
   */
  chat?: notificationDefs.ChatPreference
  follow?: notificationDefs.FilterablePreference
  like?: notificationDefs.FilterablePreference
  likeViaRepost?: notificationDefs.FilterablePreference
  mention?: notificationDefs.FilterablePreference
  quote?: notificationDefs.FilterablePreference
  reply?: notificationDefs.FilterablePreference
  repost?: notificationDefs.FilterablePreference
  repostViaRepost?: notificationDefs.FilterablePreference
  starterpackJoined?: notificationDefs.Preference
  subscribedPost?: notificationDefs.Preference
  unverified?: notificationDefs.Preference
  verified?: notificationDefs.Preference
}
export type Output = {
  preferences: notificationDefs.Preferences
}
export type ErrorName = never
/** Set notification-related preferences for an account. Requires auth. */
export const putPreferencesV2: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'app.bsky.notification.putPreferencesV2',
  {
    input: lex.body('application/json', lex.object({
      chat: lex.ref(() => notificationDefs.chatPreference),
      follow: lex.ref(() => notificationDefs.filterablePreference),
      like: lex.ref(() => notificationDefs.filterablePreference),
      likeViaRepost: lex.ref(() => notificationDefs.filterablePreference),
      mention: lex.ref(() => notificationDefs.filterablePreference),
      quote: lex.ref(() => notificationDefs.filterablePreference),
      reply: lex.ref(() => notificationDefs.filterablePreference),
      repost: lex.ref(() => notificationDefs.filterablePreference),
      repostViaRepost: lex.ref(() => notificationDefs.filterablePreference),
      starterpackJoined: lex.ref(() => notificationDefs.preference),
      subscribedPost: lex.ref(() => notificationDefs.preference),
      unverified: lex.ref(() => notificationDefs.preference),
      verified: lex.ref(() => notificationDefs.preference),
    })),
    output: lex.body('application/json', lex.object({
      preferences: lex.ref(() => notificationDefs.preferences),
    }, ['preferences'])),
  },
)

export {putPreferencesV2 as main}
