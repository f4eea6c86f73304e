import {deepEqual, equal, notEqual} from 'node:assert/strict'
import {test} from 'node:test'
import {RefreshTokens} from './refresh-tokens.ts'

const tokens = new RefreshTokens(new Uint8Array(32).fill(1))
const claims = {grantId: 'AAECAwQFBgcICQoLDA0ODw', generation: 70_000}

test('a refresh token says which access it renews, and for the how-manieth time; the same each time', () => {
  const token = tokens.make(claims)
  deepEqual(tokens.read(token), claims)
  equal(tokens.make(claims), token)
  notEqual(tokens.make({...claims, generation: 70_001}), token)
})

test('no letter of it can be changed, and none of another server is ours', () => {
  const token = tokens.make(claims)
  for (let at = 0; at < token.length; at++) {
    const other = token[at] === 'A' ? 'B' : 'A'
    equal(tokens.read(token.slice(0, at) + other + token.slice(at + 1)), undefined, `at ${at}`)
  }
  for (const strange of ['', 'ref-', token.slice(0, -1), `${token}A`, token.slice(4), 'ref-'.padEnd(1_000, 'A')]) {
    equal(tokens.read(strange), undefined, strange)
  }
  equal(tokens.read(new RefreshTokens(new Uint8Array(32).fill(2)).make(claims)), undefined)
})
