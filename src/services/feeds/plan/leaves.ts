/**
 * The questions that feeds ask of a post, each kept once however many feeds ask it, and answered once for a post. Most
 * are answered from the post's side: its words, tags, hosts, languages and author are looked up, and what they belong to
 * is so; what nobody has said is not so. The rest (expressions, fields, what it is) is tried when a feed comes to it.
 */
import {sourceKey, type PeopleSource} from '../manifest/manifest.ts'
import {placeNames, plainTag, type PlaceName, type PostFacts} from '../post-facts.ts'
import {Automaton} from './automaton.ts'
import {expressionOf} from './expression.ts'
import {fieldReader} from './field-path.ts'
import {fold, isWordEdge} from './fold.ts'

/** A repost: by whom the post came, who need not be who wrote it. */
export interface Repost {
  readonly uri: string
  readonly by: string
}

/** Whom a question about people means: who wrote the post, or by whom it came into the feed. */
export type Role = 'author' | 'by'

/** A number that stands for a question. */
export type Leaf = number

type Test = (facts: PostFacts, repost: Repost | undefined) => boolean

/** What asking costs, about as one look into memory. */
const costs = {known: 1, looked: 3, field: 20, expression: 200} as const

/** Expressions that are compiled at a time: with its states one takes some hundred kilobytes at the worst. */
const expressionsMax = 5_000

interface WordUse {
  readonly leaf: Leaf
  readonly word: string
  /** Bits, one for each of `placeNames`. */
  readonly places: number
  readonly whole: boolean
  readonly matchCase: boolean
}

export interface WordsAsked {
  readonly words: readonly string[]
  readonly in?: readonly PlaceName[] | undefined
  readonly whole: boolean
  readonly matchCase: boolean
}

export interface PatternAsked {
  readonly pattern: string
  readonly in?: readonly PlaceName[] | undefined
  readonly matchCase: boolean
}

const placesOf = (names: readonly PlaceName[] = ['text']): number =>
  names.reduce((bits, name) => bits | (1 << placeNames.indexOf(name)), 0)

