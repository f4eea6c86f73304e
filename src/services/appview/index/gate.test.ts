/** Who may reply in a thread, by the gate before it. */
import {deepEqual, equal} from 'node:assert/strict'
import {test} from 'node:test'
import type {Threadgate} from '#lex/gen/app/bsky/feed/threadgate.ts'
import {type GateLookups, refusalOf} from './gate.ts'

const [owner, follower, followed, listed, mentioned, other] = [1, 2, 3, 4, 5, 6]
const everybody = [owner, follower, followed, listed, mentioned, other]
const list = 'at://did:web:alice.test/app.bsky.graph.list/some'
const lookups: GateLookups = {
  isMentioned: account => account === mentioned,
  isFollowing: (account, subject) =>
    (account === follower && subject === owner) || (account === owner && subject === followed),
  isOnList: ({did, rkey}, account) => did === 'did:web:alice.test' && rkey === 'some' && account === listed,
}
type Rules = NonNullable<Threadgate['allow']>
const rule = (name: string, more: object = {}) =>
  ({$type: `app.bsky.feed.threadgate#${name}`, ...more}) as unknown as Rules[number]
const allowed = (...allow: Rules): number[] => {
  const isRefused = refusalOf({allow}, owner, lookups)
  return everybody.filter(account => !isRefused?.(account))
}

test('without a gate, and with one that names no rules, everybody may', () => {
  equal(refusalOf(undefined, owner, lookups), undefined)
  equal(refusalOf({}, owner, lookups), undefined)
})

test('a gate without a rule lets in nobody but the owner', () => {
  deepEqual(allowed(), [owner])
})

test('each rule lets in whom it names', () => {
  deepEqual(allowed(rule('mentionRule')), [owner, mentioned])
  deepEqual(allowed(rule('followerRule')), [owner, follower])
  deepEqual(allowed(rule('followingRule')), [owner, followed])
  deepEqual(allowed(rule('listRule', {list})), [owner, listed])
})

test('of several rules one is enough', () => {
  deepEqual(allowed(rule('mentionRule'), rule('listRule', {list})), [owner, listed, mentioned])
})

test('a rule that is not known, or names no list, lets in nobody', () => {
  deepEqual(allowed(rule('someRule')), [owner])
  deepEqual(allowed(rule('listRule', {list: 'at://alice.test/app.bsky.graph.list/some'})), [owner])
})
