/** What of a feed is for a viewer who has not chosen its author. */
import {deepEqual, equal} from 'node:assert/strict'
import {test} from 'node:test'
import {type Contents, hydrationOf, post, record} from '../../../../test/appview-endpoints.ts'
import {feedViews, isForTimeline, isWithoutBlock, recordsOf} from './feed-page.ts'

const plain = post(10, 2)
const quoting = post(11, 2, {quoted: 12})
const reply = post(13, 3, {}, plain)
const repost = record(14, 3, 'feed.repost')
const records = [plain, quoting, reply, repost]
const isFor = (item: {post: number; item: number}, contents: Contents) =>
  isForTimeline(hydrationOf({records, ...contents}, 1), item)
const [itself, byRepost, quote, answer] = [
  {post: 10, item: 10},
  {post: 10, item: 14},
  {post: 11, item: 11},
  {post: 13, item: 13},
]

test('an item is made of its post, and of the repost by which it is there', () => {
  deepEqual([...recordsOf([itself, byRepost])], [10, 10, 14])
})

const without = (item: {post: number; item: number}, id: number) =>
  isWithoutBlock(hydrationOf({records, relations: {[id]: {blockedBy: true}}}, 1), item)

test('no block is between the viewer and whoever wrote or reposted it', () => {
  deepEqual(
    [without(itself, 2), without(byRepost, 2), without(byRepost, 3), without(itself, 3)],
    [false, false, false, true],
  )
  equal(isWithoutBlock(hydrationOf({records: [plain]}, 1), byRepost), false)
})

const muted = (what: 'all' | 'reposts' | 'quoteposts', id: number) => ({relations: {[id]: {muted: what}}})

test('a mute is of all, of reposts alone, or of quotes alone', () => {
  deepEqual(
    [itself, quote].map(item => isFor(item, muted('all', 2))),
    [false, false],
  )
  deepEqual(
    [itself, byRepost, answer].map(item => isFor(item, muted('reposts', 3))),
    [true, false, true],
  )
  deepEqual(
    [itself, quote].map(item => isFor(item, muted('quoteposts', 2))),
    [true, false],
  )
  equal(isFor(byRepost, muted('all', 3)), false)
})

test('what answers somebody behind a block is left out, and whom that answers counts too', () => {
  equal(isFor(answer, {}), true)
  equal(isFor(answer, {relations: {2: {blockedBy: true}}}), false)
  const middle = {...reply, answeredDid: plain.did}
  const far = post(15, 1, {}, middle)
  equal(isFor({post: 15, item: 15}, {records: [...records, far], relations: {2: {blockedBy: true}}}), false)
  equal(isFor({post: 15, item: 15}, {records: [...records, far]}), true)
  equal(isFor(answer, {records: [reply]}), true)
})

test('what is not kept, or gone, is not shown', () => {
  const read = hydrationOf({records}, 1)
  const items = [itself, quote, {post: 99, item: 99}]
  deepEqual(
    feedViews(read, items, (_, {post: id}) => id !== 11).map(({post: {uri}}) => uri),
    [plain.uri],
  )
})
