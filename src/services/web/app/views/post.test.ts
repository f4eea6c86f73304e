import assert from 'node:assert/strict'
import {suite, test} from 'node:test'
import {toText} from '#pages/html.ts'
import {alice, bob, nowMs, post, profile} from '../../../../../test/web-network.ts'
import {shortCount} from './act-forms.ts'
import {avatar, handleText, nameOf, personLine, personRow, profilePath} from './person.ts'
import {readPost} from './post-record.ts'
import {excerpt, missingPost, postCard, type PostForm} from './post.ts'
import {richTextOf} from './rich-text.ts'

const sight = {viewer: alice.did as string | undefined, nowMs, path: '/timeline', token: 'secret'}
type Post = Parameters<typeof postCard>[0]
type Person = Parameters<typeof personRow>[0]
const viewOf = (text: string, more: object = {}): Post =>
  post(profile(bob, {displayName: 'Bob'}), text, more as Record<string, unknown>) as unknown as Post
const shown = (view: Post, form?: PostForm, who = sight): string =>
  toText(postCard(view, who, form)).replace(/\s+/g, ' ')

const classes = (form: PostForm) => /<article class="([^"]*)"/.exec(shown(viewOf('x'), form))?.[1]

const label = (val: string, neg?: boolean) => ({src: bob.did, uri: 'at://x', val, neg, cts: '2026-01-01T00:00:00Z'})

