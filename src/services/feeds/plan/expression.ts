/**
 * Expressions that strangers write, run on texts that strangers write: by RE2, whose time goes with the length of the
 * text, never with the expression's cunning. What it may take of memory is bounded here, too: the size of the program
 * when a manifest is checked, and the states that it makes of it as it runs.
 */
import {RE2JS, RE2Set} from 're2js'

/** Instructions of one program. What people write has some hundreds. */
export const programSizeMax = 5_000
/** Bytes of the states that an expression keeps between texts; beyond them it goes on more slowly. */
const statesSizeMax = 256 * 1024

/** `^` and `$` are the ends of a line: several alt texts and links stand on a line each. */
const flagsOf = (matchCase: boolean): number => RE2JS.MULTILINE | (matchCase ? 0 : RE2JS.CASE_INSENSITIVE)

/** How many instructions an expression comes to, or what is wrong with it, in words. */
export function programSizeOf(pattern: string): number | string {
  try {
    return RE2JS.compile(pattern.normalize('NFC'), flagsOf(false)).programSize()
  } catch (error) {
    return (error as Error).message.replace(/^error parsing regexp: /, '').replace(/: `(?:\(\?[a-z]+\))+/, ': `')
  }
}

/** An expression that was found to be sound. It tells whether it matches anywhere in a text of NFC. */
export function expressionOf(pattern: string, matchCase: boolean): (text: string) => boolean {
  const set = new RE2Set(RE2Set.UNANCHORED, flagsOf(matchCase), statesSizeMax)
  set.add(pattern.normalize('NFC'))
  return text => set.match(text).length > 0
}
