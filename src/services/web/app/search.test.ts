import assert from 'node:assert/strict'
import {suite, test} from 'node:test'
import {bob, post, profile, refuse, WebNetwork, type Answers} from '../../../../test/web-network.ts'

const found: Answers = {
  'app.bsky.feed.searchPosts': ({sort}) => ({posts: [post(bob, `a ${String(sort)} boat`)], cursor: 'more'}),
  'app.bsky.actor.searchActors': () => ({actors: [profile(bob, {displayName: 'Bob <b>'})]}),
  'app.bsky.actor.searchActorsTypeahead': () => ({actors: [{...bob, displayName: 'Bob <b>'}]}),
}
const hostile = '"><script>alert(1)</script>'

suite('searching', () => {
  test('finds posts by what fits best, the newest, or people', async context => {
    const network = await WebNetwork.open(context, found)
    assert.match(await network.page('/search?q=boat'), /a top boat/)
    assert.match(await network.page('/search?q=boat&kind=latest'), /a latest boat/)
    assert.match(await network.page('/search?q=boat&kind=people'), /<b>Bob &lt;b&gt;<\/b>/)
    assert.match(await network.page(`/search?q=boat&kind=${encodeURIComponent(hostile)}`), /a top boat/)
  })

  test('keeps the words in each tab, and marks the one that is open', async context => {
    const network = await WebNetwork.open(context, found)
    const page = await network.page('/search?q=a%26b&kind=latest')
    const tabs = [...page.matchAll(/<a href="(\/search\?q=[^"]*)" ?(aria-current="page")?\s*>/g)]
    assert.deepEqual(
      tabs.map(([, path, current]) => [path, current !== undefined]),
      [
        ['/search?q=a%26b&amp;kind=top', false],
        ['/search?q=a%26b&amp;kind=latest', true],
        ['/search?q=a%26b&amp;kind=people', false],
      ],
    )
    assert.match(page, /href="\/search\?q=a%26b&amp;kind=latest&amp;cursor=more" data-more/)
  })

  test('cleans up what was written, and cuts it', async context => {
    const network = await WebNetwork.open(context, found)
    await network.page(`/search?q=${encodeURIComponent('  a\u0000\tb  ')}`)
    await network.page(`/search?q=${'x'.repeat(10_000)}`)
    const asked = network.given('app.bsky.feed.searchPosts').map(({q}) => q)
    assert.deepEqual(asked, ['a  b', 'x'.repeat(300)])
  })

  test('that finds nothing says so, and escapes what was searched for', async context => {
    const network = await WebNetwork.open(context, {'app.bsky.feed.searchPosts': () => ({posts: []})})
    const page = await network.page(`/search?q=${encodeURIComponent(hostile)}`)
    assert.match(page, /No results/)
    assert.doesNotMatch(page, /<script>alert/)
  })

  test('asks as the person who is signed in, and else the AppView itself', async context => {
    const network = await WebNetwork.open(context, found)
    await network.page('/search?q=boat')
    await network.signIn()
    await network.page('/search?q=boat')
    const tokens = network.calls.filter(({nsid}) => nsid === 'app.bsky.feed.searchPosts').map(({token}) => token)
    assert.equal(tokens[0], null)
    assert.match(tokens[1] ?? '', /^Bearer /)
  })

  test('that a server refuses is a page to try again from', async context => {
    const network = await WebNetwork.open(context, {'app.bsky.feed.searchPosts': refuse('BadQueryString')})
    const response = await network.get('/search?q=boat')
    assert.equal(response.status, 400)
    assert.match(await response.text(), /href="\/search\?q=boat">Try again/)
  })
})

suite('the page without words', () => {
  test('names people, where some can be named', async context => {
    const network = await WebNetwork.open(context, {'app.bsky.actor.getSuggestions': () => ({actors: [profile(bob)]})})
    assert.match(await network.page('/search'), /Search the network[\s\S]*People here[\s\S]*bob\.test/)
    const none = await WebNetwork.open(context, {'app.bsky.actor.getSuggestions': refuse('MethodNotImplemented', 501)})
    const response = await none.get('/search?q=%20')
    assert.equal(response.status, 200)
    assert.doesNotMatch(await response.text(), /People here/)
  })
})

suite('people as a name is written', () => {
  test('are a few links, escaped', async context => {
    const network = await WebNetwork.open(context, found)
    const text = await network.page('/search/people?q=%40bo')
    assert.deepEqual(network.given('app.bsky.actor.searchActorsTypeahead'), [{q: 'bo', limit: '6'}])
    assert.match(text, /^<a class="guess" href="\/profile\/bob\.test">[\s\S]*Bob &lt;b&gt;/)
  })

  test('are not asked for where nothing is written', async context => {
    const network = await WebNetwork.open(context, found)
    for (const q of ['', '%20', '%40']) assert.equal(await network.page(`/search/people?q=${q}`), '')
    assert.deepEqual(network.given('app.bsky.actor.searchActorsTypeahead'), [])
  })
})
