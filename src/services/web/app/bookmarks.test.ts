import assert from 'node:assert/strict'
import {suite, test} from 'node:test'
import {bob, post, profile, refuse, WebNetwork, type Answers} from '../../../../test/web-network.ts'

const uri = `at://${bob.did}/app.bsky.feed.post/3lbcd2345672k`
const subject = {uri, cid: 'bafyreie5737gdxlw5i64vzichcalba3z2v5n6icifvx5xytvske7mr3hpm'}
const items: Record<string, object> = {
  postView: post(profile(bob), 'worth reading', {viewer: {bookmarked: true}}),
  blockedPost: {uri, blocked: true, author: {did: bob.did}},
  notFoundPost: {uri, notFound: true},
}
const answer = (cursor?: string, kinds = Object.keys(items)): Answers => ({
  'app.bsky.bookmark.getBookmarks': () => ({
    bookmarks: kinds.map(kind => ({subject, item: {$type: `app.bsky.feed.defs#${kind}`, ...items[kind]}})),
    cursor,
  }),
})

async function open(context: Parameters<typeof WebNetwork.open>[0], answers: Answers): Promise<WebNetwork> {
  const network = await WebNetwork.open(context, answers)
  await network.signIn()
  return network
}

suite('bookmarks', () => {
  test('are shown as far as they still can be', async context => {
    const network = await open(context, answer('more'))
    const page = await network.page('/bookmarks')
    assert.match(page, /worth reading/)
    assert.match(page, /Remove bookmark<\/button>/)
    assert.match(page, /A post by someone you block, or who blocks you/)
    assert.match(page, /A post that has been deleted/)
    assert.match(page, /href="\/bookmarks\?cursor=more" data-more/)
    assert.match(page, /href="\/bookmarks"\s+title="[^"]*"\s+aria-current="page"/)
  })

  test('go on where the last page ended', async context => {
    const network = await open(context, answer())
    await network.page('/bookmarks?cursor=x')
    assert.deepEqual(network.given('app.bsky.bookmark.getBookmarks'), [{limit: '40', cursor: 'x'}])
  })

  test('of who has none say how to make one', async context => {
    assert.match(await (await open(context, answer(undefined, []))).page('/bookmarks'), /No bookmarks yet/)
  })

  test('are for who is signed in, and a server may not have any', async context => {
    assert.match((await (await WebNetwork.open(context)).get('/bookmarks')).headers.get('location') ?? '', /^\/sign-in/)
    const network = await open(context, {'app.bsky.bookmark.getBookmarks': refuse('MethodNotImplemented', 501)})
    const response = await network.get('/bookmarks')
    assert.equal(response.status, 501)
    assert.match(await response.text(), /Not supported/)
  })
})
