/** Scopes in words: that everything is said, in what words, and the gravest first. */
import {deepEqual, equal, ok} from 'node:assert/strict'
import {test} from 'node:test'
import {parseScope, parseScopeValue} from './scope.ts'
import {wordsOf} from './words.ts'

const at = 'aud=did:web:api.example.com%23svc'
const everywhere =
  'Write, change and delete records of every kind: posts, likes, follows, your profile, and what other apps keep with you'

const rows: Readonly<Record<string, readonly string[]>> = {
  atproto: [],
  'account:email': ['See your email address'],
  'transition:email': ['See your email address'],
  'account:email?action=manage': ['See your email address and have it confirmed'],
  'account:repo?action=manage': ['Replace everything in your repository by an import'],
  'identity:handle': ['Change your handle'],
  'repo:app.bsky.feed.post repo:app.bsky.feed.like': ['Write, change and delete likes and posts'],
  'repo:app.bsky.feed.post?action=create repo:app.bsky.feed.like repo:com.example.note?action=create': [
    'Write, change and delete likes',
    'Write posts and records of the type com.example.note',
  ],
  'repo:* repo:com.example.note?action=create': [everywhere],
  'repo:*?action=create repo:com.example.note': [
    'Write records of every kind: posts, likes, follows, your profile, and what other apps keep with you',
    'Change and delete records of the type com.example.note',
  ],
  'blob:image/* blob:application/pdf': ['Upload files of the type application/pdf and pictures'],
  'blob:image/* blob:*/*': ['Upload files of any kind'],
  'transition:chat.bsky': ['Read and send your direct messages'],
  'rpc:app.bsky.feed.getTimeline?aud=* rpc:app.bsky.feed.getPosts?aud=*': [
    'Read Bluesky as you see it: timelines, posts, profiles, at any service',
  ],
  'rpc:app.bsky.graph.muteActor?aud=*': ['Mute people, lists and threads, at any service'],
  'rpc:app.bsky.actor.getPreferencesOfOthers?aud=*': [
    'Read Bluesky as you see it: timelines, posts, profiles, at any service',
  ],
  [`rpc:com.example.get?${at}`]: ['Call com.example.get, at api.example.com (svc)'],
  [`rpc:*?${at}`]: ['Do whatever it offers, at api.example.com (svc)'],
}
for (const [scope, lines] of Object.entries(rows)) {
  test(`${scope} in words`, () => {
    deepEqual(
      wordsOf(parseScope(scope).scopes).flatMap(group => group.lines),
      lines,
    )
  })
}

test('what could cost somebody the account comes first, and is said to be grave', () => {
  const scope = `atproto repo:* account:email rpc:com.atproto.server.createAccount?${at} identity:* account:status?action=manage`
  const words = wordsOf(parseScope(scope).scopes)
  deepEqual(
    words.map(({title, isGrave}) => [title, isGrave]),
    [
      ['Your identity', true],
      ['Your account', true],
      ['Services in your name', true],
      ['What you publish', false],
    ],
  )
})

test('the scope of before permissions says that it is what an app password is', () => {
  const words = wordsOf(parseScope('atproto transition:generic repo:com.example.note blob:*/*').scopes)
  deepEqual(
    words.map(({title}) => title),
    ['Everything an app password can do'],
  )
  ok(!words[0].lines.some(line => /message|email/i.test(line)))
})

test('no scope that allows something is without a word', () => {
  const all = [
    'repo:a.b.c',
    'rpc:a.b.c?aud=*',
    'blob:a/b',
    'account:repo',
    'account:status',
    'identity:*',
    'transition:generic',
  ]
  for (const value of all) {
    const scope = parseScopeValue(value)
    ok(scope && wordsOf([scope]).length === 1, value)
  }
  equal(wordsOf([]).length, 0)
})
