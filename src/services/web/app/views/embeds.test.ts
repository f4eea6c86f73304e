import assert from 'node:assert/strict'
import {suite, test} from 'node:test'
import {toText} from '#pages/html.ts'
import {alice, bob, nowMs, post, profile} from '../../../../../test/web-network.ts'
import {embedOf, postPath} from './embeds.ts'

const sight = {viewer: alice.did, nowMs, path: '/timeline', token: 'secret'}
type Embed = Parameters<typeof embedOf>[0]
const shown = (embed: unknown): string => {
  const found = embedOf(embed as Embed, sight)
  return found === undefined ? 'nothing' : toText(found).replace(/\s+/g, ' ')
}

const cdn = 'https://cdn.example'
const image = (alt: string, ratio?: {width: number; height: number}) => ({
  thumb: `${cdn}/thumb`,
  fullsize: `${cdn}/full`,
  alt,
  aspectRatio: ratio,
})
const images = (...all: object[]) => ({$type: 'app.bsky.embed.images#view', images: all})
const {uri} = post(bob, '') as {uri: string}
const quoted = (more: object = {}) => ({
  $type: 'app.bsky.embed.record#viewRecord',
  uri,
  author: profile(bob, {displayName: 'Bob <b>'}),
  value: {$type: 'app.bsky.feed.post', text: 'quoted <i>', createdAt: '2026-11-22T11:55:00.000Z'},
  ...more,
})
const record = (inner: object) => ({$type: 'app.bsky.embed.record#view', record: inner})

const size = (...all: object[]) =>
  /width="(\d+)" height="(\d+)"/
    .exec(shown(images(...all)))
    ?.slice(1)
    .map(Number)

suite('pictures', () => {
  test('lead to the whole picture, with the words that describe it', () => {
    const text = shown(images(image('A "boat"')))
    assert.match(text, /<div class="pictures one"><a href="https:\/\/cdn\.example\/full"[^>]*data-picture/)
    assert.match(text, /<img src="https:\/\/cdn\.example\/thumb" alt="A &quot;boat&quot;"/)
    assert.match(text, /class="alt-mark"[^>]*>ALT</)
    assert.doesNotMatch(shown(images(image(''))), /alt-mark/)
  })

  test('keep their room: a single one its shape within bounds, several are squares', () => {
    assert.deepEqual(size(image('', {width: 2, height: 1})), [1_000, 500])
    assert.deepEqual(size(image('')), [1_000, 750])
    assert.deepEqual(size(image('', {width: 1, height: 100})), [1_000, 1_111], 'a tall one is cut')
    assert.deepEqual(size(image('', {width: 100, height: 1})), [1_000, 333], 'a wide one has some height')
    assert.deepEqual(size(image('', {width: 9, height: 1}), image('')), [600, 600])
  })

  test('are ten at most, and told by their number', () => {
    const shape = (count: number) =>
      /class="pictures (\w+)"/.exec(shown(images(...Array<object>(count).fill(image('')))))?.[1]
    assert.deepEqual([1, 2, 3, 4].map(shape), ['one', 'many', 'three', 'many'])
    assert.equal(shown(images(...Array<object>(50).fill(image('')))).match(/<img/g)?.length, 10)
  })

  test('of a gallery are pictures, and what is none is left out', () => {
    const item = {$type: 'app.bsky.embed.gallery#viewImage', thumbnail: `${cdn}/t`, fullsize: `${cdn}/f`, alt: 'x'}
    const text = shown({$type: 'app.bsky.embed.gallery#view', items: [item, {$type: 'com.example.other'}]})
    assert.equal(text.match(/<img/g)?.length, 1)
    assert.match(text, /src="https:\/\/cdn\.example\/t"/)
  })

  test('at addresses that are none lead nowhere', () => {
    assert.doesNotMatch(
      shown(images({...image(''), thumb: 'javascript:alert(1)', fullsize: 'data:x'})),
      /javascript|data:/,
    )
  })
})

