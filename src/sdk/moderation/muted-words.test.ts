/** Muted words are found where the official client finds them, in texts and all over a post, in time that is in proportion. */
import {deepEqual, equal, ok} from 'node:assert/strict'
import {test} from 'node:test'
import * as official from '@atproto/api'
import type {MutedWord} from '#lex/gen/app/bsky/actor/defs.ts'
import {Prng} from '#std/prng.ts'
import type {ModerationOpts} from './causes.ts'
import {moderatePost} from './moderate.ts'
import {matchMutedWords, type SearchedText} from './muted-words.ts'
import {runSeed} from '../../../test/random.ts'

const nowMs = Date.parse('2026-06-01T00:00:00Z')
const muted = (value: string, more: Partial<MutedWord> = {}): MutedWord => ({value, targets: ['content'], ...more})

function compare(
  words: readonly MutedWord[],
  searched: SearchedText,
  what = JSON.stringify([words, searched]),
): number {
  const ours = matchMutedWords(words, searched, nowMs)
  const {text, facets, tags, languages, author} = searched
  const theirs = official.matchMuteWords({
    mutedWords: words as official.AppBskyActorDefs.MutedWord[],
    text,
    facets: facets as official.AppBskyRichtextFacet.Main[],
    outlineTags: tags as string[],
    languages: languages as string[],
    actor: author as official.AppBskyActorDefs.ProfileViewBasic,
  })
  deepEqual(ours, theirs ?? [], what)
  return ours.length
}

const facets = [
  {index: {byteStart: 0, byteEnd: 1}, features: [{$type: 'app.bsky.richtext.facet#tag', tag: 'Bluesky'}]},
  {index: {byteStart: 0, byteEnd: 1}, features: [{$type: 'app.bsky.richtext.facet#link', uri: 'https://a.test'}]},
]
const followed = {viewer: {following: 'at://a'}}

/** Whether it is found: [muted word, text, what stands around]. */
const rows: [found: boolean, word: string, text: string, around?: Partial<SearchedText>, more?: Partial<MutedWord>][] =
  [
    [true, 'bluesky', 'hello', {facets}],
    [true, 'BlueSky', 'hello', {tags: ['bluesky']}],
    [true, 'bluesky', 'hello', {facets}, {targets: ['tag']}],
    [false, 'bluesky', 'I like bluesky', {}, {targets: ['tag']}],
    [true, '希', '改善希望です', {languages: ['ja']}],
    [true, '希望', '改善希望です', {languages: ['ja']}],
    [false, '希望', '改善希望です', {languages: ['en']}],
    [true, '☠︎', 'thank ☠︎ you'],
    [false, 'politics', 'political'],
    [true, 'javascript', 'This is a post about JavaScript'],
    [true, 'javascript', 'JavaScript!'],
    [true, 'user experience', 'Bluesky has a great user experience'],
    [true, "bluesky's", "Yay, Bluesky's mutewords"],
    [true, 'bluesky', "Yay, Bluesky's mutewords"],
    [true, 'blueskys', "Yay, Bluesky's mutewords"],
    [true, 's@ssy', 'so s@ssy!'],
    [true, 'ssy', 'so s@ssy!'],
    [true, 'and/or', 'Tomatoes are fruits and/or vegetables'],
    [false, 'andor', 'Tomatoes are fruits and/or vegetables'],
    [true, 'or', 'or and/or'],
    [false, 'stop', 'a/b and/or stop'],
    [true, 'stopping', 'a/b stopping'],
    [true, 'super-bad', 'super-bad'],
    [true, 'super', 'super-bad'],
    [true, 'super bad', 'super-bad'],
    [true, 'superbad', 'super_bad!!'],
    [true, '!command', 'just !command'],
    [true, '(8)', 'idk(8)idk'],
    [true, 'e/acc', "I'm e/acc pilled"],
    [true, '', 'two  spaces'],
    [true, 'a', 'ab'],
    [false, 'hello', 'hello', {author: followed}, {actorTarget: 'exclude-following'}],
    [true, 'hello', 'hello', {author: {viewer: {}}}, {actorTarget: 'exclude-following'}],
    [true, 'hello', 'hello', {author: followed}, {actorTarget: 'all'}],
    [false, 'hello', 'hello', {}, {expiresAt: '2020-01-01T00:00:00.000Z' as never}],
    [true, 'hello', 'hello', {}, {expiresAt: '2999-01-01T00:00:00.000Z' as never}],
  ]
