// Generated from lexicons/app/bsky/feed/threadgate.json by the lexicon generator. Do not edit.
import type {AtUri} from '#atp/syntax/at-uri.ts'
import type {Datetime} from '#atp/syntax/datetime.ts'
import type {Tid} from '#atp/syntax/tid.ts'
import * as lex from '#lex/schema/define.ts'

/**
 * Record defining interaction gating rules for a thread (aka, reply controls). The record key (rkey) of the threadgate
 * record must match the record key of the thread's root post, and that record must be in the same repository.
 */
export type Threadgate = {
  $type: 'app.bsky.feed.threadgate'
  /** Reference (AT-URI) to the post record. */
  post: AtUri
  /**
   * List of rules defining who can reply to this post. If value is an empty array, no one can reply. If value is
   * undefined, anyone can reply.
   */
  allow?: (
    | lex.Typed<MentionRule>
    | lex.Typed<FollowerRule>
    | lex.Typed<FollowingRule>
    | lex.Typed<ListRule>
    | lex.Other)[]
  createdAt: Datetime
  /** List of hidden reply URIs. */
  hiddenReplies?: AtUri[]
}
export const threadgate: lex.RecordSchema<Threadgate, Tid> = lex.record('app.bsky.feed.threadgate', 'tid', lex.object({
  post: lex.string({format: 'at-uri'}),
  allow: lex.array(lex.union(() => [mentionRule, followerRule, followingRule, listRule]), {maxLength: 5}),
  createdAt: lex.string({format: 'datetime'}),
  hiddenReplies: lex.array(lex.string({format: 'at-uri'}), {maxLength: 300}),
}, ['post', 'createdAt']))

/** Allow replies from actors mentioned in your post. */
export type MentionRule = {
  $type?: 'app.bsky.feed.threadgate#mentionRule'
}
export const mentionRule: lex.ObjectSchema<MentionRule> = lex.typed('app.bsky.feed.threadgate#mentionRule', {})

/** Allow replies from actors who follow you. */
export type FollowerRule = {
  $type?: 'app.bsky.feed.threadgate#followerRule'
}
export const followerRule: lex.ObjectSchema<FollowerRule> = lex.typed('app.bsky.feed.threadgate#followerRule', {})

/** Allow replies from actors you follow. */
export type FollowingRule = {
  $type?: 'app.bsky.feed.threadgate#followingRule'
}
export const followingRule: lex.ObjectSchema<FollowingRule> = lex.typed('app.bsky.feed.threadgate#followingRule', {})

/** Allow replies from actors on a list. */
export type ListRule = {
  $type?: 'app.bsky.feed.threadgate#listRule'
  list: AtUri
}
export const listRule: lex.ObjectSchema<ListRule> = lex.typed('app.bsky.feed.threadgate#listRule', {
  list: lex.string({format: 'at-uri'}),
}, ['list'])

export {threadgate as main}
