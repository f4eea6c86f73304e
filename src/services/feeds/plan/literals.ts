/**
 * What a text must have for an expression to match it at all: "one of these". With that the automaton that finds the
 * words of all feeds says of nearly every post that nearly every expression need not be tried.
 *
 * The reading is of RE2's syntax and errs on one side: whatever it does not know (a class, a code of a character, a
 * letter with an unusual case) is anything, so a literal that is given back is in every text that matches, folded
 * (`fold.ts`). The expression has been compiled before, so what is read here is well-formed.
 */
import {fold} from './fold.ts'

/** What is known of a part of an expression. */
interface Known {
  /** The one text that it matches, where there is only one: that of an anchor is empty. */
  readonly exactly: string | undefined
  /** It matches no text without one of these; undefined where nothing is known. */
  readonly oneOf: readonly string[] | undefined
}

const anything: Known = {exactly: undefined, oneOf: undefined}
const exactly = (text: string): Known => ({exactly: text, oneOf: text === '' ? undefined : [text]})

const literalsMax = 200
/** One letter of these would be found in nearly every text. */
const isCommon = (literal: string): boolean => /^[\0-\x7f]?$/.test(literal)

/** Folded literals of which a match holds one or more, or `undefined` where nothing is known of what it holds. */
export function literalsOf(expression: string): readonly string[] | undefined {
  const {oneOf} = new Reader(expression).alternatives()
  const isOfUse = oneOf && oneOf.length <= literalsMax && !oneOf.some(isCommon)
  return isOfUse ? [...new Set(oneOf)] : undefined
}

class Reader {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  #takes(text: string): boolean {
    const does = this.#text.startsWith(text, this.#at)
    if (does) this.#at += text.length
    return does
  }

  #takesMatch(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text)?.[0]
    this.#at += found?.length ?? 0
    return found
  }

  alternatives(): Known {
    const all = [this.#sequence()]
    while (this.#takes('|')) all.push(this.#sequence())
    if (all.length === 1) return all[0]
    const literals = all.map(({oneOf}) => oneOf)
    return {exactly: undefined, oneOf: literals.includes(undefined) ? undefined : literals.flatMap(oneOf => oneOf!)}
  }

  #sequence(): Known {
    const found: (readonly string[])[] = []
    let run = ''
    let isExact = true
    const endRun = (): void => {
      if (run !== '') found.push([run])
      run = ''
      isExact = false
    }
    while (this.#at < this.#text.length && !/[|)]/.test(this.#text[this.#at])) {
      const part = this.#repeated()
      if (part.exactly === undefined) endRun()
      else run += part.exactly
      if (part.exactly === undefined && part.oneOf) found.push(part.oneOf)
    }
    if (isExact) return exactly(run)
    endRun()
    return {exactly: undefined, oneOf: found.toSorted((a, b) => worth(b) - worth(a))[0]}
  }

  #repeated(): Known {
    const part = this.#part()
    const times = this.#takesMatch(/[*+?]\??|\{\d+(?:,\d*)?\}\??/y)
    if (times === undefined) return part
    return /^(?:\+|\{0*[1-9])/.test(times) ? {exactly: undefined, oneOf: part.oneOf} : anything
  }

  #part(): Known {
    if (this.#takes('(')) {
      // Flags for what follows: the case is not looked at anyway, and no other flag changes what a letter is.
      if (this.#takesMatch(/\?[imsU-]+\)/y)) return exactly('')
      this.#takesMatch(/\?(?:P?<\w+>|[imsU-]*:)/y)
      const inside = this.alternatives()
      this.#takes(')')
      return inside
    }
    if (this.#takesMatch(/[\^$]|\\[bBAz]/y) !== undefined) return exactly('')
    if (this.#takesMatch(/\\Q[^]*?(?:\\E|$)/y) !== undefined) return anything
    if (this.#takesMatch(/\[\^?\]?(?:\[:\^?\w+:\]|\\[^]|[^\]\\])*\]|\./y) !== undefined) return anything
    if (this.#takesMatch(/\\(?:x\{[^}]*\}|x..|[pP](?:\{[^}]*\}|.)|[0-7]{1,3}|[a-zA-Z])/y) !== undefined) return anything
    this.#takes('\\')
    const letter = String.fromCodePoint(this.#text.codePointAt(this.#at)!)
    this.#at += letter.length
    // Beyond the first plane letters have cases that `fold` does not know.
    return letter.length === 2 && /\p{L}/u.test(letter) ? anything : exactly(fold(letter))
  }
}

/** A set is worth the shortest of its texts: that one is found most often. */
const worth = (oneOf: readonly string[]): number => Math.min(...oneOf.map(text => text.length)) - oneOf.length / 1_000
