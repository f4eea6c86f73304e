/** What people type, as a query of the index: nothing is an error. */
import {deepEqual, equal} from 'node:assert/strict'
import {suite, test} from 'node:test'
import type {Params} from '#lex/gen/app/bsky/feed/searchPostsV2.ts'
import {
  actor,
  alice,
  bob,
  carol,
  hydrationOf,
  hydratorOf,
  post,
  record,
  uriOf,
} from '../../../../test/appview-endpoints.ts'
import {byFact, domainFact, languageFact, mentionFact, tagFact, urlFact} from './facts.ts'
import {filteredQuery, isWanted, queryFault} from './filtered-query.ts'
import {foundQuery} from './found-query.ts'
import {matchOf, parsePostQuery, timeOf} from './post-query.ts'

suite('a query as it is typed', () => {
  test('has words, phrases, and words that must not be there', () => {
    const {phrases, excluded} = parsePostQuery('Red "big cat" -dog -"hot day"')
    deepEqual(
      [phrases, excluded],
      [
        ['"red"', '"big cat"'],
        ['"dog"', '"hot day"'],
      ],
    )
  })

  test('has tags, and filters by name, in any case', () => {
    const {facts, from, mentions} = parsePostQuery(
      '#Art FROM:@bob.test mentions:me to:carol.test lang:pt domain:www.a.test url:http://b.test/',
    )
    deepEqual(facts, [tagFact('art'), languageFact('pt'), domainFact('a.test'), urlFact('http://b.test')])
    deepEqual([from, mentions], [['bob.test'], ['me', 'carol.test']])
  })

  test('has a time from and to, the narrowest of those that are named', () => {
    const {sinceMs, untilMs} = parsePostQuery('since:2025-01-01 since:2025-02-01 until:2026-01-01 until:never')
    deepEqual([sinceMs, untilMs], [Date.parse('2025-02-01'), Date.parse('2026-01-01')])
  })

  test('takes what it does not know for words', () => {
    deepEqual(parsePostQuery('who:knows -from:bob "open').phrases, ['"who knows"', '"open"'])
    deepEqual(parsePostQuery('-from:bob').excluded, ['"from bob"'])
    deepEqual(parsePostQuery(' " # - '), parsePostQuery(''))
  })

  test('looks at so many parts of so many characters', () => {
    equal(parsePostQuery('a '.repeat(500)).phrases.length, 50)
    equal(parsePostQuery(`${' '.repeat(2_000)}late`).phrases.length, 0)
  })

  test('a time is a day or a moment', () => {
    equal(timeOf('2025-01-01'), Date.parse('2025-01-01'))
    equal(timeOf('2025-01-01t10:00:00z'), Date.parse('2025-01-01T10:00:00Z'))
    for (const none of ['2025', 'tomorrow', '2025-13-45', '2025-01-01T99:99:99Z']) equal(timeOf(none), undefined, none)
  })

  test('becomes one of the index, in which all must be there and none of the excluded', () => {
    const query = {phrases: ['"a"', '"b"'], excluded: ['"c"'], facts: ['#x']}
    equal(matchOf({...query, excluded: []}), 'facts : "#x" AND text : "a" AND text : "b"')
    equal(
      matchOf({...query, excludedFacts: ['#y']}),
      '(facts : "#x" AND text : "a" AND text : "b") NOT (facts : "#y" OR text : "c")',
    )
  })
})

