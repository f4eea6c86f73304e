/** Which feeds are found, and which answers are kept. */
import {deepEqual, equal, rejects} from 'node:assert/strict'
import {test} from 'node:test'
import type {Did} from '#atp/syntax/did.ts'
import {BadCursor, type Feed, type FeedRequest} from '#sdk/feed/feed.ts'
import {ListedFeeds} from '../feed.ts'
import {Skeletons} from './skeletons.ts'

const [alice, bob, us] = ['alice', 'bob', 'feeds'].map(name => `did:web:${name}.test` as Did)
const post = `at://${alice}/app.bsky.feed.post/3jui7kd54zh2y` as never

function setUp(owner: Did | undefined, feed: Partial<Feed> = {}) {
  const state = {version: 1, nowMs: 0, asked: [] as FeedRequest[], faults: [] as unknown[]}
  const cats: Feed = {
    name: 'cats',
    title: 'Cats',
    skeleton(request) {
      state.asked.push(request)
      return {feed: [{post}]}
    },
    ...feed,
  }
  const set = new ListedFeeds(
    [
      {feed: cats, owner: undefined},
      {feed: {...cats, name: 'dogs'}, owner: alice},
    ],
    () => {},
  )
  const skeletons = new Skeletons({
    sets: [set],
    did: us,
    owner,
    postsFor: () => ({}) as never,
    version: () => state.version,
    now: () => state.nowMs,
    onFault: (key, error) => void state.faults.push([key, (error as Error).message]),
  })
  const ask = (more: Partial<FeedRequest> = {}) =>
    skeletons.page(skeletons.find(us, 'cats')!, {viewer: alice, limit: 5, cursor: undefined, languages: [], ...more})
  return {state, set, cats, skeletons, ask}
}

test('a feed is found by the record of its owner, or of anybody where it has none', () => {
  const finds = ({skeletons}: ReturnType<typeof setUp>) =>
    [alice, bob, us].map(did => ['cats', 'dogs', 'cows'].filter(name => skeletons.find(did, name)).join())
  deepEqual(finds(setUp(undefined)), ['cats,dogs', 'cats', 'cats'])
  deepEqual(finds(setUp(bob)), ['dogs', 'cats', 'cats'])
})

const uri = (did: Did, name: string) => `at://${did}/app.bsky.feed.generator/${name}`

test('feeds are told of by the records of their owners', () => {
  deepEqual(setUp(undefined).skeletons.uris(), [uri(us, 'cats'), uri(alice, 'dogs')])
  deepEqual(setUp(bob).skeletons.uris(), [uri(bob, 'cats'), uri(alice, 'dogs')])
})

test('an answer is kept until something is written, the feed is another, or a second is over', async () => {
  const {state, set, cats, ask} = setUp(undefined)
  const asked = async (more?: Partial<FeedRequest>): Promise<number> => {
    await ask(more)
    return state.asked.length
  }
  deepEqual([await asked(), await asked({viewer: bob}), await asked()], [1, 1, 1])
  equal(state.asked[0].viewer, undefined, 'what is the same for all is told of nobody')
  deepEqual([await asked({limit: 6}), await asked({cursor: 'x'}), await asked({languages: ['pt']})], [2, 3, 4])
  state.version++
  equal(await asked(), 5)
  state.nowMs += 1_000
  equal(await asked(), 6)
  set.replace([{feed: {...cats}, owner: undefined}])
  equal(await asked(), 7)
})

test('a personal feed is asked each time, and told who reads', async () => {
  const {state, ask} = setUp(undefined, {isPersonal: true})
  await ask()
  await ask()
  deepEqual(
    state.asked.map(({viewer}) => viewer),
    [alice, alice],
  )
})

test('a feed gives no more than was asked for, nor what no answer may hold', async () => {
  const many = setUp(undefined, {skeleton: () => ({feed: Array.from({length: 9}, () => ({post})), cursor: 'c'})})
  equal((JSON.parse(await many.ask()) as {feed: object[]}).feed.length, 5)
  const long = setUp(undefined, {skeleton: () => ({feed: [{post, feedContext: 'x'.repeat(2_001)}]})})
  await rejects(long.ask(), /A feedContext of cats has more than 2000 characters/)
})

for (const [what, skeleton, faults] of [
  ['a feed that throws', () => Promise.reject(new Error('broken')), [['cats', 'broken']]],
  ['a cursor of somebody', () => Promise.reject(new BadCursor('bad')), []],
] as const) {
  test(`${what} is told ${faults.length === 0 ? 'to nobody' : 'by its name'}`, async () => {
    const {state, ask} = setUp(undefined, {skeleton})
    await rejects(ask(), Error)
    deepEqual(state.faults, faults)
  })
}
