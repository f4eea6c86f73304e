/** A token is checked once a minute, for each method, and never taken for good after its time. */
import {deepEqual, equal, rejects} from 'node:assert/strict'
import {test} from 'node:test'
import type {Did} from '#atp/syntax/did.ts'
import {RememberedTokens} from './remembered-tokens.ts'

const did = 'did:web:alice.test' as Did
const nowMs = 1_780_000_000_000

for (const [what, goodMs, asked, checks] of [
  ['the same', 300_000, [['a', 'x', 0] as const, ['a', 'x', 59_999] as const], 1],
  ['after a minute', 300_000, [['a', 'x', 0] as const, ['a', 'x', 60_000] as const], 2],
  ['that has run out', 10_000, [['a', 'x', 0] as const, ['a', 'x', 10_000] as const], 2],
  ['for another method', 300_000, [['a', 'x', 0] as const, ['a', 'y', 0] as const], 2],
  ['another', 300_000, [['a', 'x', 0] as const, ['b', 'x', 0] as const], 2],
] as const) {
  test(`a token is checked ${checks === 1 ? 'once' : 'again'}: ${what}`, async () => {
    const state = {nowMs, checks: 0}
    const tokens = new RememberedTokens(() => state.nowMs)
    const vouched = {did, exp: (nowMs + goodMs) / 1000}
    for (const [token, nsid, afterMs] of asked) {
      state.nowMs = nowMs + afterMs
      const check = async () => (state.checks++, vouched)
      deepEqual(await tokens.of(token, nsid, check), vouched)
    }
    equal(state.checks, checks)
  })
}

test('a token that is refused is not remembered', async () => {
  const tokens = new RememberedTokens(() => nowMs)
  await rejects(
    tokens.of('a', 'x', () => Promise.reject(new Error('bad'))),
    /bad/,
  )
  equal((await tokens.of('a', 'x', async () => ({did, exp: nowMs}))).did, did)
})
