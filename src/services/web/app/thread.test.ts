/** The page of a thread, whatever an AppView answers: it is bounded, says what it can, and never fails. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {bob, post, profile, WebNetwork} from '../../../../test/web-network.ts'

const path = `/profile/${bob.did}/post/3lbcd2345672k`
const uri = `at://${bob.did}/app.bsky.feed.post/3lbcd2345672k`
const view = (text: string, more: object = {}) => post(profile(bob), text, more as Record<string, unknown>)
const item = (depth: number, text: string, more: object = {}, value: object = {}) => ({
  uri,
  depth,
  value: {
    $type: 'app.bsky.unspecced.defs#threadItemPost',
    post: view(text, more),
    moreParents: false,
    moreReplies: 0,
    opThread: false,
    hiddenByThreadgate: false,
    mutedByViewer: false,
    ...value,
  },
})

const quoted = (embed: object) => ({
  $type: 'app.bsky.embed.record#view',
  record: {
    $type: 'app.bsky.embed.record#viewRecord',
    uri,
    cid: view('').cid,
    author: profile(bob),
    value: {},
    indexedAt: '2026-11-22T11:55:00.000Z',
    embeds: [embed],
  },
})

async function pageOf(context: Parameters<typeof WebNetwork.open>[0], thread: readonly unknown[]) {
  const network = await WebNetwork.open(context, {
    'app.bsky.unspecced.getPostThreadV2': () => ({thread, hasOtherReplies: false}),
  })
  const response = await network.get(path)
  return {status: response.status, text: await response.text()}
}

test('of a thread without end some hundred posts are shown, the one asked for among them', async context => {
  const above = Array.from({length: 900}, (_, at) => item(at - 900, `above ${at}`))
  const below = Array.from({length: 2000}, (_, at) => item(1 + (at % 9), `below ${at}`))
  const {status, text} = await pageOf(context, [...above, item(0, 'the one asked for'), ...below])
  assert.equal(status, 200)
  assert.match(text, /the one asked for/)
  assert.match(text, /above 899/)
  assert.match(text, /below 0\b/)
  const count = text.match(/<article class="post/g)?.length ?? 0
  assert.ok(count <= 301, `${count} posts`)
})

test('depths, counts and kinds of items that cannot be are shown as far as they can', async context => {
  const kinds = [
    {uri, depth: 3, value: {$type: 'com.example.other', post: 5}},
    {uri, depth: 2, value: {$type: 'app.bsky.unspecced.defs#threadItemNotFound'}},
    item(-99_999, 'far above'),
    item(99_999, 'far below', {}, {moreReplies: -5}),
  ]
  const {status, text} = await pageOf(context, [item(0, 'first'), item(0, 'second'), ...kinds])
  assert.equal(status, 200)
  for (const word of ['first', 'far above', 'far below', 'This post has been deleted'])
    assert.match(text, new RegExp(word))
  assert.equal((await pageOf(context, [])).status, 404)
})

test('embeds within embeds, and media that are none, end at the first', async context => {
  let nested: object = {$type: 'app.bsky.embed.images#view', images: []}
  for (let n = 0; n < 300; n++) {
    nested = {
      $type: 'app.bsky.embed.recordWithMedia#view',
      media: nested,
      record: {record: {$type: 'com.example.none'}},
    }
  }
  const media = {
    $type: 'app.bsky.embed.recordWithMedia#view',
    media: {$type: 'app.bsky.embed.record#view'},
    record: {record: {$type: 'com.example.none'}},
  }
  for (const embed of [nested, media, quoted(media), quoted(quoted(quoted(media)))]) {
    const {status, text} = await pageOf(context, [item(0, 'with an embed', {embed})])
    assert.equal(status, 200, text.slice(0, 300))
    assert.match(text, /with an embed/)
  }
})

test('an answer that is nested without end, no JSON, or not as its lexicon says, is told in plain words', async context => {
  const deep = JSON.parse(`${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`) as object
  const odd = [[item(0, 'deep', {record: deep})], [{uri: 5}], [item(0, 'x', {author: null})]]
  for (const thread of odd) {
    const {status} = await pageOf(context, thread).catch((error: unknown) => ({status: String(error)}))
    assert.ok([200, 502].includes(status as number), String(status))
  }
})

test('a post says how many replies are not shown below it, but not the one that the page is about', async context => {
  const more = {moreReplies: 3}
  const {text} = await pageOf(context, [
    item(0, 'the one asked for', {}, more),
    item(1, 'a reply', {}, more),
    item(1, 'another', {}, {moreReplies: 1}),
  ])
  assert.equal(text.match(/class="more-replies/g)?.length, 2)
  assert.match(text, />3 more replies<[\s\S]*>1 more reply</)
})
