/**
 * The two lengths of lexicon strings: UTF-8 bytes, and graphemes (what a person calls a character). Both are bounded
 * by the number of UTF-16 units, which JavaScript knows for free, so text is walked only when that does not decide.
 */

/** UTF-8 bytes of `text`; a lone surrogate counts as the three bytes of U+FFFD. */
function utf8Length(text: string): number {
  let size = text.length
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit < 0x80) continue
    size += unit < 0x800 ? 1 : 2
    // A pair takes four bytes: the first unit has just counted three of them, the second its own one.
    if (unit >= 0xd800 && unit < 0xdc00 && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00) i++
  }
  return size
}

/** Whether `text` has more than `max` UTF-8 bytes. Each UTF-16 unit takes one to three. */
export const exceedsBytes = (text: string, max: number): boolean =>
  text.length * 3 > max && (text.length > max || utf8Length(text) > max)

/** Whether `text` has fewer than `min` UTF-8 bytes. */
export const lacksBytes = (text: string, min: number): boolean =>
  text.length < min && (text.length * 3 < min || utf8Length(text) < min)

/** Whether `text` has more than `max` graphemes. Each takes one UTF-16 unit or more. */
export const exceedsGraphemes = (text: string, max: number): boolean =>
  text.length > max && countGraphemes(text, max + 1) > max

/** Whether `text` has fewer than `min` graphemes. */
export const lacksGraphemes = (text: string, min: number): boolean =>
  text.length < min || (min > 1 && countGraphemes(text, min) < min)

// Below U+0300 nothing combines with its neighbour but CR with LF (Unicode annex 29), so units are graphemes.
const isPlain = (text: string): boolean => !/[^\0-\u02ff]|\r\n/.test(text)

let segmenter: Intl.Segmenter | undefined

/** Graphemes of `text`, counted no further than `enough`. */
function countGraphemes(text: string, enough: number): number {
  if (isPlain(text)) return text.length
  segmenter ??= new Intl.Segmenter('en', {granularity: 'grapheme'})
  let count = 0
  for (const _ of segmenter.segment(text)) if (++count >= enough) break
  return count
}
