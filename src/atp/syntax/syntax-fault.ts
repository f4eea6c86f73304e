/**
 * How every parser of this folder refuses. The checks themselves are single regular expressions, which V8 compiles to
 * machine code and which run faster than loops over character codes; all are unambiguous (no two ways to match the
 * same characters), so a hostile text costs time in proportion to its length, and the length is capped first.
 */
import {Malformed} from '#std/malformed.ts'

/** `expected` completes "expected …". The text is quoted in part, since it may be long and is not ours. */
export function syntaxFault(format: string, text: string, lengthMax: number, expected: string): Malformed {
  if (text.length > lengthMax) {
    return new Malformed(format, 'too-long', `${text.length} characters, of which at most ${lengthMax} may be`)
  }
  const shown = JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text)
  return new Malformed(format, 'bad-syntax', `expected ${expected}, found ${shown}`)
}
