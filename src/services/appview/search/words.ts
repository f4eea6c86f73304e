/**
 * Text as words to search for: without case and accents, separated by spaces. Scripts that are written without spaces,
 * and Korean, which hangs its particles on its words, are cut into overlapping pairs of characters, so that any run of
 * two and more is found wherever it stands; the last character of a run stands alone once more, so that single ones are
 * found as well. There is no stemming: the same rule has to do for all languages.
 */

/** Characters of a text that are looked at. */
const textMax = 10_000

const ascii = /^[\0-\x7f]*$/
const asciiWord = /[a-z0-9]+/g
/** Accents of Latin, Greek and Cyrillic letters, and the vowel signs of Arabic and Hebrew. */
const accents = /[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670]+/g
/** In pairs, other words, and pictures. */
const word =
  /(?<run>[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}ー]+)|[[\p{L}\p{M}\p{N}]--[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}ー]]+|\p{Extended_Pictographic}/gv

/** Without case, accents and variants of form. */
export const folded = (text: string): string =>
  ascii.test(text) ? text.toLowerCase() : text.normalize('NFKD').replace(accents, '').normalize('NFC').toLowerCase()

/** The words of a text, as they are indexed. */
export const wordsOf = (text: string): string => cut(text, true).join(' ')

/**
 * A text to be searched for, as a phrase of the index's query language; `undefined` when there is no word in it. With
 * `isBegun`, what begins as its last word does is found, too.
 */
export function phraseOf(text: string, isBegun = false): string | undefined {
  const words = cut(text, false)
  if (words.length === 0) return undefined
  const last = words[words.length - 1]
  const isSingle = last.length === 1 && isRun(last)
  return `"${words.join(' ')}"${isBegun || isSingle ? ' *' : ''}`
}

const isRun = (text: string): boolean => text.matchAll(word).next().value?.groups?.run !== undefined

function cut(text: string, withLast: boolean): string[] {
  const plain = folded(text.slice(0, textMax))
  if (ascii.test(plain)) return plain.match(asciiWord) ?? []
  const words: string[] = []
  for (const match of plain.matchAll(word)) {
    const run = match.groups?.run
    if (run === undefined) {
      words.push(match[0])
      continue
    }
    const characters = [...run]
    for (let at = 1; at < characters.length; at++) words.push(characters[at - 1] + characters[at])
    if (withLast || characters.length === 1) words.push(characters[characters.length - 1])
  }
  return words
}
