/** The types that generated modules carry. What matters here is that this file compiles, and where it must not. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import type {Did} from '#atp/syntax/did.ts'
import type {Datetime} from '#atp/syntax/datetime.ts'
import {post, type Post} from '#lex/gen/app/bsky/feed/post.ts'
import {getTimeline} from '#lex/gen/app/bsky/feed/getTimeline.ts'
import {createRecord} from '#lex/gen/com/atproto/repo/createRecord.ts'
import type {createInviteCodes} from '#lex/gen/com/atproto/server/createInviteCodes.ts'
import {subscribeRepos} from '#lex/gen/com/atproto/sync/subscribeRepos.ts'
import type {
  ErrorOf,
  InputOf,
  MessageOf,
  Method,
  OutputOf,
  ParamsOf,
  ParsedInputOf,
  ParsedParamsOf,
  Query,
} from './method.ts'
import type {Plain} from './plain.ts'

/** Compiles only when A and B are the same type. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const holds = <_ extends true>(): void => undefined

test('a method carries the types of what goes in and out', () => {
  const methods: readonly Method[] = [getTimeline, createRecord, subscribeRepos]
  assert.deepEqual(
    methods.map(method => method.type),
    ['query', 'procedure', 'subscription'],
  )
  const query: Query = getTimeline
  assert.equal(query.nsid, 'app.bsky.feed.getTimeline')
  holds<Same<ErrorOf<typeof createRecord>, 'InvalidSwap'>>()
  holds<Same<ErrorOf<typeof getTimeline>, never>>()
  holds<Same<OutputOf<typeof createInviteCodes>['codes'][number]['codes'], string[]>>()
  holds<Same<InputOf<typeof createRecord>['validate'], boolean | undefined>>()
  holds<Same<InputOf<typeof getTimeline>, undefined>>()
  holds<Same<ParamsOf<typeof createRecord>, {}>>()
})

test('a member with a default may be left out by the caller and is there for the handler', () => {
  holds<Same<ParamsOf<typeof getTimeline>['limit'], number | undefined>>()
  holds<Same<ParsedParamsOf<typeof getTimeline>['limit'], number>>()
  holds<Same<ParsedParamsOf<typeof getTimeline>['cursor'], string | undefined>>()
  holds<Same<ParsedInputOf<typeof createInviteCodes>['codeCount'], number>>()
})

function widthOf(embed: Post['embed']): number | undefined {
  if (embed?.$type !== 'app.bsky.embed.images') return undefined
  return embed.images[0]?.aspectRatio?.width
}
const opCount = (message: MessageOf<typeof subscribeRepos>): number | undefined =>
  message.$type === 'com.atproto.sync.subscribeRepos#commit' ? message.ops.length : undefined

test('a comparison of $type picks the member of an open union', () => {
  assert.equal(widthOf({$type: 'app.bsky.embed.images', images: []}), undefined)
  assert.equal(opCount({$type: 'com.atproto.sync.subscribeRepos#info', name: 'OutdatedCursor'}), undefined)
})

test('what is about to be checked may be plain strings; what has been checked is branded', () => {
  const plain: Plain<Post> = {$type: 'app.bsky.feed.post', text: 'hello', createdAt: new Date(0).toISOString()}
  // @ts-expect-error: a plain string is no Datetime before the check
  const unchecked: Post = plain
  assert.equal(unchecked, plain)
  assert.ok(post.is(plain))
  const createdAt: Datetime = plain.createdAt
  assert.equal(createdAt, '1970-01-01T00:00:00.000Z')
  // @ts-expect-error: a member that is not known, or is of another type, is still an error
  const wrong: Plain<Post> = {$type: 'app.bsky.feed.post', text: 1, createdAt}
  assert.equal(wrong.text, 1)
  // @ts-expect-error: an embed must be one that the lexicon names
  const embed: Plain<Post['embed']> = {$type: 'app.bsky.embed.images', pictures: []}
  assert.ok(embed)
  holds<Same<Plain<Did>, string>>()
  holds<Same<Plain<{a?: Did[]; b: 'x' | 'y'}>, {a?: readonly string[]; b: 'x' | 'y'}>>()
})
