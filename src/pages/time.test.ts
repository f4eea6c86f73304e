import assert from 'node:assert/strict'
import {test} from 'node:test'
import {toText} from './html.ts'
import {ago, timeTag, wholeTimeOf} from './time.ts'

const nowMs = Date.parse('2026-11-22T12:00:00Z')
const minute = 60_000
const day = 24 * 60 * minute

test('times are told as people tell them', () => {
  const cases: [pastMs: number, text: string][] = [
    [-day, 'now'],
    [0, 'now'],
    [minute - 1, 'now'],
    [minute, '1m'],
    [60 * minute - 1, '59m'],
    [60 * minute, '1h'],
    [day - 1, '23h'],
    [day, '1d'],
    [7 * day - 1, '6d'],
    [7 * day, '15 Nov'],
    [325 * day, '1 Jan'],
    [326 * day, '31 Dec 2025'],
    [400 * day, '18 Oct 2025'],
  ]
  for (const [pastMs, text] of cases) assert.equal(ago(nowMs - pastMs, nowMs), text)
})

test('a whole time names its zone', () => {
  assert.equal(wholeTimeOf(Date.parse('2026-11-22T19:24:00+02:00')), '22 November 2026 at 17:24 UTC')
})

test('a time is a time element, with the whole of it for who asks', () => {
  assert.equal(
    toText(timeTag('2026-11-22T11:55:00Z', nowMs)),
    '<time datetime="2026-11-22T11:55:00.000Z" title="22 November 2026 at 11:55 UTC">5m</time>',
  )
  assert.match(toText(timeTag('2026-11-22T11:55:00Z', nowMs, 'whole')), />22 November 2026 at 11:55 UTC</)
})

test('what a stranger wrote instead of a time is shown as it is, and is text', () => {
  for (const odd of ['', 'yesterday', '<b>', '9'.repeat(30)]) {
    const text = toText(timeTag(odd, nowMs))
    assert.match(text, /^<span>.*<\/span>$/)
    assert.doesNotMatch(text, /<b>/)
  }
})
