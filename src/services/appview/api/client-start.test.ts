/** What the official web client asks before and beside the app's own methods: logged out, on explore, with drafts. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import type {Value} from '#atp/data/value.ts'
import type {Draft} from '#lex/gen/app/bsky/draft/defs.ts'
import {createDraft} from '#lex/gen/app/bsky/draft/createDraft.ts'
import {deleteDraft} from '#lex/gen/app/bsky/draft/deleteDraft.ts'
import {getDrafts} from '#lex/gen/app/bsky/draft/getDrafts.ts'
import {updateDraft} from '#lex/gen/app/bsky/draft/updateDraft.ts'
import {getConfig} from '#lex/gen/app/bsky/ageassurance/getConfig.ts'
import {getState} from '#lex/gen/app/bsky/ageassurance/getState.ts'
import {searchPostsV2} from '#lex/gen/app/bsky/feed/searchPostsV2.ts'
import {searchStarterPacks} from '#lex/gen/app/bsky/graph/searchStarterPacks.ts'
import {searchStarterPacksV2} from '#lex/gen/app/bsky/graph/searchStarterPacksV2.ts'
import {getAgeAssuranceState} from '#lex/gen/app/bsky/unspecced/getAgeAssuranceState.ts'
import {getOnboardingSuggestedStarterPacks} from '#lex/gen/app/bsky/unspecced/getOnboardingSuggestedStarterPacks.ts'
import {getSuggestedOnboardingUsers} from '#lex/gen/app/bsky/unspecced/getSuggestedOnboardingUsers.ts'
import {getSuggestedUsersForDiscover} from '#lex/gen/app/bsky/unspecced/getSuggestedUsersForDiscover.ts'
import {getSuggestedUsersForExplore} from '#lex/gen/app/bsky/unspecced/getSuggestedUsersForExplore.ts'
import {getSuggestedUsersForSeeMore} from '#lex/gen/app/bsky/unspecced/getSuggestedUsersForSeeMore.ts'
import {resolveHandle} from '#lex/gen/com/atproto/identity/resolveHandle.ts'
import {queryLabels} from '#lex/gen/com/atproto/label/queryLabels.ts'
import {getRecord} from '#lex/gen/com/atproto/repo/getRecord.ts'
import {openIndex} from '../../../../test/appview-index.ts'
import type {UpstreamError} from '#xrpc/errors.ts'

const cid = 'bafyreie5737gdxlw5i64vzichcalba3z2v5n6icifvx5xytvske7mr3hpm'
const ref = (uri: string) => ({uri, cid})
type Index = Awaited<ReturnType<typeof openIndex>>
const apiTest = (name: string, run: (index: Index) => Promise<void>) =>
  test(name, async () => {
    await using index = await openIndex()
    await run(index)
  })
const errorOf = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'none',
    (error: UpstreamError) => error.error,
  )

const draft = (text: string): Draft => ({posts: [{text}], langs: ['en' as never]})

apiTest('a handle leads to its account, by the index or by its own domain', async ({people: [alice], as, apply}) => {
  assert.equal((await as().query(resolveHandle, {handle: 'alice.example.com'})).did, alice.did)
  assert.equal((await as().query(resolveHandle, {handle: 'dave.example.com'})).did, 'did:web:dave.test')
  assert.equal(await errorOf(as().query(resolveHandle, {handle: 'nobody.example.com'})), 'HandleNotFound')
  const time = '2026-06-01T00:00:00.000Z' as never
  await apply({t: '#account', seq: 1, did: alice.did, time, active: false, status: 'deactivated'})
  assert.equal(await errorOf(as().query(resolveHandle, {handle: 'alice.example.com'})), 'HandleNotFound')
})

apiTest('a record is had by its author’s DID or handle, as long as it is there', async index => {
  const {
    people: [alice],
    put,
    remove,
    as,
  } = index
  const uri = await put(alice, 'feed.generator', {did: 'did:web:feeds.test', displayName: 'feed'}, 'feed')
  const place = {collection: 'app.bsky.feed.generator', rkey: 'feed'}
  for (const repo of [alice.did, 'alice.example.com']) {
    const found = await as().query(getRecord, {...place, repo})
    assert.equal(found.uri, uri)
    assert.equal(found.value.did, 'did:web:feeds.test')
    assert.equal((await as().query(getRecord, {...place, repo, cid: found.cid})).uri, uri)
    assert.equal(await errorOf(as().query(getRecord, {...place, repo, cid})), 'RecordNotFound')
  }
  await remove(alice, uri)
  assert.equal(await errorOf(as().query(getRecord, {...place, repo: alice.did})), 'RecordNotFound')
})

apiTest('labels are those that authors give themselves', async ({people: [alice, bob], put, as}) => {
  const labels = {$type: 'com.atproto.label.defs#selfLabels', values: [{val: 'porn'}]}
  const post = await put(alice, 'feed.post', {text: 'x', labels})
  await put(bob, 'actor.profile', {displayName: 'BOB', labels}, 'self')
  const found = await as().query(queryLabels, {uriPatterns: [post, bob.did, 'nonsense']})
  assert.deepEqual(
    found.labels.map(({src, val}) => [src, val]),
    [
      [alice.did, 'porn'],
      [bob.did, 'porn'],
    ],
  )
  const first = await as().query(queryLabels, {uriPatterns: [post, bob.did], limit: 1})
  const second = await as().query(queryLabels, {uriPatterns: [post, bob.did], limit: 1, cursor: first.cursor})
  assert.deepEqual(
    [first, second].map(page => page.labels[0].src),
    [alice.did, bob.did],
  )
  assert.equal(second.cursor, undefined)
  assert.deepEqual((await as().query(queryLabels, {uriPatterns: [post], sources: [bob.did]})).labels, [])
  assert.equal(await errorOf(as().query(queryLabels, {uriPatterns: [`at://${alice.did}/*`]})), 'InvalidRequest')
})

apiTest('age is nowhere to be assured', async ({people: [alice], as}) => {
  assert.deepEqual((await as().query(getConfig)).regions, [])
  const {state} = await as(alice).query(getState, {countryCode: 'GB'})
  assert.deepEqual({...state}, {status: 'unknown', access: 'full'})
  assert.equal((await as(alice).query(getAgeAssuranceState)).status, 'unknown')
})

apiTest('posts are found by each filter and not by its opposite', async index => {
  const {
    people: [alice, bob, carol],
    put,
    as,
  } = index
  const texts = new Map<string, string>()
  const write = async (name: string, author: typeof alice, record: Record<string, Value>) => {
    const uri = await put(author, 'feed.post', {text: `common ${name}`, ...record})
    texts.set(uri, name)
    return uri
  }
  const root = await write('plain', alice, {langs: ['de']})
  await write('reply', bob, {reply: {root: ref(root), parent: ref(root)}})
  await write('tagged', bob, {tags: ['News'], langs: ['en']})
  const link = {external: {uri: 'https://www.example.com/page', title: '', description: ''}}
  await write('link', alice, {embed: {$type: 'app.bsky.embed.external', ...link}})
  const features = [{$type: 'app.bsky.richtext.facet#mention', did: carol.did}]
  await write('mention', alice, {facets: [{index: {byteStart: 0, byteEnd: 3}, features}]})
  await write('quote', bob, {embed: {$type: 'app.bsky.embed.record', record: ref(root)}})
  await put(carol, 'graph.follow', {subject: bob.did})
  const all = ['link', 'mention', 'plain', 'quote', 'reply', 'tagged']
  const find = async (params: object, viewer = carol) =>
    (await as(viewer).query(searchPostsV2, params)).posts.map(({uri}) => texts.get(uri) ?? '').toSorted()
  const rows: [params: object, found: string[]][] = [
    [{query: 'common'}, all],
    [{query: 'common', sort: 'top'}, all],
    [{authors: ['alice.example.com', bob.did]}, all],
    [{authors: [bob.did], query: 'tagged'}, ['tagged']],
    [{authors: ['nobody.example.com']}, []],
    [{query: 'common', excludeAuthors: [bob.did]}, ['link', 'mention', 'plain']],
    [{hashtags: ['news', 'other']}, ['tagged']],
    [{query: 'common', excludeHashtags: ['news']}, all.filter(name => name !== 'tagged')],
    [{domains: ['example.com']}, ['link']],
    [{urls: ['https://example.com/page']}, ['link']],
    [{mentions: ['carol.example.com']}, ['mention']],
    [{query: 'common', excludeMentions: [carol.did]}, all.filter(name => name !== 'mention')],
    [{languages: ['de', 'en']}, ['plain', 'tagged']],
    [{query: 'common', excludeLanguages: ['de']}, all.filter(name => name !== 'plain')],
    [{embeddedAtUris: [root]}, ['quote']],
    [{query: 'common', excludeEmbeddedAtUris: [root]}, all.filter(name => name !== 'quote')],
    [{repliesOnly: true}, ['reply']],
    [{query: 'common', excludeReplies: true}, all.filter(name => name !== 'reply')],
    [{replyParentUri: root}, ['reply']],
    [{threadRootUri: root}, ['plain', 'reply']],
    [{following: true}, ['quote', 'reply', 'tagged']],
    [{hasMedia: true}, []],
    [{query: 'common', until: '2024-12-31'}, []],
    [{query: 'common', since: '2024-12-31', allTime: true}, all],
  ]
  for (const [params, found] of rows) assert.deepEqual(await find(params), found, JSON.stringify(params))
  assert.equal(await errorOf(find({})), 'BadQueryString')
  assert.equal(await errorOf(find({repliesOnly: true, excludeReplies: true})), 'BadQueryString')
})

apiTest('starter packs and people are suggested and found, without those that are followed or blocked', async index => {
  const {
    people: [alice, bob, carol],
    put,
    as,
  } = index
  const list = await put(alice, 'graph.list', {purpose: 'app.bsky.graph.defs#referencelist', name: 'list'})
  const pack = await put(alice, 'graph.starterpack', {name: 'Gardening for all', list})
  await put(alice, 'graph.starterpack', {name: 'Chess', list})
  for (const method of [searchStarterPacks, searchStarterPacksV2]) {
    const found = (await as(bob).query(method, {q: 'garden'})).starterPacks
    assert.deepEqual(
      found.map(({uri}) => uri),
      [pack],
    )
  }
  const page = await as().query(searchStarterPacks, {q: 'e', limit: 1})
  assert.equal((await as().query(searchStarterPacks, {q: 'e', limit: 1, cursor: page.cursor})).starterPacks.length, 1)
  assert.equal((await as().query(getOnboardingSuggestedStarterPacks)).starterPacks.length, 2)
  await put(bob, 'graph.follow', {subject: carol.did})
  const methods = [
    getSuggestedUsersForDiscover,
    getSuggestedUsersForExplore,
    getSuggestedUsersForSeeMore,
    getSuggestedOnboardingUsers,
  ]
  for (const method of methods) {
    assert.deepEqual(
      (await as(bob).query(method)).actors.map(({did}) => did),
      [alice.did],
    )
    assert.equal((await as().query(method)).actors.length, 3)
  }
  await put(alice, 'graph.block', {subject: bob.did})
  for (const method of [searchStarterPacks, searchStarterPacksV2]) {
    assert.deepEqual((await as(bob).query(method, {q: 'garden'})).starterPacks, [])
  }
})

apiTest(
  'drafts are kept, changed, listed and thrown away, by their owner alone',
  async ({people: [alice, bob], as}) => {
    const first = await as(alice).procedure(createDraft, {draft: draft('first')})
    const second = await as(alice).procedure(createDraft, {draft: draft('second')})
    await as(alice).procedure(updateDraft, {draft: {id: first.id, draft: draft('first, changed')}})
    await as(bob).procedure(updateDraft, {draft: {id: first.id, draft: draft('not mine')}})
    await as(bob).procedure(deleteDraft, {id: second.id})
    const shown = async () =>
      (await as(alice).query(getDrafts)).drafts.map(({id, draft: {posts}}) => [id, posts[0].text])
    assert.deepEqual(await shown(), [
      [first.id, 'first, changed'],
      [second.id, 'second'],
    ])
    const [changed] = (await as(alice).query(getDrafts)).drafts
    assert.ok(changed.updatedAt > changed.createdAt)
    assert.deepEqual((await as(bob).query(getDrafts)).drafts, [])
    const page = await as(alice).query(getDrafts, {limit: 1})
    const rest = await as(alice).query(getDrafts, {limit: 1, cursor: page.cursor})
    assert.deepEqual(
      [...page.drafts, ...rest.drafts].map(({id}) => id),
      [first.id, second.id],
    )
    await as(alice).procedure(deleteDraft, {id: first.id})
    assert.deepEqual(await shown(), [[second.id, 'second']])
  },
)

apiTest('an account keeps five hundred drafts, and a page of big ones is short', async ({people: [alice], as}) => {
  const big = 'x'.repeat(9_000)
  const long: Draft = {posts: Array.from({length: 10}, () => ({text: big.slice(0, 1_000), more: big}))}
  for (let n = 0; n < 500; n++) await as(alice).procedure(createDraft, {draft: n < 100 ? long : {posts: [{text: 'x'}]}})
  assert.equal(await errorOf(as(alice).procedure(createDraft, {draft: long})), 'DraftLimitReached')
  const sizes: number[] = []
  let cursor: string | undefined
  let count = 0
  do {
    const page = await as(alice).query(getDrafts, {limit: 100, cursor})
    sizes.push(JSON.stringify(page).length)
    count += page.drafts.length
    ;({cursor} = page)
  } while (cursor)
  assert.equal(count, 500)
  assert.ok(Math.max(...sizes) < 5_000_000, String(sizes))
})
