/** A thread as it is read: what is above and below the post, what is missing, and who stands behind its counts. */
import assert from 'node:assert/strict'
import {suite, test} from 'node:test'
import {alice, bob, post, profile, refuse, WebNetwork, type Answers} from '../../../../test/web-network.ts'

type Context = Parameters<typeof WebNetwork.open>[0]
const uriOf = (n: number): string => `at://${bob.did}/app.bsky.feed.post/3lbcd234567${n}k`
const path = `/profile/${bob.did}/post/3lbcd2345672k`
const defs = 'app.bsky.unspecced.defs#'
const shownItem = (n: number, depth: number, text: string, more: object = {}) => ({
  uri: uriOf(n),
  depth,
  value: {
    $type: `${defs}threadItemPost`,
    post: post(profile(bob), text, {uri: uriOf(n), ...more}),
    moreParents: false,
    moreReplies: 0,
    opThread: false,
    hiddenByThreadgate: false,
    mutedByViewer: false,
  },
})
const author = {did: bob.did}
const missing = (n: number, depth: number, kind: string) => ({
  uri: uriOf(n),
  depth,
  value: {$type: `${defs}threadItem${kind}`, author},
})

const answers = (...thread: unknown[]): Answers => ({
  'app.bsky.unspecced.getPostThreadV2': () => ({thread, hasOtherReplies: false}),
})

async function open(context: Context, more: Answers, signedIn = false): Promise<WebNetwork> {
  const network = await WebNetwork.open(context, more)
  if (signedIn) await network.signIn()
  return network
}

/** The posts of a page: their classes, and whether they are the one that it is about. */
const postsOf = (page: string) =>
  [...page.matchAll(/<article class="(post[^"]*)" data-href="([^"]*)"\s*(id="focus")?/g)].map(
    ([, classes, href, focus]) => [classes, href === '', focus !== undefined],
  )

suite('a thread', () => {
  const whole = [
    shownItem(3, -2, 'the first'),
    shownItem(4, -1, 'the parent'),
    shownItem(2, 0, 'the post'),
    shownItem(5, 1, 'a reply'),
    shownItem(6, 2, 'a reply to that'),
    shownItem(7, 1, 'another'),
  ]

  test('leads from its first post to the one that the page is about, and on to the replies', async context => {
    const page = await (await open(context, answers(...whole))).page(path)
    assert.match(page, /<title>bob\.test: the post · Wholesky/)
    assert.deepEqual(postsOf(page), [
      ['post line-below', false, false],
      ['post line-above line-below', false, false],
      ['post focus line-above', true, true],
      ['post line-below', false, false],
      ['post line-above depth-1', false, false],
      ['post', false, false],
    ])
  })

  test('is asked for by the DID, whatever the address says', async context => {
    const network = await open(context, answers(...whole))
    await network.page('/profile/bob.test/post/3lbcd2345672k')
    assert.equal(network.given('app.bsky.unspecced.getPostThreadV2')[0].anchor, uriOf(2))
  })

  test('says of each post that is not shown why, where it would stand', async context => {
    const page = await (
      await open(
        context,
        answers(
          missing(3, -1, 'NotFound'),
          shownItem(2, 0, 'the post'),
          missing(4, 1, 'Blocked'),
          missing(5, 3, 'NoUnauthenticated'),
          missing(6, 9, 'NotFound'),
        ),
      )
    ).page(path)
    const told = [...page.matchAll(/<p class="post-missing ([^"]*)">[\s\S]*?<\/svg> ([^<]*)</g)].map(
      ([, where, why]) => [where, why],
    )
    assert.deepEqual(told, [
      ['', 'This post has been deleted.'],
      ['', 'A post by someone you block, or who blocks you.'],
      ['depth-2', 'The author shows this post only to people who are signed in.'],
      ['depth-5', 'This post has been deleted.'],
    ])
  })

  test('has a place to reply below its post, for who is signed in and may', async context => {
    assert.doesNotMatch(await (await open(context, answers(...whole))).page(path), /class="composer/)
    const page = await (await open(context, answers(...whole), true)).page(path)
    assert.equal(page.match(/class="composer thread"/g)?.length, 1)
    assert.ok(page.includes(`name="reply" value="${uriOf(2)}"`))
    assert.ok(
      page.indexOf('the post') < page.indexOf('class="composer') &&
        page.indexOf('class="composer') < page.indexOf('a reply'),
    )
    const closed = shownItem(2, 0, 'the post', {viewer: {replyDisabled: true}})
    const limited = await (await open(context, answers(closed), true)).page(path)
    assert.doesNotMatch(limited, /class="composer/)
    assert.match(limited, /has limited who may reply/)
  })

  test('whose post is hidden from the reader is a page all the same', async context => {
    const page = await (await open(context, answers(missing(2, 0, 'Blocked')))).page(path)
    assert.match(page, /<title>Thread[\s\S]*someone you block/)
  })

  test('that is not there, or not by a name that is one, is told so', async context => {
    const gone = await open(context, answers(missing(2, 0, 'NotFound')))
    for (const at of [
      path,
      '/profile/nobody.test/post/3lbcd2345672k',
      '/profile/x/post/3k',
      `/profile/${bob.did}/post/a%20b`,
    ]) {
      const response = await gone.get(at)
      assert.equal(response.status, 404, at)
      assert.match(await response.text(), /Post not found/)
    }
    const away = await open(context, {'app.bsky.unspecced.getPostThreadV2': refuse('UpstreamFailure', 502)})
    assert.equal((await away.get(path)).status, 502)
    const lost = await open(context, {'com.atproto.identity.resolveHandle': refuse('UpstreamFailure', 502)})
    assert.equal((await lost.get('/profile/bob.test/post/3lbcd2345672k')).status, 502)
  })
})

suite('behind the counts of a post', () => {
  const person = profile(alice, {displayName: 'Alice <b>'})
  const uri = uriOf(2)
  const lists: Answers = {
    'app.bsky.feed.getLikes': () => ({
      uri,
      likes: [{actor: person, createdAt: '2026-11-22T11:00:00.000Z', indexedAt: '2026-11-22T11:00:00.000Z'}],
      cursor: 'next',
    }),
    'app.bsky.feed.getRepostedBy': () => ({uri, repostedBy: [person]}),
    'app.bsky.feed.getQuotes': () => ({uri, posts: [post(alice, 'a quote of it')]}),
  }
  const cases: [list: string, nsid: string, title: RegExp, words: RegExp][] = [
    ['likes', 'app.bsky.feed.getLikes', /<title>Liked by/, /Alice &lt;b&gt;/],
    ['reposts', 'app.bsky.feed.getRepostedBy', /<title>Reposted by/, /Alice &lt;b&gt;/],
    ['quotes', 'app.bsky.feed.getQuotes', /<title>Quotes/, /a quote of it/],
  ]
  for (const [list, nsid, title, words] of cases) {
    test(`stand its ${list}, a page at a time, with the way back`, async context => {
      const network = await open(context, lists)
      const page = await network.page(`${path}/${list}?cursor=c`)
      assert.match(page, title)
      assert.match(page, words)
      assert.ok(page.includes(`href="${path}" aria-label="Back"`))
      assert.deepEqual(network.given(nsid), [{uri, limit: '50', cursor: 'c'}])
      assert.equal(/data-more/.test(page), list === 'likes')
    })
  }

  test('of no post stands nobody', async context => {
    const network = await open(context, lists)
    assert.equal((await network.get('/profile/x/post/3k/likes')).status, 404)
    assert.deepEqual(network.given('app.bsky.feed.getLikes'), [])
  })
})
