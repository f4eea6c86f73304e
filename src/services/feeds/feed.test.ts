import {deepEqual, equal, throws} from 'node:assert/strict'
import {test} from 'node:test'
import type {Did} from '#atp/syntax/did.ts'
import {defineFeed, type Feed, type IncomingPost} from '#sdk/feed/feed.ts'
import {feedOf, ListedFeeds} from './feed.ts'

const alice = 'did:web:alice.test' as Did
const post = {record: {text: 'a cat'}} as IncomingPost
const skeleton = () => ({feed: []})
const feed = (name: string, takes?: Feed['takes']): Feed => defineFeed({name, title: name, takes, skeleton})

test('each feed of a list is asked for each post, and one that throws takes nothing', () => {
  const faults: string[] = []
  const all = [
    {feed: feed('cats', ({record}) => record.text.includes('cat')), owner: undefined},
    {feed: feed('dogs', ({record}) => record.text.includes('dog')), owner: undefined},
    {feed: feed('cats', () => true), owner: alice},
    {
      feed: feed('broken', () => {
        throw new Error('broken')
      }),
      owner: undefined,
    },
    {feed: feed('all'), owner: undefined},
  ]
  const set = new ListedFeeds(all, key => void faults.push(key))
  deepEqual([...set.match(post)], ['cats', `${alice}/cats`])
  deepEqual(faults, ['broken'])
})

test('a feed is found by its owner and name, or by its name where anybody may have its record', () => {
  const own = new ListedFeeds([{feed: feed('cats'), owner: alice}], () => {})
  const anybodys = new ListedFeeds([{feed: feed('dogs'), owner: undefined}], () => {})
  const find = (owner: string, name: string) => feedOf([own, anybodys], owner, name)?.[0]
  equal(find(alice, 'cats'), `${alice}/cats`)
  equal(find('did:web:bob.test', 'cats'), undefined)
  equal(find(alice, 'dogs'), 'dogs')
  equal(find('did:web:bob.test', 'dogs'), 'dogs')
})

test('a feed is held to what its record may say', () => {
  throws(() => defineFeed({name: 'a b', title: 'A', skeleton}), /1 to 15 letters, digits and "-", and not "a b"/)
  throws(() => defineFeed({name: 'a', title: 'A'.repeat(25), skeleton}), /title of "a" has 1 to 24 characters/)
  throws(() => defineFeed({name: 'a', title: 'A', description: 'é'.repeat(301), skeleton}), /at most 300/)
  equal(defineFeed({name: 'a', title: '👩‍👩‍👧'.repeat(24), skeleton}).name, 'a')
})
