/** A thread as a tree and as a list: which replies stand where, and what stands in the place of what is not shown. */
import {deepEqual, equal} from 'node:assert/strict'
import {suite, test} from 'node:test'
import {actor, type Contents, hydrationOf, post, record} from '../../../../test/appview-endpoints.ts'
import type {RecordCore} from '../hydration/record-core.ts'
import type {Thread} from '../pages/thread-page.ts'
import {type Item, type Layout, otherReplies, threadItems} from './thread-items.ts'
import {threadView} from './thread.ts'

const root = post(10, 2, {sortMs: 0, replies: 3})
const reply = (id: number, by: number, more: Partial<RecordCore> = {}, of: RecordCore = root): RecordCore =>
  post(id, by, {sortMs: id, ...more}, of)

/** The thread of `root` as it is read for Alice, from the post `at` on. */
function threadOf(
  records: readonly RecordCore[],
  more: Contents & Partial<Thread> & {viewer?: number; at?: RecordCore} = {},
): Thread {
  const {at = root, viewer = 1, above = [], depth = 6, likedByAuthor = new Map(), chain = [], ...contents} = more
  const replies = new Map<number, number[]>()
  for (const {id, parent} of records) if (parent !== null) replies.set(parent, [...(replies.get(parent) ?? []), id])
  const read = hydrationOf({records: [root, ...records], ...contents}, viewer === 0 ? undefined : viewer)
  return {read, anchor: read.records.get(at.id) ?? at, root: root.id, above, depth, replies, likedByAuthor, chain}
}

const plain: Layout = {above: true, below: 6, branchingFactor: 10, sort: 'oldest'}
const numberOf = (uri: string, records: readonly RecordCore[]) => [root, ...records].find(core => core.uri === uri)?.id
const list = (
  records: readonly RecordCore[],
  more: Parameters<typeof threadOf>[1] = {},
  layout: Partial<Layout> = {},
) => threadItems(threadOf(records, more), {...plain, ...layout}).map(({uri, depth}) => [numberOf(uri, records), depth])
const valueOf = (items: readonly Item[], at: number) => items[at].value as {$type: string; [name: string]: unknown}
const kindOf = (items: readonly Item[], at: number) => valueOf(items, at).$type.split('#')[1]

