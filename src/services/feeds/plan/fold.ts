/**
 * How words are held against each other: case is ignored as expressions with `(?i)` ignore it (the simple folding of
 * Unicode), one UTF-16 unit for one, so that a place in the folded text is the same place in the text. That an
 * expression's literal is found in folded text whenever the expression matches rests on both folding alike.
 */

/** What a letter is to the words beside it. */
const spaced = 1

/** The three pairs whose folding neither upper nor lower case tells. */
const exceptions = new Map([
  [0x1fd3, 0x0390],
  [0x1fe3, 0x03b0],
  [0xfb05, 0xfb06],
])

/** Scripts that write words without spaces between them: there a word may begin and end anywhere. */
const unspacedScripts =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u
const wordUnit = /[\p{L}\p{N}\p{M}_]/u

interface Tables {
  readonly folded: Uint16Array
  readonly classes: Uint8Array
}

let made: Tables | undefined

/** Made on first use: it takes some 15 ms, which a start without feeds does not pay. */
function tables(): Tables {
  if (made) return made
  const folded = new Uint16Array(65_536)
  const classes = new Uint8Array(65_536)
  for (let unit = 0; unit < 65_536; unit++) {
    folded[unit] = unit
    if (unit >= 0xd800 && unit < 0xe000) continue
    const text = String.fromCharCode(unit)
    folded[unit] = exceptions.get(unit) ?? foldUnit(text, unit)
    if (wordUnit.test(text) && !unspacedScripts.test(text)) classes[unit] = spaced
  }
  return (made = {folded, classes})
}

function foldUnit(text: string, unit: number): number {
  const upper = text.toUpperCase()
  const lower = (upper.length === 1 ? upper : text).toLowerCase()
  return lower.length === 1 ? lower.charCodeAt(0) : unit
}

/** Each unit's folded one, for whoever walks over a text. */
export const foldTable = (): Uint16Array => tables().folded

/** A text without its case: for each of its UTF-16 units one. */
export function fold(text: string): string {
  const {folded} = tables()
  let result = ''
  let from = 0
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (folded[unit] === unit) continue
    result += text.slice(from, i) + String.fromCharCode(folded[unit])
    from = i + 1
  }
  return from === 0 ? text : result + text.slice(from)
}

/** Whether a word may begin or end at `at`: not between two letters of a script that puts spaces between its words. */
export function isWordEdge(text: string, at: number): boolean {
  if (at <= 0 || at >= text.length) return true
  const {classes} = tables()
  return classes[text.charCodeAt(at - 1)] !== spaced || classes[text.charCodeAt(at)] !== spaced
}
