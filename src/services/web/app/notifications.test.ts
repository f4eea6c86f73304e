import assert from 'node:assert/strict'
import {suite, test} from 'node:test'
import {alice, bob, cid, post, profile, refuse, WebNetwork, type Answers} from '../../../../test/web-network.ts'

const mine = `at://${alice.did}/app.bsky.feed.post/3lbcd2345672k`
const carol = {did: 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa', handle: 'carol.test'}
let n = 0
const notification = (reason: string, author = bob, more: object = {}) => ({
  uri: `at://${author.did}/app.bsky.feed.like/3lbcd23456${(n++).toString(32).padStart(2, '2')}k`,
  cid,
  author: profile(author),
  reason,
  record: {},
  isRead: false,
  indexedAt: '2026-11-22T11:00:00.000Z',
  ...more,
})
const about = {reasonSubject: mine}

async function open(
  context: Parameters<typeof WebNetwork.open>[0],
  notifications: unknown[],
  more: Answers = {},
  cursor?: string,
): Promise<WebNetwork> {
  const network = await WebNetwork.open(context, {
    'app.bsky.notification.listNotifications': () => ({notifications, cursor}),
    'app.bsky.feed.getPosts': given => ({
      posts: [given.uris].flat().map(uri => post(bob, `text of ${String(uri).slice(-1)}`, {uri})),
    }),
    ...more,
  })
  await network.signIn()
  return network
}

suite('notifications', () => {
  const kinds: [reason: string, words: string][] = [
    ['like', 'liked your post'],
    ['repost', 'reposted your post'],
    ['follow', 'followed you'],
    ['like-via-repost', 'liked your repost'],
    ['repost-via-repost', 'reposted your repost'],
    ['starterpack-joined', 'joined with your starter pack'],
    ['verified', 'verified you'],
    ['unverified', 'removed your verification'],
    ['com.example.new', 'did something that cannot be shown here yet (com.example.new)'],
  ]
  for (const [reason, words] of kinds) {
    test(`of kind ${reason} say what somebody did`, async context => {
      const page = await (await open(context, [notification(reason, bob, about)])).page('/notifications')
      assert.ok(page.includes(`<b>bob.test</b></a> ${words}`), reason)
    })
  }

  test('that are posts are shown as posts', async context => {
    const posts = ['reply', 'mention', 'quote', 'subscribed-post'].map(reason => notification(reason))
    const page = await (await open(context, posts)).page('/notifications')
    assert.equal(page.match(/<article class="post/g)?.length, 4)
    for (const words of [/Replied to you/, /Mentioned you/, /Quoted you/]) assert.match(page, words)
  })

  test('whose post is gone say so', async context => {
    const page = await (
      await open(context, [notification('reply')], {'app.bsky.feed.getPosts': () => ({posts: []})})
    ).page('/notifications')
    assert.match(page, /has been deleted, or you cannot see it/)
  })

  test('of several people about one thing are told once, each person once', async context => {
    const likes = [
      notification('like', bob, about),
      notification('like', carol, about),
      notification('like', bob, about),
    ]
    const page = await (await open(context, likes)).page('/notifications')
    assert.equal(page.match(/<article class="notification/g)?.length, 1)
    assert.match(
      page,
      /<b>bob\.test<\/b><\/a> and <a href="\/profile\/carol\.test"><b>carol\.test<\/b><\/a> liked your post/,
    )
  })

  test('of many people name the first, and show six faces', async context => {
    const people = Array.from({length: 9}, (_, i) => ({
      did: `did:plc:${'abcdefghi'[i].repeat(24)}`,
      handle: `p${i}.test`,
    }))
    const page = await (
      await open(
        context,
        people.map(person => notification('follow', person)),
      )
    ).page('/notifications')
    assert.match(page, /<b>p0\.test<\/b><\/a> and 8 others followed you/)
    assert.equal(page.match(/<div class="faces">[\s\S]*?<\/div>/)?.[0].match(/<a /g)?.length, 6)
    assert.match(page, />\+3</)
  })

  test('of another kind, about another thing, or already seen, are told by themselves', async context => {
    const all = [
      notification('like', bob, about),
      notification('repost', bob, about),
      notification('like', bob, {reasonSubject: `${mine}2`}),
      notification('like', carol, {...about, isRead: true}),
    ]
    const page = await (await open(context, all)).page('/notifications')
    assert.equal(page.match(/<article class="notification new"/g)?.length, 3)
    assert.equal(page.match(/<article class="notification "/g)?.length, 1)
  })

  test('quote the post that they are about, by a few calls for many', async context => {
    const many = Array.from({length: 40}, (_, i) =>
      notification('like', bob, {
        reasonSubject: `at://${alice.did}/app.bsky.feed.post/3lbcd234567${i.toString().padStart(2, '0')}`,
      }),
    )
    const network = await open(context, many)
    const page = await network.page('/notifications')
    assert.match(page, /class="soft clamp" href="\/profile\/[^"]*">text of 9</)
    assert.equal(network.given('app.bsky.feed.getPosts').length, 2)
  })

  test('are seen once they have been looked at, from the first page', async context => {
    const network = await open(context, [notification('follow')])
    await network.page('/notifications?cursor=x')
    assert.deepEqual(network.given('app.bsky.notification.updateSeen'), [])
    assert.doesNotMatch(await network.page('/notifications'), /class="badge"/)
    assert.deepEqual(network.given('app.bsky.notification.updateSeen'), [{seenAt: '2026-11-22T12:00:00.000Z'}])
    const seen = await open(context, [notification('follow', bob, {isRead: true})])
    await seen.page('/notifications')
    assert.deepEqual(seen.given('app.bsky.notification.updateSeen'), [])
  })

  test('go on, and where there are none say what will be here', async context => {
    assert.match(
      await (await open(context, [notification('follow')], {}, 'next')).page('/notifications'),
      /href="\/notifications\?cursor=next" data-more/,
    )
    assert.match(await (await open(context, [])).page('/notifications'), /No notifications yet/)
  })
})

test('what is unread is a badge for the island, or nothing', async context => {
  const ask = async (count: number) =>
    (await open(context, [], {'app.bsky.notification.getUnreadCount': () => ({count})})).get('/notifications/unread')
  assert.equal(await (await ask(120)).text(), '<span class="badge">99+<span class="unseen"> unread</span></span>')
  assert.equal((await ask(0)).status, 204)
  const away = await open(context, [], {'app.bsky.notification.getUnreadCount': refuse('UpstreamFailure', 502)})
  assert.equal((await away.get('/notifications/unread')).status, 502)
})
