/** What a post is found by, beside its words. */
import {deepEqual, equal, ok} from 'node:assert/strict'
import {test} from 'node:test'
import type {Post} from '#lex/gen/app/bsky/feed/post.ts'
import {anyPost, byFact, factsOf, languageFact, mentionFact, tagFact, textsOf, urlFact} from './facts.ts'

const post = (more: object): Post => ({text: 'hello', createdAt: '2026-01-01T00:00:00Z', ...more}) as unknown as Post
const facts = (more: object): string[] => factsOf(7, post(more))
const facet = (...features: object[]) => ({index: {byteStart: 0, byteEnd: 1}, features})
const link = (uri: string) => ({$type: 'app.bsky.richtext.facet#link', uri})
const card = (uri: string) => ({
  $type: 'app.bsky.embed.external',
  external: {uri, title: 'Title', description: 'About'},
})

test('every post is a post of its author', () => {
  deepEqual(facts({}), [anyPost, byFact(7)])
})

test('a post is found by tags of its text and beside it, without case and sign', () => {
  const found = facts({tags: ['Art'], facets: [facet({$type: 'app.bsky.richtext.facet#tag', tag: 'Löwe'})]})
  deepEqual(found.slice(2), [tagFact('#art'), tagFact('＃lowe')])
})

test('a post is found by whom it mentions', () => {
  const mention = {$type: 'app.bsky.richtext.facet#mention', did: 'did:web:bob.test'}
  deepEqual(facts({facets: [facet(mention)]}).slice(2), [mentionFact('did:web:bob.test')])
})

test('a language is found by its whole tag and by its first part', () => {
  deepEqual(facts({langs: ['pt-BR']}).slice(2), [languageFact('pt-br'), languageFact('pt')])
})

test('a link is found by where it leads, and by each domain above', () => {
  const found = facts({facets: [facet(link('https://www.a.b.example.com/Page/?q=1#here'))]})
  deepEqual(found.slice(2), [
    urlFact('http://a.b.example.com/Page?q=1'),
    'domain:a.b.example.com',
    'domain:b.example.com',
    'domain:example.com',
  ])
})

test('a card is a link too, also beside a quote, and what is no URL is none', () => {
  ok(facts({embed: card('https://example.com/a')}).includes(urlFact('https://example.com/a')))
  const media = card('https://example.com/b')
  ok(facts({embed: {$type: 'app.bsky.embed.recordWithMedia', media}}).includes(urlFact('https://example.com/b')))
  deepEqual(facts({embed: card('nowhere')}).slice(2), [])
})

test('links that differ only in what leads nowhere else are the same', () => {
  for (const same of ['https://www.example.com/a/', 'http://example.com/a', 'https://example.com/a#top']) {
    equal(urlFact(same), urlFact('https://example.com/a'), same)
  }
  ok(urlFact('https://example.com/a?b') !== urlFact('https://example.com/a'))
})

test('no fact ends the phrase of a query that it becomes', () => {
  equal(tagFact('a"b\n c'), '#a b c')
  equal(urlFact('no "url"'), 'url:no url')
})

const tag = (at: number) => ({$type: 'app.bsky.richtext.facet#tag', tag: `tag${at}`})

test('a post has so many facts, and none longer than is looked for', () => {
  ok(facts({facets: Array.from({length: 200}, (_, at) => facet(tag(at)))}).length < 60)
  deepEqual(facts({tags: ['x'.repeat(600)]}).slice(2), [])
})

test('what stands in a post to be read is its text, what pictures show, and cards', () => {
  deepEqual(textsOf(post({})), ['hello'])
  deepEqual(textsOf(post({embed: card('https://example.com')})), ['hello', 'Title', 'About'])
  const images = {$type: 'app.bsky.embed.images', images: [{alt: 'a cat'}, {alt: 'a dog'}]}
  deepEqual(textsOf(post({embed: images})), ['hello', 'a cat', 'a dog'])
  deepEqual(textsOf(post({embed: {$type: 'app.bsky.embed.recordWithMedia', media: images}})), [
    'hello',
    'a cat',
    'a dog',
  ])
  deepEqual(textsOf(post({embed: {$type: 'app.bsky.embed.video', alt: 'a film'}})), ['hello', 'a film'])
})