for (const [found, word, text, around, more] of rows) {
  test(`"${word}" is ${found ? '' : 'not '}in "${text}" ${JSON.stringify([around, more])}`, () => {
    equal(compare([muted(word, more)], {text, ...around}), found ? 1 : 0)
  })
}

test('twenty words are found in each of 300 texts as by the official client', () => {
  const prng = new Prng(`muted words ${runSeed}`)
  const letters = [...'abcAB  \n..-_/!@#\'"(「ü希☠'] as const
  const made = (max: number): string => Array.from({length: prng.whole(0, max)}, () => prng.pick(letters)).join('')
  let found = 0
  for (let i = 0; i < 300; i++) {
    const words = Array.from({length: 20}, () => muted(made(4), {targets: [prng.is(0.9) ? 'content' : 'tag']}))
    const searched = {text: made(30), tags: [made(3)], languages: prng.is(0.1) ? ['ja'] : ['en']}
    found += compare(words, searched, `seed ${runSeed}: ${JSON.stringify([words.map(({value}) => value), searched])}`)
  }
  ok(found > 0)
})

const word = 'secret'
const cts = '2026-01-01T00:00:00Z'
const images = (alt = 'x') => ({
  $type: 'app.bsky.embed.images',
  images: [
    {alt: 'a cat', image: {}},
    {alt, image: {}},
  ],
})
const imagesView = (alt: string) => ({$type: 'app.bsky.embed.images#view', images: [{alt, thumb: 'a', fullsize: 'a'}]})
const gallery = (alt: string) => ({
  $type: 'app.bsky.embed.gallery',
  items: [{$type: 'other'}, {$type: 'app.bsky.embed.gallery#image', alt, image: {}}],
})
const galleryView = (alt: string) => ({
  $type: 'app.bsky.embed.gallery#view',
  items: [{$type: 'app.bsky.embed.gallery#viewImage', alt, thumbnail: 'a', fullsize: 'a'}],
})
const external = (title = 'x', description = 'x') => ({uri: 'https://a.test', title, description})
const post = (text: string, more: object = {}) => ({$type: 'app.bsky.feed.post', text, createdAt: cts, ...more})
const quotedView = (value: object) => ({
  $type: 'app.bsky.embed.record#view',
  record: {
    $type: 'app.bsky.embed.record#viewRecord',
    uri: 'at://did:plc:quoted/app.bsky.feed.post/a',
    author: {did: 'did:plc:quoted', handle: 'b.test', viewer: {following: 'at://a'}},
    value,
  },
})
const besideMedia = (media: object, value: object) => ({
  $type: 'app.bsky.embed.recordWithMedia#view',
  record: quotedView(value),
  media,
})
const externalMain = (...card: string[]) => ({$type: 'app.bsky.embed.external', external: external(...card)})
const externalView = (...card: string[]) => ({$type: 'app.bsky.embed.external#view', external: external(...card)})
const withMedia = (media: object) => ({$type: 'app.bsky.embed.recordWithMedia', record: {}, media})

