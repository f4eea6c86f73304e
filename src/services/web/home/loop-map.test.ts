import assert from 'node:assert/strict'
import {suite, test} from 'node:test'
import {toText} from '#pages/html.ts'
import type {Pulse} from '../live/live-stream.ts'
import {boxFigures, lagText, lastRate, loopMap, rateText, sparkline} from './loop-map.ts'
import type {Vitals} from './vitals.ts'

const names = ['plc', 'pds', 'relay', 'jetstream', 'tap', 'appview', 'web']
const vitals = (more: Partial<Vitals['services'][number]> = {}): Vitals => ({
  services: names.map(name => ({
    name,
    url: `http://${name}.test`,
    isUp: true,
    version: '1',
    answerMs: 3,
    requestsPerSecond: 1,
    counts: '',
    ...more,
  })),
  residentBytes: undefined,
})
const pulse = (perSecond: number[], lagMs?: number): Pulse => ({perSecond, lagMs, total: 5, state: 'open'})
const quiet = pulse(Array<number>(60).fill(0))

test('a rate is that of the last five seconds, with a digit where it is small', () => {
  assert.equal(lastRate(pulse([99, 5, 0, 0, 5, 0])), 2)
  assert.equal(lastRate(quiet), 0)
  assert.deepEqual([0, 0.2, 9.96, 10, 123.4].map(rateText), ['0', '0.2', '10.0', '10', '123'])
})

test('a lag is in milliseconds, and from a second on in seconds', () => {
  assert.deepEqual([0.4, 40.6, 999, 1_000, 61_540].map(lagText), ['0 ms', '41 ms', '999 ms', '1.0 s', '61.5 s'])
})

suite('each box', () => {
  test('says how its service is', () => {
    const figures = boxFigures(vitals({counts: '3 accounts, more'}), pulse([10, 10, 10, 10, 10], 40))
    assert.deepEqual(figures, {
      plc: '3 accounts',
      pds: '3 accounts',
      relay: '10 events/s',
      jetstream: '10 events/s',
      tap: '3 accounts',
      appview: '3 accounts',
      web: '40 ms behind',
    })
    const idle = boxFigures(vitals({answerMs: 0.2}), quiet)
    assert.deepEqual([idle.plc, idle.web], ['1 ms', 'no events yet'])
  })

  test('says when its service is down', () => {
    assert.deepEqual(new Set(Object.values(boxFigures(vitals({isUp: false}), quiet))), new Set(['down']))
    const text = toText(loopMap(vitals({isUp: false}), quiet))
    assert.equal(text.match(/class="loop-box is-down"/g)?.length, 14)
    assert.match(text, /<title>down<\/title>/)
    assert.doesNotMatch(toText(loopMap(vitals(), quiet)), /is-down/)
  })

  test('is in the picture for a wide window and in that for a phone, with words for who cannot see it', () => {
    const text = toText(loopMap(vitals(), quiet))
    for (const name of names) assert.equal(text.match(new RegExp(`data-box="${name}"`, 'g'))?.length, 2, name)
    assert.equal(text.match(/role="img"\s+aria-label="How data flows/g)?.length, 2)
  })

  test('of a Tap is there where there is a Tap', () => {
    const {services} = vitals()
    const without = {...vitals(), services: services.filter(({name}) => name !== 'tap')}
    assert.doesNotMatch(toText(loopMap(without, quiet)), /data-box="tap"|relay-tap/)
    assert.match(toText(loopMap(vitals(), quiet)), /data-box="tap"[^]*relay-tap|relay-tap[^]*data-box="tap"/)
  })

  test('escapes what a service counts', () => {
    assert.doesNotMatch(toText(loopMap(vitals({counts: '<b>'}), quiet)), /<b>/)
  })
})

const heights = (perSecond: number[]) =>
  [...toText(sparkline(pulse(perSecond))).matchAll(/y="([\d.]+)" width="3" height="([\d.]+)"/g)].map(
    ([, y, height]) => [Number(y), Number(height)],
  )

test('the last minute is sixty bars, the highest as high as there is room', () => {
  const found = heights([0, 1, 4, 40])
  assert.deepEqual(found, [
    [39, 1],
    [38, 2],
    [36, 4],
    [0, 40],
  ])
  assert.deepEqual(heights([1])[0], [30, 10], 'one event alone is no peak')
  assert.ok(found.every(([y, height]) => y + height === 40))
})