suite('a thread as a list', () => {
  const [one, two, three] = [reply(11, 3), reply(12, 1), reply(13, 2)]
  const below = reply(14, 3, {}, one)

  test('each reply is followed by those below it', () => {
    deepEqual(list([one, three, below], {viewer: 0}), [
      [10, 0],
      [13, 1],
      [11, 1],
      [14, 2],
    ])
  })

  test('where its author goes on comes first, then the author, the viewer, whom they follow, the others', () => {
    const [other, followed, chained] = [reply(15, 4), reply(16, 3), reply(17, 2)]
    const follows = {3: {following: 'at://did:web:alice.test/app.bsky.graph.follow/a'}}
    const actors = [actor(4)]
    deepEqual(
      list([other, followed, two, three, chained], {relations: follows, actors, chain: [10, 17]}).map(([id]) => id),
      [10, 17, 13, 12, 16, 15],
    )
  })

  test('those of one rank come newest, oldest or most liked first', () => {
    const [a, b, c] = [reply(11, 3, {likes: 1}), reply(12, 3, {likes: 9}), reply(13, 3, {likes: 1})]
    const order = (sort: string, more: Parameters<typeof threadOf>[1] = {}) =>
      list([b, a, c], more, {sort})
        .slice(1)
        .map(([id]) => id)
    deepEqual(
      [order('newest'), order('oldest'), order('top')],
      [
        [13, 12, 11],
        [11, 12, 13],
        [12, 13, 11],
      ],
    )
    deepEqual(order('top', {likedByAuthor: new Map([[11, 'key']])}), [12, 11, 13])
  })

  test('a reply that its thread’s author likes counts for more', () => {
    const [liked, other] = [reply(11, 3, {likes: 3}), reply(12, 3, {likes: 4})]
    const order = (likedByAuthor: ReadonlyMap<number, string>) =>
      list([liked, other], {likedByAuthor}, {sort: 'top'}).map(([id]) => id)
    deepEqual(
      [order(new Map()), order(new Map([[11, 'key']]))],
      [
        [10, 12, 11],
        [10, 11, 12],
      ],
    )
  })

  test('below the first level so many replies are shown of each, and how many more there are', () => {
    const parent = reply(11, 3, {replies: 5})
    const many = [21, 22, 23].map(id => reply(id, 3, {}, parent))
    const items = threadItems(threadOf([parent, ...many]), {...plain, branchingFactor: 2})
    deepEqual(
      items.map(({depth}) => depth),
      [0, 1, 2, 2],
    )
    equal(valueOf(items, 1).moreReplies, 2)
    const counted = threadItems(threadOf([{...parent, replies: 3}, ...many]), {...plain, branchingFactor: 2})
    equal(valueOf(counted, 1).moreReplies, 1)
    const cut = threadItems(threadOf([parent, ...many]), {...plain, below: 1})
    deepEqual([cut.length, valueOf(cut, 1).moreReplies], [2, 5])
  })

  test('no reply is shown that is behind a block, kept out by the gate, or of another thread', () => {
    deepEqual(
      list([one, reply(12, 3, {violatesGate: true}), reply(13, 3, {root: 99})], {}).map(([id]) => id),
      [10, 11],
    )
    deepEqual(list([one], {relations: {3: {blockedBy: true}}}), [[10, 0]])
    deepEqual(list([one], {blocks: [[2, 3]]}), [[10, 0]])
    deepEqual(list([one, below], {actors: [actor(3, {isHidden: true})]}), [[10, 0]])
    const answer = reply(15, 1, {}, below)
    deepEqual(
      list([one, below, answer], {viewer: 0, blocks: [[1, 2]]}).map(([id]) => id),
      [10, 11, 14],
    )
  })

  test('what is hidden by the author, or of a muted account, is set aside', () => {
    const gated = {...root, threadgate: 20}
    const gate = record(20, 2, 'feed.threadgate', {hiddenReplies: [one.uri]})
    const hidden = threadOf([one, two], {records: [gated, one, two, gate]})
    deepEqual([otherReplies(hidden).map(({id}) => id), threadItems(hidden, plain).length], [[11], 2])
    const muted = threadOf([one, two], {relations: {3: {muted: 'all'}}})
    deepEqual(
      otherReplies(muted).map(({id}) => id),
      [11],
    )
  })

  test('what is above goes up to where the thread is broken', () => {
    const at = below
    const above = [11, 10]
    deepEqual(list([one, below], {at, above}), [
      [10, -2],
      [11, -1],
      [14, 0],
    ])
    const gone = threadItems(threadOf([one, below], {at, above, records: [one, below]}), plain)
    deepEqual([gone.map(({depth}) => depth), kindOf(gone, 0)], [[-2, -1, 0], 'threadItemNotFound'])
    const blocked = threadItems(threadOf([one, below], {at, above, relations: {2: {blockedBy: true}}}), plain)
    deepEqual([blocked.map(({depth}) => depth), kindOf(blocked, 0)], [[-2, -1, 0], 'threadItemBlocked'])
    const elsewhere = threadItems(threadOf([{...one, root: 99}, below], {at, above}), plain)
    deepEqual(
      elsewhere.map(({depth}) => depth),
      [0],
    )
  })

  test('where not all above was read, or wished for, it is said that there is more', () => {
    const short = threadItems(threadOf([one, below], {at: below, above: [11]}), plain)
    deepEqual([short.length, valueOf(short, 0).moreParents], [2, true])
    const cut = threadItems(threadOf([one, below], {at: below, above: [11, 10]}), {...plain, above: false})
    deepEqual([cut.length, valueOf(cut, 0).moreParents], [1, true])
    equal(valueOf(threadItems(threadOf([one]), plain), 0).moreParents, false)
  })

  test('the posts in which its author goes on are numbered', () => {
    const next = reply(13, 2)
    const items = threadItems(threadOf([next, one], {chain: [10, 13]}), plain)
    const numbers = items.map((_, at) => [valueOf(items, at).opThreadPostIndex, valueOf(items, at).opThreadPostCount])
    deepEqual(numbers, [
      [1, 2],
      [2, 2],
      [undefined, undefined],
    ])
  })

  test('who asks not to be shown to those who are not signed in is not', () => {
    const label = {src: 'did:web:carol.test', uri: '', val: '!no-unauthenticated', cts: ''}
    const actors = [actor(3, {labels: [label]})]
    equal(kindOf(threadItems(threadOf([one], {actors, viewer: 0}), plain), 1), 'threadItemNoUnauthenticated')
    equal(kindOf(threadItems(threadOf([one], {actors}), plain), 1), 'threadItemPost')
    equal(kindOf(threadItems(threadOf([one], {actors, viewer: 0, at: one}), plain), 0), 'threadItemNoUnauthenticated')
  })

  test('of a post behind a block nothing else is shown', () => {
    const items = threadItems(threadOf([one], {relations: {2: {blockedBy: true}}}), plain)
    deepEqual([items.map(({depth}) => depth), kindOf(items, 0)], [[0], 'threadItemBlocked'])
  })
})

