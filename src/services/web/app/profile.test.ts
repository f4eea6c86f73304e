import assert from 'node:assert/strict'
import {suite, test} from 'node:test'
import {alice, bob, post, profile, refuse, Refusal, WebNetwork, type Answers} from '../../../../test/web-network.ts'

type Context = Parameters<typeof WebNetwork.open>[0]
const getProfile = 'app.bsky.actor.getProfile'
const shownAs = (more: Record<string, unknown>): Answers => ({
  [getProfile]: ({actor}) => (actor === alice.did ? profile(alice) : profile(bob, more)),
})

async function open(context: Context, answers: Answers = {}): Promise<WebNetwork> {
  const network = await WebNetwork.open(context, answers)
  await network.signIn()
  return network
}

suite('a profile', () => {
  test('says who somebody is, and what they count', async context => {
    const answers = shownAs({
      displayName: 'Bob',
      description: 'Boats at example.com, ask @alice.test #sea',
      website: 'https://bob.example/x',
      banner: 'https://cdn.example/b.jpg',
    })
    const page = await (await WebNetwork.open(context, answers)).page('/profile/bob.test')
    assert.match(page, /<title>Bob \(@bob\.test\) · Wholesky/)
    assert.match(page, /<h1>Bob<\/h1>/)
    assert.match(page, /class="banner" src="https:\/\/cdn\.example\/b\.jpg"/)
    assert.match(page, /Boats at <a href="https:\/\/example\.com"[^>]*>example\.com<\/a>/)
    assert.match(page, /href="\/search\?q=%23sea">#sea/)
    assert.match(page, /href="https:\/\/bob\.example\/x" rel="nofollow noopener ugc"[^>]*>bob\.example\/x/)
    assert.match(page, /<b>2<\/b> followers[\s\S]*<b>1<\/b> following[\s\S]*<b>3<\/b> posts[\s\S]*Joined January 2026/)
  })

  test('says nothing of what is not known', async context => {
    const page = await (
      await WebNetwork.open(context, shownAs({createdAt: undefined, followersCount: undefined, postsCount: 1}))
    ).page('/profile/bob.test')
    assert.doesNotMatch(page, /Joined|class="about"|target="_blank"/)
    assert.match(page, /<b>0<\/b> followers[\s\S]*<b>1<\/b> post</)
  })

  test('stored XSS through profile fields: all that its owner wrote is text', async context => {
    const hostile = '<script>alert(1)</script>"\''
    const answers = shownAs({
      displayName: hostile,
      description: hostile,
      website: 'javascript:alert(1)',
      banner: 'javascript:alert(1)',
      avatar: 'data:text/html,x',
    })
    const page = await (await WebNetwork.open(context, answers)).page('/profile/bob.test')
    assert.doesNotMatch(page, /<script>alert|(?:href|src)="(?:javascript|data):/)
  })

  test('of oneself can be edited; of others be followed, muted and blocked', async context => {
    const network = await open(context)
    const own = await network.page('/profile/alice.test')
    assert.match(own, /href="\/settings\/profile">Edit profile/)
    assert.doesNotMatch(own, /action="\/act\/(?:follow|mute|block)"/)
    const other = await network.page('/profile/bob.test')
    for (const act of ['follow', 'mute', 'block']) assert.match(other, new RegExp(`action="/act/${act}"`))
    const visitors = await (await WebNetwork.open(context)).page('/profile/bob.test')
    assert.doesNotMatch(visitors, /action="\/act\/(?:mute|block)"/)
  })

  test('shows how one stands to somebody', async context => {
    const viewed = async (viewer: object) => (await open(context, shownAs({viewer}))).page('/profile/bob.test')
    assert.match(
      await viewed({followedBy: `at://${bob.did}/app.bsky.graph.follow/3k`}),
      /Follow back[\s\S]*Follows you</,
    )
    const muted = await viewed({muted: true})
    assert.match(muted, /<span class="tag">Muted<\/span>/)
    assert.match(muted, /name="record" value="yes"[\s\S]*Unmute/)
    assert.match(await viewed({following: `at://${alice.did}/app.bsky.graph.follow/3k`}), />Following<\/button>/)
  })
})

suite('between a reader and a profile', () => {
  const uri = `at://${alice.did}/app.bsky.graph.block/3k`
  const blocks: [viewer: object, words: RegExp][] = [
    [{blocking: uri}, /You block @bob\.test[\s\S]*Unblock/],
    [
      {
        blockingByList: {
          uri,
          cid: 'bafyreie5737gdxlw5i64vzichcalba3z2v5n6icifvx5xytvske7mr3hpm',
          name: '<Bots>',
          purpose: 'app.bsky.graph.defs#modlist',
        },
      },
      /With the list “&lt;Bots&gt;”/,
    ],
    [{blockedBy: true}, /@bob\.test blocks you/],
  ]
  for (const [viewer, words] of blocks) {
    test(`stands a block: ${Object.keys(viewer)[0]}`, async context => {
      const network = await open(context, shownAs({viewer}))
      const page = await network.page('/profile/bob.test')
      assert.match(page, words)
      assert.doesNotMatch(page, /hello, world|class="tabs"/)
      assert.deepEqual(network.given('app.bsky.feed.getAuthorFeed'), [], 'nothing is asked for')
    })
  }
})

suite('the posts of a profile', () => {
  test('are asked for by tab', async context => {
    const network = await open(context, {'app.bsky.feed.getActorLikes': () => ({feed: []})})
    for (const tab of ['', '/replies', '/media']) await network.page(`/profile/bob.test${tab}?cursor=c`)
    assert.deepEqual(
      network
        .given('app.bsky.feed.getAuthorFeed')
        .map(({filter, includePins, cursor}) => [filter, includePins, cursor]),
      [
        ['posts_and_author_threads', 'true', 'c'],
        ['posts_with_replies', 'false', 'c'],
        ['posts_with_media', 'false', 'c'],
      ],
    )
  })

  test('that somebody likes are for themselves to see', async context => {
    const network = await open(context, {'app.bsky.feed.getActorLikes': () => ({feed: []})})
    assert.equal((await network.get('/profile/bob.test/likes')).headers.get('location'), '/profile/bob.test')
    assert.match(await network.page('/profile/alice.test/likes'), /Posts you like appear here/)
    assert.doesNotMatch(await network.page('/profile/bob.test'), /bob\.test\/likes"/)
  })

  test('show what they reply to only among replies', async context => {
    const parent = post(alice, 'the question', {uri: `at://${alice.did}/app.bsky.feed.post/3lbcd2345672q`})
    const view = {$type: 'app.bsky.feed.defs#postView', ...parent}
    const answers = {
      'app.bsky.feed.getAuthorFeed': () => ({
        feed: [{post: post(bob, 'the reply'), reply: {root: view, parent: view}}],
      }),
    }
    const network = await open(context, answers)
    assert.doesNotMatch(await network.page('/profile/bob.test'), /the question/)
    assert.match(await network.page('/profile/bob.test/replies'), /the question[\s\S]*the reply/)
  })
})

suite('the people of a profile', () => {
  const people: Answers = {
    'app.bsky.graph.getFollowers': () => ({subject: profile(bob), followers: [profile(alice)], cursor: 'next'}),
    'app.bsky.graph.getFollows': () => ({subject: profile(bob), follows: []}),
  }

  test('are who follows, and whom they follow', async context => {
    const network = await WebNetwork.open(context, people)
    const followers = await network.page('/profile/bob.test/followers')
    assert.match(followers, /alice\.test/)
    assert.match(followers, /href="\/profile\/bob\.test\/followers\?cursor=next"/)
    assert.match(followers, /followers" aria-current="page"\s*>Followers<[\s\S]*follows"\s*>Following</)
    assert.match(await network.page('/profile/bob.test/follows'), /Nobody yet/)
    assert.equal(network.given('app.bsky.graph.getFollowers')[0].actor, bob.did)
  })
})

suite('a profile that is not there', () => {
  const cases: [error: string, words: RegExp][] = [
    ['AccountTakedown', /taken down/],
    ['AccountSuspended', /taken down/],
    ['AccountDeactivated', /deactivated by its owner/],
    ['InvalidRequest', /no account with this name/],
  ]
  for (const [error, words] of cases) {
    test(`as the server says by ${error} is told so`, async context => {
      const network = await WebNetwork.open(context, {[getProfile]: refuse(error)})
      for (const path of ['/profile/carol.test', '/profile/carol.test/followers']) {
        const response = await network.get(path)
        assert.equal(response.status, 404)
        assert.match(await response.text(), words)
      }
    })
  }

  test('by a name that is none is not asked for', async context => {
    const network = await WebNetwork.open(context)
    for (const name of ['bob', '@bob.test', '%3Cb%3E', 'did:x']) {
      assert.equal((await network.get(`/profile/${name}`)).status, 404, name)
    }
    assert.deepEqual(network.given(getProfile), [])
  })

  test('under a new handle is found by its DID, which the PDS knows already', async context => {
    const network = await WebNetwork.open(context, {
      [getProfile]: ({actor}) => {
        if (actor === bob.did) return profile(bob)
        throw new Refusal('InvalidRequest')
      },
    })
    assert.equal((await network.get('/profile/bob.test')).status, 200)
    assert.deepEqual(
      network.given(getProfile).map(({actor}) => actor),
      ['bob.test', bob.did],
    )
  })

  test('because a server is away is another thing', async context => {
    const network = await WebNetwork.open(context, {[getProfile]: refuse('UpstreamFailure', 502)})
    assert.equal((await network.get('/profile/bob.test')).status, 502)
  })
})
