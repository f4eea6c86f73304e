/** Text as words to search for, in any script. */
import {deepEqual, equal} from 'node:assert/strict'
import {test} from 'node:test'
import {folded, phraseOf, wordsOf} from './words.ts'

test('case, accents and variants of form make no difference', () => {
  for (const [text, same] of [
    ['Café', 'cafe'],
    ['ΆΒΓ', 'αβγ'],
    ['ﬁne', 'fine'],
    ['Ёлка', 'елка'],
  ]) {
    equal(folded(text), folded(same), text)
  }
})

test('words are parted by whatever is no letter or number', () => {
  equal(wordsOf('Hello, world! It’s 5 o’clock_now'), 'hello world it s 5 o clock now')
  equal(wordsOf('naïve—thing'), 'naive thing')
})

test('scripts without spaces are cut into pairs, and the last character stands alone', () => {
  equal(wordsOf('東京都'), '東京 京都 都')
  equal(wordsOf('猫'), '猫')
  equal(wordsOf('I love 東京'), 'i love 東京 京')
})

test('a picture is a word', () => {
  equal(wordsOf('good 📌 day'), 'good 📌 day')
})

test('what is searched for is a phrase of its words', () => {
  equal(phraseOf('Red Cat'), '"red cat"')
  equal(phraseOf('Red Cat', true), '"red cat" *')
  equal(phraseOf('東京都'), '"東京 京都"')
  equal(phraseOf('猫'), '"猫" *')
  for (const none of ['', ' ', '"', '-!?']) equal(phraseOf(none), undefined, none)
})

test('no phrase ends the query that it is in', () => {
  equal(phraseOf('say "no" OR'), '"say no or"')
})

test('so many characters of a text are looked at', () => {
  deepEqual([wordsOf(`${'a '.repeat(5_000)}late`).includes('late'), wordsOf('a late').includes('late')], [false, true])
})
