import {equal, notEqual} from 'node:assert/strict'
import {test} from 'node:test'
import {hashOfSecret, isSameSecret} from './secrets.ts'

test('a secret is the same letter by letter, whatever the lengths', () => {
  equal(isSameSecret('a secret', 'a secret'), true)
  for (const other of ['', 'a secre', 'a secret ', 'A secret', 'b'.repeat(10_000)])
    equal(isSameSecret(other, 'a secret'), false)
})

test('what is kept of a secret is not the secret', () => {
  notEqual(hashOfSecret('a secret'), hashOfSecret('another'))
  equal(hashOfSecret('a secret').length, 64)
})
