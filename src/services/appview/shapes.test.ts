/**
 * Whatever valid record a stranger writes, every view of it is valid by its own lexicon: read by the official client,
 * which checks what it is answered and shows nothing of an answer that is not.
 */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {xrpc} from '@atproto/lex'
import type {Value} from '#atp/data/value.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {Handle} from '#atp/syntax/handle.ts'
import {records} from '#lex/gen/records.ts'
import {Author} from '../../../test/index-events.ts'
import {openIndex} from '../../../test/appview-index.ts'
import {officialMethod} from '../../../test/official-lexicons.ts'
import {formsOf, texts} from '../../../test/record-forms.ts'

type Index = Awaited<ReturnType<typeof openIndex>>
type Params = Record<string, unknown>

const gates = new Set(['app.bsky.feed.threadgate', 'app.bsky.feed.postgate'])
const cid = 'bafyreie5737gdxlw5i64vzichcalba3z2v5n6icifvx5xytvske7mr3hpm'
const ref = (uri: string) => ({uri, cid})

/** Methods whose pages and whose whole answers need no more than a viewer. */
const paged = [
  'actor.getSuggestions',
  'bookmark.getBookmarks',
  'draft.getDrafts',
  'feed.getSuggestedFeeds',
  'feed.getTimeline',
  'graph.getBlocks',
  'graph.getListBlocks',
  'graph.getListMutes',
  'graph.getMutes',
  'notification.listActivitySubscriptions',
  'notification.listNotifications',
  'unspecced.getPopularFeedGenerators',
]
const plain = [
  'ageassurance.getConfig',
  'notification.getPreferences',
  'notification.getUnreadCount',
  'unspecced.getAgeAssuranceState',
  'unspecced.getConfig',
  'unspecced.getOnboardingSuggestedStarterPacks',
  'unspecced.getSuggestedOnboardingUsers',
  'unspecced.getSuggestedUsersForDiscover',
  'unspecced.getSuggestedUsersForExplore',
  'unspecced.getSuggestedUsersForSeeMore',
  'unspecced.getSuggestedFeeds',
  'unspecced.getSuggestedStarterPacks',
  'unspecced.getSuggestedUsers',
  'unspecced.getTaggedSuggestions',
  'unspecced.getTrendingTopics',
  'unspecced.getTrends',
]

/** Asks as the official app would. Throws what it would throw. */
const reader =
  ({router}: Index) =>
  async (nsid: string, params: Params, viewer?: Did): Promise<{cursor?: string}> => {
    const fetchHandler = (path: string, init: RequestInit) => {
      const headers = new Headers(init.headers)
      if (viewer) headers.set('x-viewer', viewer)
      return router.fetch(new Request(`https://appview.test${path}`, {method: init.method, headers}))
    }
    const {body} = await xrpc(fetchHandler as never, officialMethod(nsid) as never, {params} as never)
    return body as unknown as {cursor?: string}
  }

/** Puts every form of every record type in: those that stand under `self` in accounts of their own. */
async function fill(index: Index) {
  const {
    people: [alice, bob, carol],
    put,
    apply,
    store,
  } = index
  const post = await put(bob, 'feed.post', {text: 'hello'})
  const list = await put(bob, 'graph.list', {purpose: 'app.bsky.graph.defs#modlist', name: 'list'})
  const others = [
    await put(bob, 'feed.generator', {did: bob.did, displayName: 'feed'}, 'feed'),
    list,
    await put(bob, 'graph.starterpack', {name: 'pack', list}),
    await put(bob, 'labeler.service', {policies: {labelValues: []}}, 'self'),
    `at://${alice.did}/app.bsky.feed.post/3zzzzzzzzzzzz`,
  ]
  const given = texts(alice.did, 'alice.example.com', [post, ...others])
  const authors: Author[] = [alice, bob]
  const posts: string[] = [post]
  const uris: string[] = []
  let number = 10_000
  for (const schema of records) {
    for (const form of formsOf(schema, given)) {
      number++
      const isSelf = schema.key === 'literal:self'
      const author = isSelf
        ? new Author(`did:web:n${number}.test`)
        : schema.nsid.endsWith('block')
          ? carol
          : number % 2
            ? alice
            : bob
      let rkey = isSelf ? 'self' : schema.key === 'nsid' ? `com.example.n${number}` : author.rkey(number)
      let record = form
      if (gates.has(schema.nsid)) {
        // A gate means something before its author's own post alone.
        const gated = await put(author, 'feed.post', {text: 'gated'})
        rkey = gated.split('/').at(-1) ?? ''
        record = {...(form as Record<string, Value>), post: gated}
        posts.push(gated)
      }
      await apply(author.commit({[`${schema.nsid}/${rkey}`]: record}))
      const uri = `at://${author.did}/${schema.nsid}/${rkey}`
      uris.push(uri)
      if (schema.nsid === 'app.bsky.feed.post') posts.push(uri)
      if (!isSelf) continue
      authors.push(author)
      await store.setHandle(author.did, `n${number}.example.com` as Handle, 0)
      await put(author, 'feed.post', {text: 'mine', embed: {$type: 'app.bsky.embed.record', record: ref(post)}})
    }
  }
  assert.deepEqual(Object.fromEntries(store.skipped), {}, 'every form is indexed')
  const of = (nsid: string): string[] => uris.filter(uri => uri.includes(`/${nsid}/`))
  return {authors, posts, post, list, of}
}

const chunks = <T>(of: readonly T[]): T[][] =>
  Array.from({length: Math.ceil(of.length / 25)}, (_, at) => of.slice(at * 25, at * 25 + 25))

