// Generated from lexicons/app/bsky/notification/defs.json by the lexicon generator. Do not edit.
import type {Did} from '#atp/syntax/did.ts'
import * as lex from '#lex/schema/define.ts'

export type RecordDeleted = {
  $type?: 'app.bsky.notification.defs#recordDeleted'
}
export const recordDeleted: lex.ObjectSchema<RecordDeleted> = lex.typed('app.bsky.notification.defs#recordDeleted', {})

/** Deprecated: use chat.bsky.notification preferences instead. This will only return a default value. */
export type ChatPreference = {
  $type?: 'app.bsky.notification.defs#chatPreference'
  include: 'all' | 'accepted' | (string & {})
  push: boolean
}
export const chatPreference: lex.ObjectSchema<ChatPreference> = lex.typed('app.bsky.notification.defs#chatPreference', {
  include: lex.string({knownValues: ['all', 'accepted']}),
  push: lex.boolean(),
}, ['include', 'push'])

export type FilterablePreference = {
  $type?: 'app.bsky.notification.defs#filterablePreference'
  include: 'all' | 'follows' | (string & {})
  list: boolean
  push: boolean
}
export const filterablePreference: lex.ObjectSchema<FilterablePreference> = lex.typed('app.bsky.notification.defs#filterablePreference', {
  include: lex.string({knownValues: ['all', 'follows']}),
  list: lex.boolean(),
  push: lex.boolean(),
}, ['include', 'list', 'push'])

export type Preference = {
  $type?: 'app.bsky.notification.defs#preference'
  list: boolean
  push: boolean
}
export const preference: lex.ObjectSchema<Preference> = lex.typed('app.bsky.notification.defs#preference', {
  list: lex.boolean(),
  push: lex.boolean(),
}, ['list', 'push'])

export type Preferences = {
  $type?: 'app.bsky.notification.defs#preferences'
  /** Deprecated: use chat.bsky.notification preferences instead. This will only return a default value. */
  chat: ChatPreference
  follow: FilterablePreference
  like: FilterablePreference
  likeViaRepost: FilterablePreference
  mention: FilterablePreference
  quote: FilterablePreference
  reply: FilterablePreference
  repost: FilterablePreference
  repostViaRepost: FilterablePreference
  starterpackJoined: Preference
  subscribedPost: Preference
  unverified: Preference
  verified: Preference
}
export const preferences: lex.ObjectSchema<Preferences> = lex.typed('app.bsky.notification.defs#preferences', {
  chat: lex.ref(() => chatPreference),
  follow: lex.ref(() => filterablePreference),
  like: lex.ref(() => filterablePreference),
  likeViaRepost: lex.ref(() => filterablePreference),
  mention: lex.ref(() => filterablePreference),
  quote: lex.ref(() => filterablePreference),
  reply: lex.ref(() => filterablePreference),
  repost: lex.ref(() => filterablePreference),
  repostViaRepost: lex.ref(() => filterablePreference),
  starterpackJoined: lex.ref(() => preference),
  subscribedPost: lex.ref(() => preference),
  unverified: lex.ref(() => preference),
  verified: lex.ref(() => preference),
}, [
  'chat',
  'follow',
  'like',
  'likeViaRepost',
  'mention',
  'quote',
  'reply',
  'repost',
  'repostViaRepost',
  'starterpackJoined',
  'subscribedPost',
  'unverified',
  'verified',
])

export type ActivitySubscription = {
  $type?: 'app.bsky.notification.defs#activitySubscription'
  post: boolean
  reply: boolean
}
export const activitySubscription: lex.ObjectSchema<ActivitySubscription> = lex.typed('app.bsky.notification.defs#activitySubscription', {
  post: lex.boolean(),
  reply: lex.boolean(),
}, ['post', 'reply'])

/** Object used to store activity subscription data in stash. */
export type SubjectActivitySubscription = {
  $type?: 'app.bsky.notification.defs#subjectActivitySubscription'
  subject: Did
  activitySubscription: ActivitySubscription
}
export const subjectActivitySubscription: lex.ObjectSchema<SubjectActivitySubscription> = lex.typed('app.bsky.notification.defs#subjectActivitySubscription', {
  subject: lex.string({format: 'did'}),
  activitySubscription: lex.ref(() => activitySubscription),
}, ['subject', 'activitySubscription'])
