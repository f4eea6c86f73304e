/** What becomes of writes about subjects that other records of the account are about already. */
import {deepEqual, equal} from 'node:assert/strict'
import {test} from 'node:test'
import {opsMax} from '#atp/sync/event.ts'
import type {RepoWrite} from '#atp/repo/repo.ts'
import type {Nsid} from '#atp/syntax/nsid.ts'
import type {RecordKey} from '#atp/syntax/record-key.ts'
import {onePerSubject} from './one-per-subject.ts'
import {RecentLinks} from './recent-links.ts'
import {linkKey} from './record-links.ts'

const [like, post] = ['app.bsky.feed.like', 'app.bsky.feed.post'] as Nsid[]
const write = (action: 'create' | 'put' | 'update', rkey: string, subject?: string, collection = like): RepoWrite => {
  const record = {$type: collection, ...(subject !== undefined && {subject: {uri: subject}})}
  return {action, collection, rkey: rkey as RecordKey, record}
}
const told = ({action, collection, rkey}: RepoWrite): string => `${action} ${collection.split('.').at(-1)}/${rkey}`

/** `stored` are record keys of the likes that the store shows, by subject. */
function decided(wanted: readonly RepoWrite[], stored: Record<string, string[]> = {}, recent = new RecentLinks()) {
  const about = new Map(
    Object.entries(stored).map(([subject, rkeys]) => [linkKey(like, subject), rkeys.map(rkey => `${like}/${rkey}`)]),
  )
  const {writes, superseded} = onePerSubject(wanted, about, recent)
  return {writes: writes.map(told), superseded: superseded.map(told)}
}

test('a like removes those of the same subject, and itself stays', () => {
  const {writes} = decided(
    [write('create', 'new', 'a'), write('put', 'b', 'b'), write('create', 'p', undefined, post)],
    {
      a: ['old', 'older'],
      b: ['b'],
    },
  )
  deepEqual(writes, ['create like/new', 'put like/b', 'create post/p', 'remove like/old', 'remove like/older'])
})

test('what commits of this moment have made or removed counts before what the store shows', () => {
  const recent = new RecentLinks()
  recent.add([write('create', 'just', 'a'), {action: 'remove', collection: like, rkey: 'gone' as RecordKey}])
  deepEqual(decided([write('create', 'new', 'a')], {a: ['gone', 'old']}, recent).writes, [
    'create like/new',
    'remove like/old',
    'remove like/just',
  ])
})

test('of two writes about one subject the later counts, as if they had come one after the other', () => {
  const both = decided([write('create', '1', 'a'), write('create', '2', 'a')], {a: []})
  deepEqual(both, {writes: ['create like/2'], superseded: ['create like/1']})
  const changed = decided([write('update', '1', 'a'), write('put', '2', 'a'), write('create', '3', 'a')], {
    a: ['1', '2'],
  })
  deepEqual(changed.writes, ['delete like/1', 'remove like/2', 'create like/3'])
})

test('a commit keeps its bound on operations: of what is to be removed the rest stays', () => {
  const many = Array.from({length: opsMax}, (_, i) => `${i}`)
  equal(decided([write('create', 'new', 'a')], {a: many}).writes.length, opsMax)
})