interface Tree {
  $type: string
  post?: {uri: string}
  parent?: Tree
  replies?: Tree[]
}
const treeOf = (records: readonly RecordCore[], more: Parameters<typeof threadOf>[1] = {}) =>
  threadView(threadOf(records, more)) as unknown as Tree
const kind = (tree: Tree | undefined) => tree?.$type.split('#')[1]

suite('a thread as a tree', () => {
  const [one, two] = [reply(11, 3), reply(12, 1)]
  const below = reply(14, 3, {}, one)

  test('the newest reply is first, and each has those below it', () => {
    const {replies} = treeOf([one, two, below])
    deepEqual(
      replies?.map(({post: shown}) => shown?.uri),
      [two.uri, one.uri],
    )
    deepEqual(
      replies?.[1].replies?.map(({post: shown}) => shown?.uri),
      [below.uri],
    )
  })

  test('it ends at the depth that was read, where it is not said that there are none', () => {
    deepEqual(treeOf([one, below], {depth: 1}).replies?.[0].replies, undefined)
    deepEqual(treeOf([one]).replies?.[0].replies, [])
    deepEqual(treeOf([reply(11, 3, {replies: 2})]).replies?.[0].replies, undefined)
  })

  test('a reply behind a block of the viewer says so, and one between others is left out', () => {
    equal(kind(treeOf([one], {relations: {3: {blocking: one.uri}}}).replies?.[0]), 'blockedPost')
    deepEqual(treeOf([one], {blocks: [[3, 2]]}).replies, [])
  })

  test('what is above is within each other, up to where the thread is broken', () => {
    const at = below
    const above = [11, 10]
    const whole = treeOf([one, below], {at, above})
    deepEqual([whole.parent?.post?.uri, whole.parent?.parent?.post?.uri], [one.uri, root.uri])
    equal(treeOf([one, below], {at, above: [11]}).parent?.parent, undefined)
    equal(kind(treeOf([one, below], {at, above, relations: {2: {blockedBy: true}}}).parent?.parent), 'blockedPost')
    equal(kind(treeOf([one, below], {at, above, records: [one, below]}).parent?.parent), 'notFoundPost')
    equal(treeOf([{...one, root: 99}, below], {at, above}).parent, undefined)
  })

  test('a post that the gate keeps out stands by itself', () => {
    const {parent, replies} = treeOf([{...one, violatesGate: true}, below], {at: one, above: [10]})
    deepEqual([parent, replies], [undefined, undefined])
  })

  test('a post behind a block, and one that has no room, are not shown', () => {
    equal(kind(treeOf([], {relations: {2: {blockedBy: true}}})), 'blockedPost')
    equal(kind(treeOf([], {records: [{...root, size: 9_000_000}]})), 'notFoundPost')
  })
})
