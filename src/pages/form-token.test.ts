import assert from 'node:assert/strict'
import {test} from 'node:test'
import {useNativeCrypto} from '#engines/crypto/native.ts'
import {formToken, formTokenField, formTokenOf, isFormToken} from './form-token.ts'
import {toText} from './html.ts'

useNativeCrypto()

const [one, two] = ['A'.repeat(43), 'B'.repeat(43)]

test('the token of a secret is always the same, and none of another secret', () => {
  assert.equal(formTokenOf(one), formTokenOf(one))
  assert.notEqual(formTokenOf(one), formTokenOf(two))
  assert.match(formTokenOf(one), /^[\w-]{43}$/)
})

test('the token does not hold the secret, nor what the secret is kept under', async () => {
  const {createHash} = await import('node:crypto')
  assert.ok(!formTokenOf(one).includes(one))
  assert.notEqual(formTokenOf(one), createHash('sha256').update(one).digest('base64url'))
})

test('only the whole token of the browser that asks will do', () => {
  const token = formTokenOf(one)
  assert.ok(isFormToken(token, one))
  const wrong = ['', token.slice(1), `${token}A`, token.toLowerCase(), formTokenOf(two), one, 'é'.repeat(22)]
  for (const other of wrong) assert.ok(!isFormToken(other, one), other)
})

test('a browser without a secret has no token, not even the empty one', () => {
  for (const token of ['', 'undefined', formTokenOf(''), formTokenOf('undefined')]) {
    assert.ok(!isFormToken(token, undefined), token)
  }
})

test('the field is hidden, and what stands in it is escaped', () => {
  assert.equal(toText(formToken('a"b')), `<input type="hidden" name="${formTokenField}" value="a&quot;b" />`)
})