const posts: Record<string, {record?: object; embed?: object}> = {
  'its text': {record: post(word)},
  'a tag of it': {record: post('hi', {tags: [word]})},
  'a picture of it': {record: post('hi', {embed: images(word)})},
  'a gallery of it': {record: post('hi', {embed: gallery(word)})},
  'no post at all': {record: {$type: 'com.example.note', text: word}},
  'the title of its card': {embed: externalView(word)},
  'the text of its card': {embed: externalView('x', `a ${word}`)},
  'what it quotes': {embed: quotedView(post(word))},
  'a tag of what it quotes': {embed: quotedView(post('hi', {tags: [word]}))},
  'a picture of what it quotes': {embed: quotedView(post('hi', {embed: images(word)}))},
  'a gallery of what it quotes': {embed: quotedView(post('hi', {embed: gallery(word)}))},
  'the card of what it quotes': {embed: quotedView(post('hi', {embed: externalMain(word)}))},
  'the card beside what that quotes': {embed: quotedView(post('hi', {embed: withMedia(externalMain(word))}))},
  'a picture beside what that quotes': {embed: quotedView(post('hi', {embed: withMedia(images(word))}))},
  'a gallery beside what that quotes': {embed: quotedView(post('hi', {embed: withMedia(gallery(word))}))},
  'what it quotes beside pictures': {embed: besideMedia(imagesView('x'), post(word))},
  'a picture beside what it quotes': {embed: besideMedia(imagesView(word), post('hi'))},
  'a gallery beside what it quotes': {embed: besideMedia(galleryView(word), post('hi'))},
  'a card beside what it quotes': {embed: besideMedia(externalView(word), post('hi'))},
  'a picture of what it quotes beside pictures': {
    embed: besideMedia(imagesView('x'), post('hi', {embed: images(word)})),
  },
  'nothing of it': {embed: besideMedia(imagesView('x'), post('hi'))},
}
for (const [where, {record = post('hi'), embed}] of Object.entries(posts)) {
  test(`a post is looked through as by the official client: ${where}`, () => {
    const subject = {
      uri: 'at://did:plc:author/app.bsky.feed.post/a',
      cid: 'bafyreia',
      author: {did: 'did:plc:author', handle: 'a.test'},
      record,
      embed,
      indexedAt: cts,
    }
    for (const actorTarget of ['all', 'exclude-following']) {
      for (const userDid of [undefined, 'did:plc:viewer', 'did:plc:author']) {
        const prefs = {
          adultContentEnabled: true,
          labels: {},
          labelers: [],
          mutedWords: [muted('never'), muted(word, {actorTarget})],
          hiddenPosts: [],
        }
        const ours = moderatePost(subject as never, {userDid, prefs, nowMs} as ModerationOpts)
        const theirs = official.moderatePost(subject as never, {userDid, prefs} as never)
        deepEqual(ours.causes, theirs.causes)
      }
    }
  })
}

test('a post that is no post by its lexicon is looked through as far as it goes', () => {
  const strange = [
    post(1 as never),
    post('hi', {facets: 'a', tags: {}, langs: 1, embed: {$type: 'app.bsky.embed.images'}}),
  ]
  const opts = {userDid: undefined, nowMs} as const
  const prefs = {adultContentEnabled: true, labels: {}, labelers: [], mutedWords: [muted(word)], hiddenPosts: []}
  for (const record of strange) {
    const subject = {uri: 'at://a', author: {did: 'did:plc:a'}, record, embed: {$type: 'app.bsky.embed.external#view'}}
    equal(moderatePost(subject as never, {...opts, prefs}).causes.length, 0)
  }
})

test('a text in which each place looks like an end is looked through before anybody notices a hang', () => {
  // An expression that looks for an end would look from each of half a million places anew: minutes, which the limit on
  // how long a test may stand still (test/time-limits.ts) does not give it.
  const words = Array.from({length: 200}, (_, i) => muted(`word${i}`))
  for (const text of [`a${'!'.repeat(500_000)}a`, 'a/'.repeat(50_000), 'a-b '.repeat(25_000)]) {
    equal(matchMutedWords(words, {text}, nowMs).length, 0)
  }
})