export class Leaves {
  readonly #byText = new Map<string, Leaf>()
  readonly #tests: (Test | undefined)[] = []
  readonly #costs: number[] = []
  readonly #breadths: number[] = []
  readonly #expressions = new Map<Leaf, (text: string) => boolean>()
  readonly #words = new Map<string, WordUse[]>()
  readonly #lookups = {
    tag: new Map<string, Leaf[]>(),
    mention: new Map<string, Leaf[]>(),
    domain: new Map<string, Leaf[]>(),
    lang: new Map<string, Leaf[]>(),
    author: new Map<string, Leaf[]>(),
    by: new Map<string, Leaf[]>(),
  }
  readonly #people = new Map<
    string,
    {readonly source: PeopleSource; members: ReadonlySet<string>; leaf: Record<Role, Leaf | undefined>}
  >()
  #automaton: Automaton | undefined
  #uses: readonly (readonly WordUse[])[] = []

  get count(): number {
    return this.#tests.length
  }

  /** The sources of people that are asked about. */
  get sources(): readonly PeopleSource[] {
    return [...this.#people.values()].map(({source}) => source)
  }

  costOf = (leaf: Leaf): number => this.#costs[leaf]
  /** About how many posts in a thousand it is true of; `Infinity` for one that is only known once it is asked. */
  breadthOf = (leaf: Leaf): number => this.#breadths[leaf]

  /** Whether a post has any of these words. */
  words(asked: WordsAsked): Leaf {
    const {whole, matchCase} = asked
    const places = placesOf(asked.in)
    const words = [...new Set(asked.words.map(word => word.trim().normalize('NFC')))]
      .filter(word => word !== '')
      .toSorted()
    const breadth = words.reduce((sum, word) => sum + (/^[\0-\x7f]{0,3}$/.test(word) ? 20 : 1), 0)
    return this.#leaf(['words', words, places, whole, matchCase], costs.known, breadth, undefined, leaf => {
      for (const word of words) {
        const folded = fold(word)
        const uses = this.#words.get(folded) ?? []
        this.#words.set(folded, uses)
        uses.push({leaf, word, places, whole, matchCase})
      }
    })
  }

  /** Whether an expression matches. */
  pattern(asked: PatternAsked): Leaf {
    const places = placesOf(asked.in)
    const numbers = placeNames.map((_, place) => place).filter(place => places & (1 << place))
    const key = ['pattern', asked.pattern, places, asked.matchCase]
    const leaf: Leaf = this.#leaf(key, costs.expression, Infinity, facts => {
      const matches = this.#expressions.get(leaf) ?? this.#compile(leaf, asked)
      return numbers.some(place => matches(facts.places[place]))
    })
    return leaf
  }

  /** Compiled when it is first tried. All begin anew when there are too many. */
  #compile(leaf: Leaf, {pattern, matchCase}: PatternAsked): (text: string) => boolean {
    if (this.#expressions.size >= expressionsMax) this.#expressions.clear()
    const matches = expressionOf(pattern, matchCase)
    this.#expressions.set(leaf, matches)
    return matches
  }

  /** Whether a post has any of these; a domain stands for those below it, a language for its varieties. */
  anyOf(what: 'tag' | 'mention' | 'domain' | 'lang' | Role, values: readonly string[]): Leaf {
    const plain = {tag: plainTag, domain: plainDomain, lang: lowerCase}[what as string] ?? same
    const all = [...new Set(values.map(plain))].toSorted()
    return this.#leaf([what, all], costs.known, all.length * (what === 'lang' ? 100 : 1), undefined, leaf => {
      for (const value of all) {
        const leaves = this.#lookups[what].get(value) ?? []
        this.#lookups[what].set(value, leaves)
        leaves.push(leaf)
      }
    })
  }

  /** Whether it is by people who are found in the network. */
  people(source: PeopleSource, role: Role): Leaf {
    const key = sourceKey(source)
    const known = this.#people.get(key) ?? {
      source,
      members: new Set<string>(),
      leaf: {author: undefined, by: undefined},
    }
    this.#people.set(key, known)
    return (known.leaf[role] ??= this.#leaf(['people', key, role], costs.known, 5, undefined))
  }

  setMembers(source: PeopleSource, members: ReadonlySet<string>): void {
    const known = this.#people.get(sourceKey(source))
    if (known) known.members = members
  }

  /** Whether it came as a post, a reply or a repost. */
  cameAs(kind: 'posts' | 'replies' | 'reposts'): Leaf {
    return this.#leaf(['came', kind], costs.looked, Infinity, ({isReply}, repost) =>
      repost ? kind === 'reposts' : kind === (isReply ? 'replies' : 'posts'),
    )
  }

  isKind(kind: 'reply' | 'quote' | 'root'): Leaf {
    return this.#leaf(['kind', kind], costs.looked, Infinity, ({isReply, embeds}) =>
      kind === 'quote' ? embeds.includes('quote') : isReply === (kind === 'reply'),
    )
  }

  hasEmbed(kind: string): Leaf {
    return this.#leaf(['embed', kind], costs.looked, Infinity, ({embeds}) =>
      kind === 'none' ? embeds.length === 0 : embeds.some(embed => embed === kind),
    )
  }

  field(path: string, op: string, values: readonly string[]): Leaf {
    const read = fieldReader(path)
    const compare = comparisons[op]
    return this.#leaf(['field', path, op, values], costs.field, Infinity, ({record}) => {
      const found = read(record)
      if (op === 'exists' || op === 'missing') return found.length > 0 === (op === 'exists')
      const isMet = found.some(value => values.some(text => compare(value, text)))
      return op === 'isNot' ? !isMet : isMet
    })
  }

  #leaf(
    key: readonly unknown[],
    cost: number,
    breadth: number,
    test: Test | undefined,
    onNew?: (leaf: Leaf) => void,
  ): Leaf {
    const text = JSON.stringify(key)
    const known = this.#byText.get(text)
    if (known !== undefined) return known
    const leaf = this.#tests.length
    this.#byText.set(text, leaf)
    this.#tests.push(test)
    this.#costs.push(cost)
    this.#breadths.push(breadth)
    onNew?.(leaf)
    return leaf
  }

  /** Tells every question that is answered with yes from the post's side, some more than once. After the last is asked. */
  announce(facts: PostFacts, repost: Repost | undefined, isSo: (leaf: Leaf) => void): void {
    if (!this.#automaton) {
      this.#automaton = new Automaton([...this.#words.keys()])
      this.#uses = [...this.#words.values()]
    }
    for (const [place, text] of facts.places.entries()) {
      if (text === '') continue
      this.#automaton.scan(text, (word, at) => {
        for (const use of this.#uses[word]) if (isUsed(use, text, place, at)) isSo(use.leaf)
      })
    }
    const {tag, mention, domain, lang, author, by} = this.#lookups
    const tell = (lookup: ReadonlyMap<string, readonly Leaf[]>, value: string): void => {
      for (const leaf of lookup.get(value) ?? []) isSo(leaf)
    }
    for (const value of facts.hashtags) tell(tag, value)
    for (const value of facts.mentions) tell(mention, value)
    for (const value of facts.domains) for (const part of upwards(value, '.')) tell(domain, part)
    for (const value of facts.langs) for (const part of varieties(value)) tell(lang, part)
    const from = repost?.by ?? facts.author
    tell(author, facts.author)
    tell(by, from)
    for (const {members, leaf} of this.#people.values()) {
      if (leaf.author !== undefined && members.has(facts.author)) isSo(leaf.author)
      if (leaf.by !== undefined && members.has(from)) isSo(leaf.by)
    }
  }

  /** Tries a question that is not answered from the post's side; of one that is, the answer is no. */
  ask(leaf: Leaf, facts: PostFacts, repost: Repost | undefined): boolean {
    return this.#tests[leaf]?.(facts, repost) ?? false
  }
}

