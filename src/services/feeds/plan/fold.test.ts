import assert from 'node:assert/strict'
import {test} from 'node:test'
import {fold, isWordEdge} from './fold.ts'

test('letters are the same without their case where expressions say so', () => {
  const letters = Array.from({length: 0xd800}, (_, unit) => String.fromCharCode(unit)).filter(
    letter => letter.toLowerCase() !== letter || letter.toUpperCase() !== letter,
  )
  // Every letter that an expression takes for another is in the same fold; the dotless i, which is not, may be.
  const all = letters.join('')
  for (const letter of 'aàßſkKsσςΣµμåÅθϑΘẞıİǅǄǆΐΰﬅёЁһ') {
    for (const [other] of all.matchAll(new RegExp(letter, 'giu')))
      assert.equal(fold(other), fold(letter), letter + other)
  }
})

test('a text keeps its length', () => {
  for (const text of ['', 'abc', 'ÀbÇ', 'İstanbul', 'Straße', '😀Ａ😀', '\ud800X'])
    assert.equal(fold(text).length, text.length)
  assert.equal(fold('ÀBÇ déf Σς'), 'àbç déf σσ')
})

const edges = (text: string): number[] => [...text, ''].flatMap((_, at) => (isWordEdge(text, at) ? [at] : []))

test('words have edges where their script has spaces between words', () => {
  assert.deepEqual(edges('ab c_1'), [0, 2, 3, 6])
  assert.deepEqual(edges('猫が'), [0, 1, 2])
  assert.deepEqual(edges('a猫b'), [0, 1, 2, 3])
  assert.deepEqual(edges("l'été"), [0, 1, 2, 5])
})
