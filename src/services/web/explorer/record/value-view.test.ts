import assert from 'node:assert/strict'
import {test} from 'node:test'
import type {Value} from '#atp/data/value.ts'
import {toText} from '#pages/html.ts'
import {valueView} from './value-view.ts'

const pageOf = (value: Value): string => toText(valueView(value, 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa'))

test('a value of a million members is shown as far as there is room, and says what is left out', () => {
  const list = Array.from({length: 1_000_000}, (_, i) => i)
  const map = Object.fromEntries(list.map(i => [`k${i}`, i]))
  for (const value of [list, map]) {
    const page = pageOf(value)
    assert.ok(page.length < 1_000_000, `${page.length}`)
    assert.match(page, /… 99\d,?\d{3} more, cut/)
  }
})

test('a long text and a long name are cut, and lead nowhere', () => {
  const long = 'a'.repeat(2_000_000)
  const page = pageOf({[long]: 1, text: long, link: `https://a.test/${long}`, uri: `at://${long}`})
  assert.ok(page.length < 200_000, `${page.length}`)
  assert.match(page, /2000000 characters in all/)
  assert.ok(!page.includes('href'))
})
