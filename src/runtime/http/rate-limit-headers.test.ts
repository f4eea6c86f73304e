import assert from 'node:assert/strict'
import {test} from 'node:test'
import {setRateLimitHeaders, tightest} from './rate-limit-headers.ts'

test('headers tell the tightest limit', () => {
  const minute = {allowed: true, limit: 2, windowMs: 60_000, remaining: 0, resetAt: 60_000}
  const hour = {allowed: true, limit: 100, windowMs: 3_600_000, remaining: 99, resetAt: 3_600_000}
  const headers = new Headers()
  setRateLimitHeaders(headers, tightest([hour, minute])!, 0)
  assert.deepEqual(Object.fromEntries(headers), {
    'ratelimit-limit': '2',
    'ratelimit-policy': '2;w=60',
    'ratelimit-remaining': '0',
    'ratelimit-reset': '60',
  })
  const refused = tightest([
    {...hour, remaining: 0},
    {...minute, allowed: false},
  ])!
  setRateLimitHeaders(headers, refused, 500)
  assert.equal(headers.get('retry-after'), '60')
  assert.equal(tightest([]), undefined)
})
