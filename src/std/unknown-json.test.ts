import {deepEqual} from 'node:assert/strict'
import {test} from 'node:test'
import {fieldsOf, listOf, stringsOf} from './unknown-json.ts'

const many = ['a', 1, 'b', null, 'c']
for (const [what, value, fields, list, strings] of [
  ['nothing', undefined, {}, [], []],
  ['null', null, {}, [], []],
  ['a text', 'abc', {}, [], []],
  ['an object', {length: 1, 0: 'a'}, {length: 1, 0: 'a'}, [], []],
  ['a list', ['a', 1], {}, ['a', 1], ['a']],
  ['a long list', many, {}, ['a', 1, 'b'], ['a', 'b']],
] as const) {
  test(`${what} has what it has, up to so much, and nothing else`, () => {
    deepEqual([fieldsOf(value), listOf(value, 3), stringsOf(value, 3)], [fields, list, strings])
  })
}

test('a list of texts is one of its own', () => {
  stringsOf(many).push('d')
  deepEqual([many.length, listOf(many)], [5, many])
})
