/** What people wish to hear of: what they have changed, and the defaults for the rest. */
import {deepEqual, equal} from 'node:assert/strict'
import {test} from 'node:test'
import {preferencesFrom, withPriority} from './notification-preferences.ts'

const follows = {include: 'follows', list: true, push: false}

test('everything is wished for until it is changed', () => {
  const {all, isPriority, of} = preferencesFrom(undefined)
  for (const reason of [
    'like',
    'repost',
    'follow',
    'mention',
    'reply',
    'quote',
    'like-via-repost',
    'starterpack-joined',
  ]) {
    equal(of(reason).list, true, reason)
  }
  deepEqual([all.like.include, isPriority], ['all', false])
})

test('what is changed holds for its own reason alone', () => {
  const {of} = preferencesFrom(
    JSON.stringify({like: {include: 'all', list: false, push: true}, repostViaRepost: follows}),
  )
  deepEqual([of('like').list, of('like-via-repost').list], [false, true])
  deepEqual([of('repost-via-repost').include, of('repost').include], ['follows', 'all'])
})

test('a reason that is not known is as the mildest', () => {
  deepEqual(preferencesFrom(undefined).of('unheard-of'), {list: true, push: true})
})

test('who narrows everything hears of accounts they follow, and of all again', () => {
  const changed = withPriority(JSON.stringify({like: {include: 'all', list: true, push: false}}), true)
  deepEqual(changed.like, follows)
  equal('chat' in changed || 'verified' in changed, false)
  equal(preferencesFrom(JSON.stringify(changed)).isPriority, true)
  const back = withPriority(JSON.stringify(changed), false)
  deepEqual([back.like?.include, preferencesFrom(JSON.stringify(back)).isPriority], ['all', false])
})
