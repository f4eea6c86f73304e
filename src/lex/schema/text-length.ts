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

/** Whether `text` has more than `max` graphemes. Each takes one code point or more, and each of those a unit or two. */
export const exceedsGraphemes = (text: string, max: number): boolean =>
  text.length > max && !hasPairs(text, text.length - max) && countGraphemes(text, max + 1) > max

/** Whether `text` has at least `least` code points of two units: an emoji is the common one. */
function hasPairs(text: string, least: number): boolean {
  let pairs = 0
  for (let i = 0; i < text.length - 1; i++) {
    if ((text.charCodeAt(i) & 0xfc00) !== 0xd800 || (text.charCodeAt(i + 1) & 0xfc00) !== 0xdc00) continue
    if (++pairs === least) return true
    i++
  }
  return false
}

/** Whether `text` has fewer than `min` graphemes. */
export const lacksGraphemes = (text: string, min: number): boolean =>
  text.length < min || (min > 1 && countGraphemes(text, min) < min)

// Characters that never join a neighbour of their own kind, in ranges large enough to hold most text there is: Latin,
// Greek, Cyrillic, Hebrew and Arabic letters, symbols, CJK, Hangul syllables, emoji. What does join the one before it
// is left to the segmenter, but for the two kinds that come with emoji: variation selectors and skin tones.
const alone =
  '\u0020-\u007e\u00a0-\u00ac\u00ae-\u02ff\u0370-\u0482\u048a-\u0590\u05d0-\u05ea\u0620-\u064a' +
  '\u2010-\u2027\u2030-\u205f\u20a0-\u20cf\u2100-\u2bff\u3000-\u3029\u3030-\u3098\u309b-\ua48c' +
  '\uac00-\ud7a3\uff01-\uff9d\u{1f300}-\u{1f3fa}\u{1f400}-\u{1faff}\u{20000}-\u{3fffd}'
const joining = '\ufe0f\u{1f3fb}-\u{1f3ff}'
const isSimple = new RegExp(`^(?:[${alone}][${joining}]*|[\\t\\n])*$`, 'u')

let segmenter: Intl.Segmenter | undefined

/** Graphemes of `text` (Unicode annex 29), counted no further than `enough`. */
function countGraphemes(text: string, enough: number): number {
  let count = 0
  if (isSimple.test(text)) {
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i)
      if (unit === 0xfe0f || isSkinTone(text, i)) continue
      // The second half of a pair has been counted with the first.
      if ((unit & 0xfc00) !== 0xdc00) count++
    }
    return count
  }
  segmenter ??= new Intl.Segmenter('en', {granularity: 'grapheme'})
  for (const _ of segmenter.segment(text)) if (++count >= enough) break
  return count
}

/** U+1F3FB to U+1F3FF. */
const isSkinTone = (text: string, i: number): boolean =>
  text.charCodeAt(i) === 0xd83c && text.charCodeAt(i + 1) >= 0xdffb
