import assert from 'node:assert/strict'
import {test} from 'node:test'
import {Malformed} from '#std/malformed.ts'
import {checkKey, isKey, keyHeight} from './height.ts'

test('a key is a collection and a record key around one slash', () => {
  const good = [
    'a/b',
    'app.bsky.feed.post/3jzfcijpj2z2a',
    '.../a',
    'a/...',
    '.a/.b',
    'a./b.',
    'a/_~-:.',
    `a/${'b'.repeat(1022)}`,
  ]
  for (const key of good) {
    assert.ok(isKey(key), key)
    checkKey(key)
  }
  const bad = [
    '',
    'a',
    '/',
    '//',
    '/a',
    'a/',
    'a/b/',
    '/a/b',
    'a/b/c',
    './a',
    '../a',
    'a/.',
    'a/..',
    'a/é',
    'a/b c',
    'ā/b',
  ]
  for (const key of [...bad, `a/${'b'.repeat(1023)}`]) {
    assert.ok(!isKey(key), key)
    assert.throws(
      () => checkKey(key),
      (error: unknown) => error instanceof Malformed && error.reason === 'key-syntax',
    )
  }
})

test('the height counts pairs of zero bits before the hash', () => {
  // The hashes begin 16, af and 00007f: three, none and seventeen zero bits.
  assert.deepEqual(['blue', '2653ae71', 'app.bsky.feed.post/9adeb165882c'].map(keyHeight), [1, 0, 8])
})
