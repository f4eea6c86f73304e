import assert from 'node:assert/strict'
import {suite, test} from 'node:test'
import {alice, bob, post, profile, refuse, WebNetwork, type Answers} from '../../../../test/web-network.ts'

const [first, second, third] = ['3lbcd2345672a', '3lbcd2345672b', '3lbcd2345672c'].map(
  rkey => `at://${bob.did}/app.bsky.feed.post/${rkey}`,
)
const at = (uri: string, text: string, more: object = {}) => post(profile(bob), text, {uri, ...more})

async function open(
  context: Parameters<typeof WebNetwork.open>[0],
  feed: unknown[],
  more: Answers = {},
  cursor?: string,
): Promise<WebNetwork> {
  const network = await WebNetwork.open(context, {'app.bsky.feed.getTimeline': () => ({feed, cursor}), ...more})
  await network.signIn()
  return network
}

const count = (page: string): number => page.match(/<article class="post/g)?.length ?? 0

suite('the timeline', () => {
  test('has a place to write, the posts, and the way to more of them', async context => {
    const network = await open(context, [{post: at(first, 'hello, world')}], {}, 'next&page')
    const page = await network.page('/timeline')
    assert.match(page, /<form class="composer timeline"[\s\S]*?<textarea[^>]*><\/textarea>/)
    assert.match(page, /hello, world/)
    assert.match(page, /href="\/timeline\?cursor=next%26page" data-more>More</)
    assert.ok(page.includes(`data-newest="${first}"`))
  })

  test('further down is the posts alone', async context => {
    const network = await open(context, [{post: at(first, 'older')}])
    const page = await network.page('/timeline?cursor=x')
    assert.equal(network.given('app.bsky.feed.getTimeline')[0].cursor, 'x')
    assert.match(page, /older/)
    assert.doesNotMatch(page, /composer timeline|data-newest|data-more/)
  })

  test('shows no post twice: neither by itself after it stood above a reply, nor above the next reply', async context => {
    const parent = at(first, 'the parent')
    const reply = (uri: string, text: string) => ({
      post: at(uri, text),
      reply: {
        root: {$type: 'app.bsky.feed.defs#postView', ...parent},
        parent: {$type: 'app.bsky.feed.defs#postView', ...parent},
      },
    })
    const page = await (
      await open(context, [reply(second, 'one'), reply(third, 'two'), {post: parent}, {post: at(second, 'one')}])
    ).page('/timeline')
    assert.equal(count(page), 3)
    assert.equal(page.match(/the parent/g)?.length, 1)
    assert.match(page, /Replied to <a href="\/profile\/bob\.test">bob\.test<\/a>/)
  })

  test('says why a post is there', async context => {
    const by = profile(alice, {displayName: 'Alice'})
    const reason = {$type: 'app.bsky.feed.defs#reasonRepost', by, indexedAt: '2026-11-22T11:00:00.000Z'}
    const other = {...reason, by: profile(bob, {displayName: 'Bob <b>'})}
    const gone = {$type: 'app.bsky.feed.defs#notFoundPost', uri: first, notFound: true}
    const blocked = {$type: 'app.bsky.feed.defs#blockedPost', uri: first, blocked: true, author: {did: bob.did}}
    const page = await (
      await open(context, [
        {post: at(first, 'a'), reason},
        {post: at(second, 'b'), reason: other},
        {post: at(third, 'c'), reply: {root: gone, parent: gone}},
        {post: at(`${third}x`, 'd'), reply: {root: blocked, parent: blocked}},
        {post: at(`${third}y`, 'e'), reason: {$type: 'app.bsky.feed.defs#reasonPin'}},
      ])
    ).page('/timeline')
    for (const words of [
      /Reposted by <a [^>]*>you</,
      /Reposted by <a [^>]*>Bob &lt;b&gt;</,
      /Replied to a deleted post/,
      /Replied to a post you cannot see/,
      /Pinned/,
    ]) {
      assert.match(page, words)
    }
  })

  test('without posts names people to follow', async context => {
    const network = await open(context, [], {'app.bsky.actor.getSuggestions': () => ({actors: [profile(bob)]})})
    const page = await network.page('/timeline')
    assert.match(page, /No posts yet[\s\S]*href="\/search">Find people/)
    assert.match(page, /People here[\s\S]*aria-label="Follow @bob\.test"/)
  })

  test('is there when nobody can be suggested', async context => {
    const network = await open(context, [{post: at(first, 'hello')}], {
      'app.bsky.actor.getSuggestions': refuse('UpstreamFailure', 502),
    })
    const response = await network.get('/timeline')
    assert.equal(response.status, 200)
    assert.doesNotMatch(await response.text(), /Who to follow/)
  })

  test('that cannot be had is a page to try again from', async context => {
    const cases: [error: string, status: number, told: number][] = [
      ['UpstreamFailure', 502, 502],
      ['RateLimitExceeded', 429, 429],
      ['MethodNotImplemented', 501, 501],
      ['InternalServerError', 500, 502],
    ]
    for (const [error, status, told] of cases) {
      const network = await open(context, [], {'app.bsky.feed.getTimeline': refuse(error, status)})
      const response = await network.get('/timeline?cursor=x')
      assert.equal(response.status, told, error)
      assert.match(await response.text(), /href="\/timeline\?cursor=x">Try again/)
    }
  })

  test('is for who is signed in, who comes back to it', async context => {
    const network = await WebNetwork.open(context)
    assert.equal(
      (await network.get('/timeline?cursor=x')).headers.get('location'),
      '/sign-in?next=%2Ftimeline%3Fcursor%3Dx',
    )
  })
})

suite('news', () => {
  const feed = [first, second, third].map(uri => ({post: at(uri, 'x')}))
  const newest = async (context: Parameters<typeof WebNetwork.open>[0], since: string) => {
    const response = await (await open(context, feed)).get(`/timeline/newest?since=${encodeURIComponent(since)}`)
    return response.status === 204
      ? 'none'
      : /<a class="news" href="\/timeline">([^<]*)</.exec(await response.text())?.[1]
  }

  test('are the posts above what is shown', async context => {
    assert.equal(await newest(context, first), 'none')
    assert.equal(await newest(context, second), '1 new post')
    assert.equal(await newest(context, third), '2 new posts')
    assert.equal(await newest(context, 'at://none'), 'More than 2 new posts')
  })
})
