/**
 * Whether a text has words in it that somebody has muted. A text is taken apart once, however many words are muted, and in
 * time in proportion to its length, since strangers write it.
 */
import type {MutedWord} from '#lex/gen/app/bsky/actor/defs.ts'
import {fieldsOf, listOf} from '#std/unknown-json.ts'
import {fieldsOfType} from './typed.ts'

/** A text in which muted words are looked for, and what stands around it. */
export interface SearchedText {
  readonly text: string
  readonly facets?: unknown
  /** Tags of the record that are not in its text. */
  readonly tags?: unknown
  /** Of the text, as its author says. */
  readonly languages?: unknown
  /** Who wrote it. */
  readonly author?: {readonly viewer?: {readonly following?: string}}
}

export interface MutedWordMatch {
  readonly word: MutedWord
  /** What it was found as. */
  readonly predicate: string
}

/** Languages that put no spaces between words, or none that help here: there a word is found inside of another. */
const unspaced: ReadonlySet<unknown> = new Set(['ja', 'zh', 'ko', 'th', 'vi'])
const isPunctuation = (character: string): boolean => /^\p{P}$/u.test(character)

/** Which of the muted words are in a text, at `nowMs`. */
export function matchMutedWords(
  mutedWords: readonly MutedWord[],
  {text, facets, tags, languages, author}: SearchedText,
  nowMs: number,
): readonly MutedWordMatch[] {
  if (mutedWords.length === 0) return []
  const lower = text.toLowerCase()
  const tagged = new Set([...listOf(tags), ...tagsIn(facets)].map(tag => String(tag).toLowerCase()))
  const isUnspaced = unspaced.has(listOf(languages)[0] ?? '')
  let words: Words | undefined
  const predicateOf = (word: MutedWord): string | undefined => {
    const wanted = word.value.toLowerCase()
    // A word that is muted in texts is muted as a tag too.
    if (tagged.has(wanted)) return word.value
    if (!word.targets.includes('content')) return undefined
    if ((wanted.length === 1 || isUnspaced) && lower.includes(wanted)) return word.value
    if (wanted.length > lower.length) return undefined
    if (wanted === lower) return word.value
    if (/[\s\p{P}]/u.test(wanted) && lower.includes(wanted)) return word.value
    words ??= new Words(lower)
    return words.find(wanted)
  }
  const matches: MutedWordMatch[] = []
  for (const word of mutedWords) {
    if (word.expiresAt !== undefined && Date.parse(word.expiresAt) < nowMs) continue
    if (word.actorTarget === 'exclude-following' && author?.viewer?.following) continue
    const predicate = predicateOf(word)
    if (predicate !== undefined) matches.push({word, predicate})
  }
  return matches
}

const tagsIn = (facets: unknown): unknown[] =>
  listOf(facets).flatMap(facet =>
    listOf(fieldsOf(facet).features).flatMap(feature => {
      const {tag} = fieldsOfType(feature, 'app.bsky.richtext.facet#tag') ?? {}
      return typeof tag === 'string' ? [tag] : []
    }),
  )

/** The words of a text, in lower case, by each form in which one may be found: `s@ssy!` as that, `s@ssy`, `s ssy`, … */
class Words {
  /** By form, where a word first has it. */
  readonly #forms = new Map<string, {readonly place: number; readonly word: string}>()
  /**
   * Words of two with a slash between, of which neither is meant: `and/or` is not `andor`. No word of that length or less is
   * looked for beyond one. Each is longer than those before it.
   */
  readonly #ends: {readonly place: number; readonly length: number}[] = []

  constructor(text: string) {
    const words = text.split(/\s/)
    for (const [place, word] of words.entries()) {
      const bare = withoutEnds(word)
      this.#add(word, place, word)
      this.#add(bare, place, word)
      if (bare.includes('/')) {
        const {length = -1} = this.#ends.at(-1) ?? {}
        if (bare.length > length) this.#ends.push({place, length: bare.length})
        continue
      }
      const parts = bare.split(/\p{P}+/u)
      if (parts.length === 1) continue
      this.#add(parts.join(' '), place, word)
      this.#add(parts.join(''), place, word)
      for (const part of parts) this.#add(part, place, word)
    }
  }

  find(wanted: string): string | undefined {
    const found = this.#forms.get(wanted)
    if (!found) return undefined
    const end = this.#ends.find(({length}) => wanted.length <= length)
    return end === undefined || found.place <= end.place ? found.word : undefined
  }

  #add(form: string, place: number, word: string): void {
    if (!this.#forms.has(form)) this.#forms.set(form, {place, word})
  }
}

/** Without the punctuation at its ends. Step by step: an expression for the end of it would look from each place anew. */
function withoutEnds(word: string): string {
  const characters = Array.from(word)
  let [start, end] = [0, characters.length]
  while (start < end && isPunctuation(characters[start])) start++
  while (end > start && isPunctuation(characters[end - 1])) end--
  return characters.slice(start, end).join('')
}
