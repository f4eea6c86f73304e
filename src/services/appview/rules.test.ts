/** Who sees what of whom. */
import {deepEqual, equal} from 'node:assert/strict'
import {test} from 'node:test'
import {actor, bob, carol, type Contents, hydrationOf, post, record, uriOf} from '../../../test/appview-endpoints.ts'
import {
  hasGate,
  isBlocked,
  isDetached,
  isEmbeddingDisabled,
  isHiddenReply,
  isMuted,
  isReplyDisabled,
  isShown,
  shownPost,
} from './rules.ts'

const block = uriOf(9, 1, 'graph.block')

test('a block goes one way or the other, by a record or by a list', () => {
  for (const relation of [{blocking: block}, {blockedBy: true}, {blockingByList: 40}, {blockedByList: true}]) {
    equal(isBlocked(hydrationOf({relations: {2: relation}}, 1), 2), true, JSON.stringify(relation))
  }
  equal(isBlocked(hydrationOf({relations: {2: {blockedBy: false, following: block}}}, 1), 2), false)
  equal(isBlocked(hydrationOf({relations: {2: {blockedBy: true}}}, 1), 3), false)
})

test('an account is muted by itself or by a list, and not where only some of it is', () => {
  equal(isMuted(hydrationOf({relations: {2: {muted: 'all'}}}, 1), 2), true)
  equal(isMuted(hydrationOf({relations: {2: {mutedByList: 40}}}, 1), 2), true)
  for (const muted of ['reposts', 'quoteposts'] as const)
    equal(isMuted(hydrationOf({relations: {2: {muted}}}, 1), 2), false)
})

test('who is hidden, or was not met, is not shown, and no post of theirs', () => {
  const read = hydrationOf({
    actors: [actor(2, {isHidden: true})],
    records: [post(10, 2), post(11, 3), record(12, 3, 'graph.list')],
  })
  deepEqual([isShown(read, 1), isShown(read, 2), isShown(read, 9)], [true, false, false])
  deepEqual(
    [10, 11, 12, 99].map(id => shownPost(read, id)?.id),
    [undefined, 11, undefined, undefined],
  )
})

const root = post(10, 2, {threadgate: 20})
const reply = post(11, 3, {}, root)
const gated = (gate: object, contents: Contents = {}) =>
  hydrationOf({records: [root, reply, record(20, 2, 'feed.threadgate', {post: root.uri, ...gate})], ...contents}, 1)
const rule = (name: string, more: object = {}) => ({$type: `app.bsky.feed.threadgate#${name}`, ...more})

test('a gate hides the replies that it names, in its own thread', () => {
  equal(isHiddenReply(gated({hiddenReplies: [reply.uri]}), reply), true)
  equal(isHiddenReply(gated({hiddenReplies: [root.uri]}), reply), false)
  equal(isHiddenReply(gated({}), reply), false)
  equal(isHiddenReply(gated({hiddenReplies: [root.uri]}), root), false)
})

test('a gate is before every post of its thread', () => {
  deepEqual([hasGate(gated({}), root), hasGate(gated({}), reply)], [true, true])
  equal(hasGate(hydrationOf({records: [post(10, 2)]}, 1), post(10, 2)), false)
})

const isDisabled = (allow: object[] | undefined, contents: Contents = {}) =>
  isReplyDisabled(gated(allow ? {allow} : {}, contents), reply)

test('who may reply is whom a rule of the gate names, and its owner', () => {
  equal(isDisabled(undefined), false)
  equal(isDisabled([]), true)
  equal(isDisabled([rule('followerRule')], {relations: {2: {following: block}}}), false)
  equal(isDisabled([rule('followerRule')], {relations: {2: {followedBy: block}}}), true)
  equal(isDisabled([rule('followingRule')], {relations: {2: {followedBy: block}}}), false)
  equal(isDisabled([rule('followingRule')], {relations: {2: {following: block}}}), true)
  equal(isDisabled([rule('listRule', {list: 'at://a'})], {onLists: ['at://a']}), false)
  equal(isDisabled([rule('listRule', {list: 'at://b'})], {onLists: ['at://a']}), true)
  equal(isDisabled([rule('unheardOf')]), true)
})

test('who is mentioned in the first post may reply, where the gate says so', () => {
  const facets = [{features: [{$type: 'app.bsky.richtext.facet#mention', did: actor(1).did}]}]
  const naming = {...root, record: {...root.record, facets}}
  const gate = record(20, 2, 'feed.threadgate', {post: root.uri, allow: [rule('mentionRule')]})
  equal(isReplyDisabled(hydrationOf({records: [naming, reply, gate]}, 1), reply), false)
  equal(isReplyDisabled(hydrationOf({records: [naming, reply, gate]}, 3), reply), true)
})

test('the owner of a thread always may reply, and nobody is kept from it who does not look', () => {
  const records = [root, reply, record(20, 2, 'feed.threadgate', {post: root.uri, allow: []})]
  equal(isReplyDisabled(hydrationOf({records}, 2), reply), false)
  equal(isReplyDisabled(hydrationOf({records}), reply), false)
})

test('a post that may not be quoted is quoted by its author alone', () => {
  const disabled = record(21, 2, 'feed.postgate', {embeddingRules: [{$type: 'app.bsky.feed.postgate#disableRule'}]})
  const quoted = post(10, 2, {postgate: 21})
  const [own, other] = [post(12, 2), post(13, 3)]
  const read = (viewer: number) => hydrationOf({records: [quoted, own, other, disabled]}, viewer)
  deepEqual([isEmbeddingDisabled(read(1), quoted), isEmbeddingDisabled(read(2), quoted)], [true, false])
  deepEqual([isDetached(read(1), other, quoted), isDetached(read(1), own, quoted)], [true, false])
  equal(isEmbeddingDisabled(read(1), other), false)
})

test('a quote that was taken out stays out, whoever it is of', () => {
  const quoted = post(10, 2, {postgate: 21})
  const [own, other] = [post(12, 2), post(13, 3)]
  const gate = record(21, 2, 'feed.postgate', {detachedEmbeddingUris: [own.uri]})
  const read = hydrationOf({records: [quoted, own, other, gate]}, 1)
  deepEqual([isDetached(read, own, quoted), isDetached(read, other, quoted)], [true, false])
  deepEqual([bob, carol], [own.did, other.did])
})