const same = (text: string): string => text
const lowerCase = (text: string): string => text.toLowerCase()
const plainDomain = (domain: string): string => URL.parse(`https://${domain}`)?.hostname ?? domain.toLowerCase()

function isUsed({word, places, whole, matchCase}: WordUse, text: string, place: number, at: number): boolean {
  if (!(places & (1 << place))) return false
  const start = at - word.length
  if (matchCase && !text.startsWith(word, start)) return false
  return !whole || (isWordEdge(text, start) && isWordEdge(text, at))
}

/** `a.b.c`, `b.c`, `c`. */
function* upwards(text: string, by: string): Iterable<string> {
  for (let at = -1; ;) {
    yield text.slice(at + 1)
    at = text.indexOf(by, at + 1)
    if (at < 0) return
  }
}

/** `pt-br`, `pt`. */
function* varieties(lang: string): Iterable<string> {
  for (let to = lang.length; to > 0; to = lang.lastIndexOf('-', to - 1)) yield lang.slice(0, to)
}

const order = (value: unknown, text: string): number => {
  if (typeof value === 'number' && text.trim() !== '') return value - Number(text)
  return typeof value !== 'string' ? NaN : value < text ? -1 : value > text ? 1 : 0
}
const isSame = (value: unknown, text: string): boolean =>
  typeof value === 'boolean' ? String(value) === text : order(value, text) === 0

const comparisons: Readonly<Record<string, (value: unknown, text: string) => boolean>> = {
  is: isSame,
  isNot: isSame,
  less: (value, text) => order(value, text) < 0,
  atMost: (value, text) => order(value, text) <= 0,
  more: (value, text) => order(value, text) > 0,
  atLeast: (value, text) => order(value, text) >= 0,
  contains: (value, text) => typeof value === 'string' && value.includes(text),
}