/** Every page of a method, as the official client reads it. */
async function pages(ask: ReturnType<typeof reader>, nsid: string, params: Params, viewer?: Did): Promise<number> {
  let cursor: string | undefined
  let count = 0
  do {
    ;({cursor} = await ask(nsid, {...params, ...(cursor === undefined ? {} : {cursor})}, viewer))
    count++
  } while (cursor !== undefined && count < 100)
  return count
}

test('every view of every form of every record is valid for the official client', {timeout: 60_000}, async () => {
  await using index = await openIndex()
  const ask = reader(index)
  const {authors, posts, post, list, of} = await fill(index)
  const [alice, bob] = authors
  const asked = new Map<string, number>()
  const faults: string[] = []
  const read = async (nsid: string, params: Params): Promise<void> => {
    // By turns where there are many of a kind.
    const both = [undefined, alice.did]
    const times = asked.get(nsid) ?? 0
    asked.set(nsid, times + 1)
    for (const viewer of times < 2 ? both : [both[times % 2]]) {
      const isPaged = 'limit' in params
      try {
        await (isPaged ? pages(ask, nsid, params, viewer) : ask(nsid, params, viewer))
      } catch (error) {
        const {message, cause} = error as Error
        if (/Authentication Required|Profile not found/.test(message)) continue
        faults.push(`${nsid} ${JSON.stringify(params).slice(0, 120)}: ${message} ${String(cause ?? '')}`.slice(0, 400))
      }
    }
  }
  const dids = authors.map(({did}) => did)
  for (const actors of chunks(dids)) {
    await read('app.bsky.actor.getProfiles', {actors})
    await read('app.bsky.labeler.getServices', {dids: actors, detailed: true})
    await read('app.bsky.labeler.getServices', {dids: actors})
    await read('app.bsky.graph.getRelationships', {actor: alice.did, others: actors})
  }
  for (const uris of chunks(posts)) await read('app.bsky.feed.getPosts', {uris})
  for (const uri of posts.filter((_, at) => at % 10 === 0)) {
    await read('app.bsky.feed.getPostThread', {uri})
    await read('app.bsky.unspecced.getPostThreadV2', {anchor: uri})
  }
  const limit = 100
  for (const actor of [alice.did, bob.did]) {
    await read('app.bsky.actor.getProfile', {actor})
    await read('app.bsky.feed.getAuthorFeed', {actor, includePins: true, limit})
    for (const method of ['feed.getActorFeeds', 'feed.getActorLikes']) await read(`app.bsky.${method}`, {actor, limit})
    const listing = ['Followers', 'Follows', 'KnownFollowers', 'Lists', 'ActorStarterPacks', 'ListsWithMembership']
    for (const what of listing) await read(`app.bsky.graph.get${what}`, {actor, limit})
    await read('app.bsky.graph.getSuggestedFollowsByActor', {actor})
  }
  for (const uri of [post, ...posts.slice(-20)]) {
    for (const method of ['getLikes', 'getRepostedBy', 'getQuotes']) await read(`app.bsky.feed.${method}`, {uri, limit})
    await read('app.bsky.unspecced.getPostThreadOtherV2', {anchor: uri})
  }
  for (const uri of of('app.bsky.graph.list')) {
    await read('app.bsky.graph.getList', {list: uri, limit})
    await read('app.bsky.feed.getListFeed', {list: uri, limit})
  }
  await read('app.bsky.feed.getListFeed', {list, limit})
  for (const uris of chunks(of('app.bsky.graph.starterpack'))) await read('app.bsky.graph.getStarterPacks', {uris})
  for (const starterPack of of('app.bsky.graph.starterpack')) await read('app.bsky.graph.getStarterPack', {starterPack})
  for (const feeds of chunks(of('app.bsky.feed.generator'))) await read('app.bsky.feed.getFeedGenerators', {feeds})
  const [feed] = of('app.bsky.feed.generator')
  await read('app.bsky.feed.getFeedGenerator', {feed})
  index.feed.items = posts.slice(0, 100).map(uri => ({post: uri}))
  await read('app.bsky.feed.getFeed', {feed, limit: 100})
  for (const q of ['x', 'plain', 'hello']) {
    for (const sort of ['top', 'latest']) await read('app.bsky.feed.searchPosts', {q, sort, limit})
    await read('app.bsky.feed.searchPostsV2', {query: q, limit})
    await read('app.bsky.graph.searchStarterPacks', {q, limit})
    await read('app.bsky.graph.searchStarterPacksV2', {q, limit})
    await read('app.bsky.actor.searchActors', {q, limit})
    await read('app.bsky.actor.searchActorsTypeahead', {q})
  }
  await read('app.bsky.ageassurance.getState', {countryCode: 'DE'})
  await read('com.atproto.identity.resolveHandle', {handle: 'alice.example.com'})
  for (const uri of posts.slice(-30)) {
    const [repo, collection, rkey] = uri.slice('at://'.length).split('/')
    await read('com.atproto.repo.getRecord', {repo, collection, rkey})
  }
  for (const uriPatterns of chunks([...posts, ...dids, ...of('app.bsky.graph.list')])) {
    await read('com.atproto.label.queryLabels', {uriPatterns})
  }
  for (const method of paged) await read(`app.bsky.${method}`, {limit})
  for (const method of plain) await read(`app.bsky.${method}`, {})
  assert.deepEqual(faults.slice(0, 12), [], `${faults.length} faults`)
  const queries = index.endpoints
    .filter(({lexicon}) => lexicon.type === 'query')
    .map(({lexicon}) => String(lexicon.nsid))
  assert.deepEqual([...asked.keys()].toSorted(), queries.toSorted(), 'every query is read')
})
