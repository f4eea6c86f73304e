import assert from 'node:assert/strict'
import {test} from 'node:test'
import {RateLimiter, setRateLimitHeaders, tightest} from './rate-limiter.ts'

test('each key has its points a window, and refused calls take none', () => {
  const clock = {ms: 1_000}
  const limiter = new RateLimiter({limit: 3, windowMs: 500, now: () => clock.ms})
  assert.deepEqual(
    [1, 1, 2, 1, 1].map(points => limiter.take('a', points).allowed),
    [true, true, false, true, false],
  )
  assert.equal(limiter.take('b').remaining, 2)
  clock.ms = 1_499
  assert.equal(limiter.take('a').allowed, false)
  clock.ms = 1_500
  assert.deepEqual(limiter.take('a'), {allowed: true, limit: 3, windowMs: 500, remaining: 2, resetAt: 2_000})
})

test('what is given back counts for the window that is open, and no more than was taken', () => {
  const clock = {ms: 0}
  const limiter = new RateLimiter({limit: 3, windowMs: 100, now: () => clock.ms})
  const remaining = (): number => limiter.take('a', 0).remaining
  limiter.take('a', 2)
  limiter.giveBack('a')
  assert.equal(remaining(), 2)
  limiter.giveBack('a', 5)
  assert.equal(remaining(), 3)
  limiter.giveBack('nobody')
  limiter.take('a', 3)
  clock.ms = 100
  limiter.giveBack('a', 2)
  assert.equal(limiter.take('a', 3).allowed, true, 'a window that has ended takes nothing back')
  limiter.giveBack('a', 2)
  assert.equal(remaining(), 2)
})

test('windows that have ended are forgotten, and keys are bounded', () => {
  const clock = {ms: 0}
  const limiter = new RateLimiter({limit: 1, windowMs: 100, now: () => clock.ms, keysMax: 50})
  for (let i = 0; i < 1_000; i++) limiter.take(`key ${i}`)
  assert.equal(limiter.size, 50)
  assert.equal(limiter.take('key 999').allowed, false)
  clock.ms = 100
  limiter.take('key 999')
  assert.equal(limiter.size, 1)
})

test('headers tell the tightest limit', () => {
  const minute = new RateLimiter({limit: 2, windowMs: 60_000, now: () => 0})
  const hour = new RateLimiter({limit: 100, windowMs: 3_600_000, now: () => 0})
  minute.take('a')
  const headers = new Headers()
  const verdict = tightest([hour.take('a'), minute.take('a')])
  assert.ok(verdict)
  setRateLimitHeaders(headers, verdict, 0)
  assert.deepEqual(Object.fromEntries(headers), {
    'ratelimit-limit': '2',
    'ratelimit-policy': '2;w=60',
    'ratelimit-remaining': '0',
    'ratelimit-reset': '60',
  })
  const refused = tightest([hour.take('a'), minute.take('a')])
  assert.ok(refused)
  setRateLimitHeaders(headers, refused, 500)
  assert.equal(headers.get('retry-after'), '60')
})
