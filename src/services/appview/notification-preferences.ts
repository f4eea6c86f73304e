/** What people wish to hear of. Only what they have changed is kept; the rest is as below. */
import type {FilterablePreference, Preferences} from '#lex/gen/app/bsky/notification/defs.ts'
import type {Plain} from '#lex/schema/plain.ts'

const everything = {include: 'all', list: true, push: true}
const plain = {list: true, push: true}

const defaults: Plain<Preferences> = {
  chat: {include: 'all', push: true},
  follow: everything,
  like: everything,
  likeViaRepost: everything,
  mention: everything,
  quote: everything,
  reply: everything,
  repost: everything,
  repostViaRepost: everything,
  starterpackJoined: plain,
  subscribedPost: plain,
  unverified: plain,
  verified: plain,
}

const byReason: Readonly<Record<string, Exclude<keyof Preferences, '$type' | 'chat'>>> = {
  follow: 'follow',
  like: 'like',
  'like-via-repost': 'likeViaRepost',
  mention: 'mention',
  quote: 'quote',
  reply: 'reply',
  repost: 'repost',
  'repost-via-repost': 'repostViaRepost',
  'starterpack-joined': 'starterpackJoined',
}

export interface NotificationPreferences {
  readonly all: Plain<Preferences>
  /** Whether of everything that can be narrowed only what comes from accounts that one follows is wished for. */
  readonly isPriority: boolean
  /** Of a reason to be told. */
  of(reason: string): {readonly list: boolean; readonly include?: string}
}

const filterable = (all: Plain<Preferences>): [name: string, wish: FilterablePreference][] =>
  Object.entries(all).flatMap(([name, wish]) =>
    name !== 'chat' && 'include' in (wish as object) ? [[name, wish as FilterablePreference]] : [],
  )

/** `changed` is what was kept, as JSON. */
export function preferencesFrom(changed: string | undefined): NotificationPreferences {
  const all: Plain<Preferences> = changed ? {...defaults, ...(JSON.parse(changed) as object)} : defaults
  const isPriority = filterable(all).every(([, {include}]) => include === 'follows')
  return {all, isPriority, of: reason => all[byReason[reason] ?? 'verified']}
}

/** To hear only of accounts that one follows, or of all again. */
export function withPriority(changed: string | undefined, isPriority: boolean): Partial<Plain<Preferences>> {
  const {all} = preferencesFrom(changed)
  const include = isPriority ? 'follows' : 'all'
  return Object.fromEntries(filterable(all).map(([name, wish]) => [name, {...wish, include}]))
}
