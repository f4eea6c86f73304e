/**
 * The query of a search for posts, as people type it: words, "phrases", -words that must not be there, #tags, and
 * `from:` `mentions:` `since:` `until:` `lang:` `domain:` `url:`. Whatever else is in it is words; no text is an error.
 */
import {claimedMs} from '../claimed-time.ts'
import {languageFact, domainFact, tagFact, urlFact} from './facts.ts'
import {phraseOf} from './words.ts'

/** Parts of a query that are looked at, and characters. */
const partsMax = 50
const lengthMax = 2_000

export interface PostQuery {
  /** Phrases of the index's query language, all of which must be there, and those of which none may be. */
  readonly phrases: string[]
  readonly excluded: string[]
  /** Facts that must be there. */
  readonly facts: string[]
  /** Accounts, by handle, DID or `me`. */
  readonly from: string[]
  readonly mentions: string[]
  /** From (inclusive) and to (exclusive), in ms. */
  sinceMs: number
  untilMs: number
}

const part =
  /(?<not>-?)(?:"(?<phrase>[^"]*)"?|(?<name>from|mentions|to|since|until|lang|domain|url):(?<value>\S+)|(?<word>\S+))/giy

export function parsePostQuery(text: string): PostQuery {
  const query: PostQuery = {
    phrases: [],
    excluded: [],
    facts: [],
    from: [],
    mentions: [],
    sinceMs: -Infinity,
    untilMs: Infinity,
  }
  const trimmed = text.slice(0, lengthMax)
  for (let at = 0, parts = 0; at < trimmed.length && parts < partsMax; parts++) {
    at += /^\s*/.exec(trimmed.slice(at))?.[0].length ?? 0
    part.lastIndex = at
    const groups = part.exec(trimmed)?.groups
    if (!groups) break
    at = part.lastIndex
    const {not, phrase, name, value, word = ''} = groups
    if (name !== undefined && not === '') take(query, name.toLowerCase(), value.replace(/^"|"$/g, ''))
    else if (/^[#＃]./u.test(word) && not === '') query.facts.push(tagFact(word))
    else {
      const found = phraseOf(phrase ?? (name === undefined ? word : `${name} ${value}`))
      if (found) (not === '-' ? query.excluded : query.phrases).push(found)
    }
  }
  return query
}

function take(query: PostQuery, name: string, value: string): void {
  const account = value.replace(/^@/, '')
  switch (name) {
    case 'from':
      query.from.push(account)
      break
    case 'mentions':
    case 'to':
      query.mentions.push(account)
      break
    case 'since':
      query.sinceMs = Math.max(query.sinceMs, timeOf(value) ?? -Infinity)
      break
    case 'until':
      query.untilMs = Math.min(query.untilMs, timeOf(value) ?? Infinity)
      break
    case 'lang':
      query.facts.push(languageFact(value))
      break
    case 'domain':
      query.facts.push(domainFact(value))
      break
    default:
      query.facts.push(urlFact(value))
  }
}

/** A day or a time; `undefined` for anything else. */
export function timeOf(text: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\d(T[\d:.]+(Z|[+-]\d\d:?\d\d)?)?$/i.test(text)) return undefined
  const ms = text.length > 10 ? claimedMs(text.toUpperCase()) : Date.parse(text)
  return Number.isNaN(ms) ? undefined : ms
}

/** The query for the table `post_search`. */
export function matchOf({
  phrases,
  excluded,
  facts,
  excludedFacts = [],
}: Pick<PostQuery, 'phrases' | 'excluded' | 'facts'> & {readonly excludedFacts?: readonly string[]}): string {
  const wanted = [...facts.map(fact => `facts : "${fact}"`), ...phrases.map(phrase => `text : ${phrase}`)].join(' AND ')
  const unwanted = [...excludedFacts.map(fact => `facts : "${fact}"`), ...excluded.map(phrase => `text : ${phrase}`)]
  return unwanted.length === 0 ? wanted : `(${wanted}) NOT (${unwanted.join(' OR ')})`
}