const external = (more: object) => ({
  $type: 'app.bsky.embed.external#view',
  external: {uri: 'https://example.com/a?b', title: 'A <title>', description: 'What it is', ...more},
})

suite('a link', () => {
  test('has its title, description and host', () => {
    const text = shown(external({thumb: `${cdn}/t`}))
    assert.match(text, /href="https:\/\/example\.com\/a\?b" target="_blank" rel="nofollow noopener ugc"/)
    assert.match(text, /<b>A &lt;title&gt;<\/b>[\s\S]*What it is[\s\S]*example\.com/)
    assert.match(text, /<img src="https:\/\/cdn\.example\/t" alt=""/)
  })

  test('without a title is told by its host, and by itself where it has none', () => {
    assert.match(shown(external({title: ''})), /<b>example\.com<\/b>/)
    const odd = shown(external({uri: 'javascript:alert(1)', title: ''}))
    assert.doesNotMatch(odd, /href="javascript/)
  })
})

suite('a quoted post', () => {
  test('has who wrote it, when, and its words', () => {
    const text = shown(record(quoted()))
    assert.match(text, /<a class="by" href="\/profile\/did:plc:44ybard66vv44zksje25o7dz\/post\/3lbcd2345672k">/)
    assert.match(text, /Bob &lt;b&gt;[\s\S]*@bob\.test[\s\S]*>5m</)
    assert.match(text, /<p class="text">quoted &lt;i&gt;<\/p>/)
  })

  test('shows its pictures, and not what it quotes itself', () => {
    assert.match(shown(record(quoted({embeds: [images(image('inside'))]}))), /alt="inside"/)
    assert.doesNotMatch(shown(record(quoted({embeds: [record(quoted({value: {text: 'deeper'}}))]}))), /deeper/)
    const both = {
      $type: 'app.bsky.embed.recordWithMedia#view',
      media: images(image('inside')),
      record: record(quoted()),
    }
    assert.match(shown(record(quoted({embeds: [both]}))), /alt="inside"/)
  })

  test('that is not there says why', () => {
    const cases: [type: string, words: string][] = [
      ['app.bsky.embed.record#viewNotFound', 'The quoted post has been deleted.'],
      ['app.bsky.embed.record#viewBlocked', 'The quoted post is by someone you block, or who blocks you.'],
      ['app.bsky.embed.record#viewDetached', 'The author of the quoted post has detached it.'],
      ['com.example.none', 'This kind of record cannot be shown here yet.'],
    ]
    for (const [$type, words] of cases) assert.ok(shown(record({$type, uri})).includes(words), $type)
  })

  test('may be a feed or a list', () => {
    const feed = {$type: 'app.bsky.feed.defs#generatorView', displayName: 'Boats', creator: profile(bob)}
    assert.match(shown(record(feed)), /Feed: <b>Boats<\/b> by @bob\.test/)
    const list = {$type: 'app.bsky.graph.defs#listView', name: 'Sailors', creator: profile(bob)}
    assert.match(shown(record(list)), /List: <b>Sailors<\/b> by @bob\.test/)
  })

  test('with pictures of the post stands below them', () => {
    const both = {$type: 'app.bsky.embed.recordWithMedia#view', media: images(image('mine')), record: record(quoted())}
    assert.match(shown(both), /alt="mine"[\s\S]*quoted &lt;i&gt;/)
  })
})

test('a video is named, and what is not known leaves nothing', () => {
  assert.match(
    shown({$type: 'app.bsky.embed.video#view', alt: 'Waves <b>'}),
    /A video: Waves &lt;b&gt;\. It cannot be played/,
  )
  assert.equal(shown({$type: 'com.example.none'}), 'nothing')
  assert.equal(shown(undefined), 'nothing')
})

test('a post is shown at the account and key of its address', () => {
  assert.equal(postPath(uri), '/profile/did:plc:44ybard66vv44zksje25o7dz/post/3lbcd2345672k')
  assert.equal(postPath(`at://${bob.did}`), '/profile/did:plc:44ybard66vv44zksje25o7dz/post/')
})