suite('a query with its accounts', () => {
  const hydrator = hydratorOf({})

  test('names accounts by handle, DID and as me', async () => {
    const {authors} = await foundQuery(hydrator, {q: 'from:me from:bob.test', author: carol}, alice)
    deepEqual(authors, [1, 2, 3])
  })

  test('finds nothing of who is not known, and me is nobody without a viewer', async () => {
    deepEqual((await foundQuery(hydrator, {q: 'from:dave.test'}, alice)).authors, [])
    deepEqual((await foundQuery(hydrator, {q: 'from:me'}, undefined)).authors, [])
    equal((await foundQuery(hydrator, {q: 'x'}, alice)).authors, undefined)
    deepEqual((await foundQuery(hydrator, {q: 'mentions:dave.test'}, alice)).facts, [mentionFact('nobody')])
  })

  test('has what stands in parameters beside what is typed', async () => {
    const more = {mentions: 'bob.test', lang: 'de', domain: 'a.test', url: 'http://b.test', tag: ['art']}
    const {facts} = await foundQuery(hydrator, {q: '', ...more}, alice)
    deepEqual(facts, [
      tagFact('art'),
      mentionFact(bob),
      languageFact('de'),
      domainFact('a.test'),
      urlFact('http://b.test'),
    ])
    const {sinceMs, untilMs} = await foundQuery(hydrator, {q: '', since: '2025-01-01', until: 'never'}, alice)
    deepEqual([sinceMs, untilMs], [Date.parse('2025-01-01'), Infinity])
  })
})

const params = (more: object): Params => ({limit: 25, ...more}) as unknown as Params

suite('a search by filters', () => {
  const hydrator = hydratorOf({})

  test('asks for a query or a filter, and takes fifty values of each', () => {
    equal(queryFault(params({query: ' '})), 'a query or at least one filter is required')
    for (const more of [{query: 'a'}, {hasMedia: true}, {hashtags: ['art']}]) equal(queryFault(params(more)), undefined)
    equal(queryFault(params({hashtags: Array.from({length: 51}, String)})), 'hashtags: more than 50')
    equal(
      queryFault(params({repliesOnly: true, excludeReplies: true})),
      'repliesOnly and excludeReplies exclude each other',
    )
  })

  test('wants one of each filter, and none of those that are excluded', async () => {
    const found = await filteredQuery(
      hydrator,
      params({
        query: 'red',
        authors: ['bob.test', 'dave.test'],
        mentions: ['carol.test'],
        hashtags: ['art', 'cats'],
        excludeAuthors: [carol],
        excludeHashtags: ['dogs'],
        excludeDomains: ['a.test'],
        languages: ['de'],
      }),
      alice,
    )
    deepEqual(found.phrases, ['"red"'])
    deepEqual(found.anyOf, [[byFact(2)], [mentionFact(carol)], [tagFact('art'), tagFact('cats')], [languageFact('de')]])
    deepEqual(found.excludedFacts, [byFact(3), domainFact('a.test'), tagFact('dogs')])
  })

  test('wants replies only, or none', () => {
    const first = post(10, 2)
    const answer = post(11, 3, {}, first)
    const read = hydrationOf({records: [first, answer]}, 1)
    const wanted = (more: object) => [first, answer].map(core => isWanted(read, core, params(more)))
    deepEqual(wanted({}), [true, true])
    deepEqual(wanted({repliesOnly: true}), [false, true])
    deepEqual(wanted({excludeReplies: true}), [true, false])
    deepEqual(wanted({replyParentUri: first.uri}), [false, true])
    deepEqual(wanted({threadRootUri: uriOf(99, 1)}), [false, false])
  })

  test('wants media, or a video', () => {
    const kinds = ['images', 'video', 'external'].map((kind, at) =>
      record(20 + at, 2, 'feed.post', {text: '', embed: {$type: `app.bsky.embed.${kind}`}}),
    )
    const read = hydrationOf({records: kinds}, 1)
    const wanted = (more: object) => kinds.map(core => isWanted(read, core, params(more)))
    deepEqual(wanted({hasMedia: true}), [true, true, false])
    deepEqual(wanted({hasVideo: true}), [false, true, false])
  })

  test('wants posts of accounts that the viewer follows', () => {
    const posts = [post(10, 2), post(11, 3)]
    const read = hydrationOf(
      {records: posts, actors: [actor(2)], relations: {2: {following: uriOf(9, 1, 'graph.follow')}}},
      1,
    )
    deepEqual(
      posts.map(core => isWanted(read, core, params({following: true}))),
      [true, false],
    )
  })
})
