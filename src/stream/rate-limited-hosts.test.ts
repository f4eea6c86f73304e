/** For how long a server is left alone, as its headers say. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {RateLimitedHosts} from './rate-limited-hosts.ts'

const nowMs = Date.parse('2026-03-01T00:00:00Z')
const seconds = nowMs / 1_000
const host = 'pds.example.com'

for (const [what, status, head, waitMs] of [
  ['a good answer', 200, {}, undefined],
  ['one that has more to give', 200, {'ratelimit-remaining': '1', 'ratelimit-reset': `${seconds + 60}`}, undefined],
  ['the last one for a while', 200, {'ratelimit-remaining': '0', 'ratelimit-reset': `${seconds + 60}`}, 60_000],
  ['the last one, by a time from now on', 200, {'ratelimit-remaining': '0', 'ratelimit-reset': '60'}, 60_000],
  ['the last one, for nobody knows how long', 200, {'ratelimit-remaining': '0'}, undefined],
  ['too many', 429, {}, 10_000],
  ['too many, for some seconds', 429, {'retry-after': '7'}, 7_000],
  ['too many, until a date', 429, {'retry-after': 'Sun, 01 Mar 2026 00:05:00 GMT'}, 300_000],
  ['too many, by the other header', 429, {'ratelimit-reset': `${seconds + 30}`}, 30_000],
  ['too many, for a year', 429, {'retry-after': '31536000'}, 3_600_000],
  ['too many, until yesterday', 429, {'ratelimit-reset': `${seconds - 86_400}`}, undefined],
  ['too many, by nonsense', 429, {'retry-after': 'soon', 'ratelimit-reset': '-5'}, 10_000],
  ['a server that is not there for a while', 503, {'retry-after': '60'}, 60_000],
  ['a server that is not there', 503, {}, undefined],
  ['another fault', 500, {'retry-after': '60'}, undefined],
] as const) {
  test(`${what}: ${waitMs === undefined ? 'it may be asked' : `it is left alone for ${waitMs} ms`}`, () => {
    let clockMs = nowMs
    const limited = new RateLimitedHosts({now: () => clockMs})
    limited.note(host, status, head)
    assert.equal(limited.until(host), waitMs === undefined ? undefined : nowMs + waitMs)
    assert.equal(limited.until('other.example.com'), undefined)
    clockMs += waitMs ?? 0
    assert.equal(limited.until(host), undefined)
    assert.equal(limited.size, 0)
  })
}

test('ten thousand servers are remembered, those that were told of last', () => {
  const limited = new RateLimitedHosts({now: () => nowMs})
  for (let n = 0; n <= 10_000; n++) limited.note(`${n}`, 429, {})
  assert.deepEqual([limited.size, limited.until('0'), limited.until('1')], [10_000, undefined, nowMs + 10_000])
})