suite('a post', () => {
  test('has who wrote it, when, its words and its counts', () => {
    const text = shown(viewOf('hello', {likeCount: 1_234, replyCount: 1, repostCount: 0}))
    assert.match(text, /data-href="\/profile\/did:plc:44ybard66vv44zksje25o7dz\/post\/3lbcd2345672k"/)
    assert.match(text, /<b class="name">Bob<\/b> <span class="handle">@bob\.test/)
    assert.match(text, />5m<\/time>/)
    assert.match(text, /aria-label="Like, 1234"[\s\S]*<span class="count">1\.2K</)
    assert.match(text, /aria-label="Reply, 1"/)
    assert.match(shown(viewOf('x', {replyCount: undefined, quoteCount: undefined})), /"Reply, 0"[\s\S]*"Quote, 0"/)
    assert.match(text, /aria-label="Repost, 0"[\s\S]*?<span class="count"><\/span>/)
  })

  test('says what the viewer has done with it', () => {
    const viewer = {like: `at://${alice.did}/app.bsky.feed.like/3k`, bookmarked: true}
    const text = shown(viewOf('x', {viewer}))
    assert.match(text, /name="record" value="at:\/\/[^"]*like\/3k"[\s\S]*aria-pressed="true" title="Unlike"/)
    assert.match(text, /aria-pressed="false" title="Repost"/)
    assert.match(text, /Remove bookmark/)
    assert.match(shown(viewOf('x')), />Bookmark</)
  })

  test('can be deleted by who wrote it alone, and bookmarked by who is signed in', () => {
    assert.doesNotMatch(shown(viewOf('x')), /\/act\/delete/)
    assert.match(shown(viewOf('x'), {}, {...sight, viewer: bob.did}), /\/act\/delete/)
    assert.doesNotMatch(shown(viewOf('x'), {}, {...sight, viewer: undefined}), /\/act\/bookmark/)
  })

  test('that its page is about has the whole time, and leads to who did what', () => {
    const text = shown(viewOf('x', {likeCount: 1, quoteCount: 2, repostCount: 0}), {focus: true})
    assert.match(text, /id="focus"/)
    assert.match(text, />22 November 2026 at 11:55 UTC</)
    assert.match(text, /\/quotes"><b>2<\/b> quotes<\/a>[\s\S]*\/likes"><b>1<\/b> like<\/a>/)
    assert.doesNotMatch(text, /\/reposts"/)
    assert.doesNotMatch(
      shown(viewOf('x', {likeCount: 0, quoteCount: 0, repostCount: 0}), {focus: true}),
      /class="tallies"/,
    )
  })

  test('stands in its thread as deep as there is room', () => {
    assert.equal(classes({}), 'post')
    assert.equal(classes({lineAbove: true, lineBelow: true, depth: 2}), 'post line-above line-below depth-2')
    assert.equal(classes({depth: 40}), 'post depth-5')
    assert.match(toText(missingPost('gone', 40)), /class="post-missing depth-5"/)
  })

  test('with a warning keeps its pictures shut until they are wanted', () => {
    const embed = {
      $type: 'app.bsky.embed.images#view',
      images: [{thumb: 'https://x.example/t', fullsize: 'https://x.example/f', alt: 'inside'}],
    }
    assert.match(
      shown(viewOf('x', {embed, labels: [label('other'), label('porn')]})),
      /<details class="cover"><summary>.*Adult content.*<\/summary>.*alt="inside"/,
    )
    for (const labels of [undefined, [], [label('other')], [label('porn', true)]]) {
      assert.doesNotMatch(shown(viewOf('x', {embed, labels})), /class="cover"/)
    }
    assert.doesNotMatch(shown(viewOf('x', {labels: [label('porn')]})), /class="cover"/, 'there is nothing to cover')
  })

  test('says its language where it names one', () => {
    assert.match(shown(viewOf('hallo', {record: {langs: ['de']}})), /<p class="text" lang="de" dir="auto">hallo/)
    assert.doesNotMatch(shown(viewOf('hallo')), /<p class="text" lang/)
  })

  test('in a title is its first words', () => {
    assert.equal(excerpt(viewOf(' Hello\n\n there ')), 'Hello there')
    assert.equal(excerpt(viewOf('x'.repeat(100)), 10), `${'x'.repeat(9)}…`)
    assert.equal(excerpt(viewOf('')), 'A post of 22 November 2026 at 11:55 UTC')
  })
})

test('the record of a post is read as far as it can be', () => {
  const whole = {$type: 'app.bsky.feed.post', text: 'x', createdAt: '2026-11-22T11:55:00.000Z', langs: ['de']}
  assert.deepEqual(readPost(whole), whole)
  for (const odd of [null, undefined, 5, 'x', [], {}, {text: 5, createdAt: {}, facets: 'x'}]) {
    assert.deepEqual(readPost(odd), {text: '', createdAt: ''})
  }
  assert.deepEqual(readPost({text: 'kept', langs: 'not a list', createdAt: 'odd'}), {text: 'kept', createdAt: 'odd'})
})

const facet = (byteStart: number, byteEnd: number, $type: string, more: object) => ({
  index: {byteStart, byteEnd},
  features: [{$type: `app.bsky.richtext.facet#${$type}`, ...more}],
})

const linked = (text: string, ...facets: object[]): string => toText(richTextOf(text, facets as never))

suite('text with facets', () => {
  test('leads where they say', () => {
    assert.equal(
      linked('see it', facet(0, 3, 'link', {uri: 'https://example.com/?a&b'})),
      '<a href="https://example.com/?a&amp;b" rel="nofollow noopener ugc" target="_blank">see</a> it',
    )
    assert.equal(linked('@bob', facet(0, 4, 'mention', {did: bob.did})), `<a href="/profile/${bob.did}">@bob</a>`)
    assert.equal(linked('#a b', facet(0, 2, 'tag', {tag: 'a&b'})), '<a href="/search?q=%23a%26b">#a</a> b')
  })

  test('counts by bytes, as they do', () => {
    assert.match(linked('é x', facet(3, 4, 'tag', {tag: 't'})), /^é <a [^>]*>x<\/a>$/)
  })

  test('leads nowhere by what is no address, and shows what is not known as text', () => {
    assert.match(linked('x', facet(0, 1, 'link', {uri: 'javascript:alert(1)'})), /href="#"/)
    assert.equal(linked('x', facet(0, 1, 'unknown', {})), 'x')
    assert.equal(linked('<b>'), '&lt;b&gt;')
  })
})

const person = (more: Record<string, unknown> = {}): Person => profile(bob, more) as unknown as Person

const face = (more: Record<string, unknown>) => toText(avatar(person(more)))

suite('a person', () => {
  test('is named as they wish, else by handle, and one without a handle by DID', () => {
    assert.equal(nameOf(person({displayName: ' Bob '})), 'Bob')
    assert.equal(nameOf(person({displayName: '  '})), 'bob.test')
    assert.equal(profilePath(person()), '/profile/bob.test')
    assert.equal(profilePath(person({handle: 'handle.invalid'})), `/profile/${bob.did}`)
    assert.equal(handleText('handle.invalid'), '⚠ no valid handle')
  })

  test('has a letter until the picture comes, and always the same colour', () => {
    assert.match(face({displayName: '🐦 bob'}), />B<\/span>$/)
    assert.match(face({displayName: '🐦'}), />\?<\/span>$/)
    assert.equal(/tint-\d+/.exec(face({}))?.[0], /tint-\d+/.exec(face({displayName: 'other'}))?.[0])
    assert.match(face({avatar: 'https://cdn.example/a'}), /<img src="https:\/\/cdn\.example\/a" alt=""/)
    assert.match(face({avatar: 'javascript:x'}), /<img src="#"/)
  })

  test('in a list has what they say of themselves, and a button', () => {
    const text = toText(personRow(person({description: 'Boats <b>', viewer: {followedBy: 'at://x'}}), sight))
    assert.match(text, /Boats &lt;b&gt;/)
    assert.match(text, /Follows you/)
    assert.match(text, /aria-label="Follow back @bob\.test"/)
    assert.doesNotMatch(
      toText(personRow(profile(alice) as unknown as Person, sight)),
      /<form/,
      'nobody follows themselves',
    )
    for (const viewer of [{blocking: 'at://x'}, {blockedBy: true}]) {
      assert.doesNotMatch(toText(personRow(person({viewer}), sight)), /<form/)
    }
  })

  test('in the margin has a short button', () => {
    assert.match(toText(personLine(person({viewer: {followedBy: 'at://x'}}), sight)), />Follow<\/button>/)
  })
})

test('large counts are short', () => {
  assert.deepEqual([0, 999, 1_000, 1_250, 12_345, 1_000_000].map(shortCount), ['0', '999', '1K', '1.3K', '12.3K', '1M'])
})
