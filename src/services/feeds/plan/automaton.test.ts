import assert from 'node:assert/strict'
import {test} from 'node:test'
import {runSeed, seeded} from '../../../../test/random.ts'
import {Automaton} from './automaton.ts'
import {fold} from './fold.ts'

const hits = (words: readonly string[], text: string): string[] => {
  const found: string[] = []
  new Automaton(words).scan(text, (word, end) => found.push(`${words[word]}@${end}`))
  return found.toSorted()
}

/** The same by looking for each word at each place. */
const slowly = (words: readonly string[], text: string): string[] =>
  words
    .flatMap(word =>
      Array.from({length: text.length}, (_, at) => at)
        .filter(at => fold(text).startsWith(fold(word), at))
        .map(at => `${word}@${at + word.length}`),
    )
    .toSorted()

test('words are found wherever they are, inside each other too', () => {
  assert.deepEqual(hits(['he', 'she', 'his', 'hers'], 'ushers'), ['he@4', 'hers@6', 'she@4'])
  assert.deepEqual(hits(['ÉTÉ', '東京', '😀'], "L'été à 東京 😀"), ['ÉTÉ@5', '東京@10', '😀@13'])
  assert.deepEqual(hits([], 'text'), [])
})

test(`words of few letters are found as by looking for each of them (seed ${runSeed})`, () => {
  const random = seeded(runSeed)
  const text = (max: number): string =>
    Array.from({length: 1 + Math.floor(random() * max)}, () => 'abAſs'[Math.floor(random() * 5)]).join('')
  for (let round = 0; round < 200; round++) {
    const words = [...new Set(Array.from({length: 12}, () => fold(text(5))))]
    const subject = text(60)
    assert.deepEqual(hits(words, subject), slowly(words, subject), `${words} in ${subject}`)
  }
})
