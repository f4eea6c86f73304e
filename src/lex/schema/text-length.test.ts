/** Lengths of text, against the encoder and the segmenter themselves. */
import assert from 'node:assert/strict'
import {suite, test} from 'node:test'
import {toUtf8} from '#std/text.ts'
import {runSeed, seeded} from '../../../test/random.ts'
import {exceedsBytes, exceedsGraphemes, lacksBytes, lacksGraphemes} from './text-length.ts'

const segmenter = new Intl.Segmenter('en', {granularity: 'grapheme'})
const graphemes = (text: string): number => [...segmenter.segment(text)].length

/** Both bounds decide right on either side of the true length. */
function assertLengths(text: string, note: string): void {
  const bytes = toUtf8(text).length
  assert.ok(!exceedsBytes(text, bytes) && !lacksBytes(text, bytes), `${note}: ${bytes} bytes`)
  assert.ok(exceedsBytes(text, bytes - 1) && lacksBytes(text, bytes + 1), `${note}: ${bytes} bytes`)
  const count = graphemes(text)
  assert.ok(!exceedsGraphemes(text, count) && !lacksGraphemes(text, count), `${note}: ${count} graphemes`)
  assert.ok(exceedsGraphemes(text, count - 1) && lacksGraphemes(text, count + 1), `${note}: ${count} graphemes`)
}

suite('text length', () => {
  test('a person’s characters count once, however many units or bytes they take', () => {
    for (const text of ['a', 'é', 'e\u0301', '日本', '한국어', '👍🏽', '❤️', '👩‍👩‍👦‍👦', '🇩🇪🇫🇷', 'a\r\nb', 'न्दी', '\ud800x']) {
      assertLengths(text, JSON.stringify(text))
    }
    assert.ok(exceedsGraphemes('👍🏽', 0) && !exceedsGraphemes('👍🏽', 1))
  })

  test('any text: as the segmenter counts', () => {
    const random = seeded(runSeed)
    const pick = (list: readonly string[]): string => list[Math.floor(random() * list.length)]
    const special = [
      '\u200d',
      '\ufe0f',
      '🏽',
      '🇩',
      '\u0301',
      '\r',
      '\n',
      '\r\n',
      '\t',
      '\0',
      '\u1100',
      '\u1161',
      '\u0600',
      '\u094d',
    ]
    for (let round = 0; round < 4000; round++) {
      let text = ''
      for (let rest = 1 + random() * 12; rest > 0; rest--) {
        const kind = random()
        if (kind < 0.25) text += pick(special)
        else if (kind < 0.5) text += String.fromCodePoint(Math.floor(random() * 0x3100))
        else if (kind < 0.75) text += String.fromCodePoint(Math.floor(0x1f000 + random() * 0xd00))
        else text += String.fromCodePoint(Math.floor(random() * 0x32000))
      }
      assertLengths(text, `SEED=${runSeed} ${JSON.stringify(text)}`)
    }
  })
})
