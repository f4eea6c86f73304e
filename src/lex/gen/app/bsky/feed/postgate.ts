// Generated from lexicons/app/bsky/feed/postgate.json by the lexicon generator. Do not edit.
import type {AtUri} from '#atp/syntax/at-uri.ts'
import type {Datetime} from '#atp/syntax/datetime.ts'
import type {Tid} from '#atp/syntax/tid.ts'
import * as lex from '#lex/schema/define.ts'

/**
 * Record defining interaction rules for a post. The record key (rkey) of the postgate record must match the record key
 * of the post, and that record must be in the same repository.
 */
export type Postgate = {
  $type: 'app.bsky.feed.postgate'
  createdAt: Datetime
  /** Reference (AT-URI) to the post record. */
  post: AtUri
  /** List of AT-URIs embedding this post that the author has detached from. */
  detachedEmbeddingUris?: AtUri[]
  /**
   * List of rules defining who can embed this post. If value is an empty array or is undefined, no particular rules
   * apply and anyone can embed.
   */
  embeddingRules?: (lex.Typed<DisableRule> | lex.Other)[]
}
export const postgate: lex.RecordSchema<Postgate, Tid> = lex.record('app.bsky.feed.postgate', 'tid', lex.object({
  createdAt: lex.string({format: 'datetime'}),
  post: lex.string({format: 'at-uri'}),
  detachedEmbeddingUris: lex.array(lex.string({format: 'at-uri'}), {maxLength: 50}),
  embeddingRules: lex.array(lex.union(() => [disableRule]), {maxLength: 5}),
}, ['post', 'createdAt']))

/** Disables embedding of this post. */
export type DisableRule = {
  $type?: 'app.bsky.feed.postgate#disableRule'
}
export const disableRule: lex.ObjectSchema<DisableRule> = lex.typed('app.bsky.feed.postgate#disableRule', {})

export {postgate as main}
