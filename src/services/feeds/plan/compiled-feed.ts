/**
 * One manifest as the plan and the evaluator know it. Its conditions fall apart in two: what a post alone tells is
 * answered once, as the post comes, and kept as the bits of one number; what changes (counts, labels, who is on a list)
 * is asked whenever the feed is read. So a thousand feeds share one look at a post, and a store keeps no text.
 */
import type {Counts, Manifest, Points, Sort} from '#lex/gen/network/wholesky/feed/manifest.ts'
import {type Condition, isLasting, type PeopleSource, sourceKey, sourceOf} from '../manifest/manifest.ts'
import {allOf, always, anyOf, cheapFirst, end, exchanged, type Formula, matching, never, not} from './formula.ts'
import type {Leaf, Leaves, Role} from './leaves.ts'
import {literalsOf} from './literals.ts'

/** What is asked when a feed is read. */
export type Asked =
  /** A part that lasts: a bit of the number that is kept of the post. */
  | {readonly ask: 'kept'; readonly bit: number}
  | {readonly ask: 'counts'; readonly of: Counts['of']; readonly atLeast: number; readonly atMost: number}
  | {readonly ask: 'label'; readonly label: string}
  | {readonly ask: 'people'; readonly source: string; readonly role: Role}

export interface Scoring {
  readonly gravity: number
  readonly decay: number
  readonly windowMs: number
  readonly points: Readonly<Record<Exclude<keyof Points, '$type'>, number>>
}

export type Step =
  | {readonly op: 'input'; readonly test: Formula<Asked>; readonly ageMaxMs: number}
  | {readonly op: 'keep'; readonly test: Formula<Asked>}
  | ({readonly op: 'sort'; readonly by: Sort['by']; readonly ascending: boolean} & Scoring)
  | {readonly op: 'limit'; readonly count: number; readonly perAuthor: number}
  | {readonly op: 'unique'}
  | {readonly op: 'stash'; readonly name: string}
  | {readonly op: 'pop'; readonly name: string; readonly how: 'after' | 'before' | 'interleave'; readonly every: number}

export interface CompiledFeed {
  readonly key: string
  readonly manifest: Manifest
  /** One for each block of the manifest. */
  readonly steps: readonly Step[]
  /** The parts that last, by their bits. */
  readonly parts: readonly Formula<Leaf>[]
  /** Holds for every post that may ever be in the feed. */
  readonly mayTake: Formula<Leaf>
  /** So many likes, reposts and replies each post has that a way lets through: a store need not give others. */
  readonly least: Least
  /** People that it asks for when it is read. */
  readonly sources: readonly PeopleSource[]
  /** Milliseconds: older posts are in none of its inputs. */
  readonly ageMaxMs: number
}

/** Counts that a post has at least. */
export interface Least {
  readonly likes: number
  readonly reposts: number
  readonly replies: number
}

const hourMs = 3_600_000

/**
 * What a post has to meet to have come this way. From a block on that goes by places in the list, such as a limit, it is
 * settled: a post counts there that a later block drops, so the feed has to have it.
 */
interface Way {
  readonly tests: Formula<Asked>[]
  isSettled: boolean
}

/** Compiles a manifest that has passed `readManifest`; what it asks of posts is put to `leaves`. */
export function compileFeed(key: string, manifest: Manifest, leaves: Leaves): CompiledFeed {
  const parts: Formula<Leaf>[] = []
  const sources = new Map<string, PeopleSource>()
  const changing = new Changing(leaves, parts, sources)
  const steps: Step[] = []
  /** The ways of a post through the blocks, those that lead to the list as it is now. */
  let open: Way[] = []
  const aside = new Map<string, Way[]>()
  const settle = (): void => {
    for (const way of open) way.isSettled = true
  }
  for (const block of manifest.blocks) {
    switch (block.$type) {
      case 'network.wholesky.feed.manifest#input': {
        const test = changing.input(block.from, block.include ?? ['posts', 'replies'])
        open.push({tests: [test], isSettled: false})
        steps.push({op: 'input', test, ageMaxMs: (block.hours ?? 48) * hourMs})
        break
      }
      case 'network.wholesky.feed.manifest#keep':
      case 'network.wholesky.feed.manifest#drop': {
        const met = changing.condition(block.when)
        const test = block.$type === 'network.wholesky.feed.manifest#keep' ? met : not(met)
        for (const way of open) if (!way.isSettled) way.tests.push(test)
        steps.push({op: 'keep', test})
        break
      }
      case 'network.wholesky.feed.manifest#sort':
        if (block.by === 'blend') settle()
        steps.push({op: 'sort', by: block.by, ascending: block.ascending ?? false, ...scoringOf(block)})
        break
      case 'network.wholesky.feed.manifest#limit':
        settle()
        steps.push({op: 'limit', count: block.count ?? Infinity, perAuthor: block.perAuthor ?? Infinity})
        break
      case 'network.wholesky.feed.manifest#unique':
        settle()
        steps.push({op: 'unique'})
        break
      case 'network.wholesky.feed.manifest#stash':
        aside.set(block.name, open)
        open = []
        steps.push({op: 'stash', name: block.name})
        break
      case 'network.wholesky.feed.manifest#pop':
        open.push(...(aside.get(block.name) ?? []))
        aside.delete(block.name)
        if (block.how === 'interleave') settle()
        steps.push({op: 'pop', name: block.name, how: block.how ?? 'after', every: block.every ?? 1})
    }
  }
  for (const uri of manifest.moderation?.blockedLists ?? []) {
    const source: PeopleSource = {kind: 'list', of: uri}
    sources.set(sourceKey(source), source)
  }
  return {
    key,
    manifest,
    steps,
    parts,
    mayTake: cheapFirst(changing.hoped(anyOf(open.map(({tests}) => allOf(tests)))), leaves.costOf),
    least: {likes: leastOf(open, 'likes'), reposts: leastOf(open, 'reposts'), replies: leastOf(open, 'replies')},
    sources: [...sources.values()],
    ageMaxMs: Math.max(0, ...steps.map(step => (step.op === 'input' ? step.ageMaxMs : 0))),
  }
}

/** The least of a count with which a post comes through, by the way that asks for least. */
function leastOf(ways: readonly Way[], count: keyof Least): number {
  const of = (test: Formula<Asked>): number => {
    if (test.op === 'end' && test.end.ask === 'counts') return test.end.of === count ? test.end.atLeast : 0
    return test.op === 'all' ? Math.max(...test.of.map(of)) : 0
  }
  return ways.length === 0 ? 0 : Math.min(...ways.map(({tests}) => Math.max(...tests.map(of))))
}

/** Takes conditions apart. */
class Changing {
  readonly #leaves: Leaves
  readonly #parts: Formula<Leaf>[]
  readonly #sources: Map<string, PeopleSource>
  readonly #bits = new Map<string, number>()

  constructor(leaves: Leaves, parts: Formula<Leaf>[], sources: Map<string, PeopleSource>) {
    this.#leaves = leaves
    this.#parts = parts
    this.#sources = sources
  }

  input(from: Parameters<typeof sourceOf>[0], include: readonly ('posts' | 'replies' | 'reposts')[]): Formula<Asked> {
    const leaves = this.#leaves
    const came = anyOf(include.map(kind => end(leaves.cameAs(kind))))
    const source = sourceOf(from)
    if (source) return allOf([this.#kept(came), this.#people(source, 'by')])
    return this.#kept(allOf([came, this.#inPost(from, 'by')]))
  }

  condition(condition: Condition): Formula<Asked> {
    if (isLasting(condition)) return this.#kept(this.#lasting(condition))
    switch (condition.$type) {
      case 'network.wholesky.feed.manifest#not':
        return not(this.condition(condition.of))
      case 'network.wholesky.feed.manifest#all':
      case 'network.wholesky.feed.manifest#any': {
        const join = condition.$type === 'network.wholesky.feed.manifest#all' ? allOf : anyOf
        const lasting = condition.of.filter(isLasting).map(part => this.#lasting(part))
        const rest = condition.of.filter(part => !isLasting(part)).map(part => this.condition(part))
        return join<Asked>([...(lasting.length > 0 ? [this.#kept(join(lasting))] : []), ...rest])
      }
      case 'network.wholesky.feed.manifest#counts': {
        const {of, atLeast = 0, atMost = Infinity} = condition
        return end({ask: 'counts', of, atLeast, atMost})
      }
      case 'network.wholesky.feed.manifest#labels':
        return matching(
          condition.match,
          condition.labels.map(label => end<Asked>({ask: 'label', label})),
        )
      case 'network.wholesky.feed.manifest#author':
        return this.#people(sourceOf(condition.from)!, 'author')
      default:
        return never
    }
  }

  /**
   * What holds of a post as it comes, if ever a formula will: counts and labels are hoped for. People are as they are
   * now where the feed wants them; where it does not, they may go.
   */
  hoped(formula: Formula<Asked>): Formula<Leaf> {
    return exchanged<Asked, Leaf>(formula, (asked, isPlain) => {
      if (asked.ask === 'kept') return this.#parts[asked.bit]
      if (asked.ask === 'people' && isPlain)
        return end(this.#leaves.people(this.#sources.get(asked.source)!, asked.role))
      return isPlain ? always : never
    })
  }

  #people(source: PeopleSource, role: Role): Formula<Asked> {
    const key = sourceKey(source)
    this.#sources.set(key, source)
    return end({ask: 'people', source: key, role})
  }

  /** The bit of a part that lasts; parts that are the same share one. */
  #kept(formula: Formula<Leaf>): Formula<Asked> {
    if (formula.op === 'true' || formula.op === 'false') return formula
    const text = JSON.stringify(formula)
    const bit = this.#bits.get(text) ?? this.#parts.length
    if (bit === this.#parts.length) this.#parts.push(cheapFirst(formula, this.#leaves.costOf))
    this.#bits.set(text, bit)
    return end({ask: 'kept', bit})
  }

  /** What a post says of where it is from. */
  #inPost(from: Parameters<typeof sourceOf>[0], role: Role): Formula<Leaf> {
    if (from.$type === 'network.wholesky.feed.manifest#accounts') return end(this.#leaves.anyOf(role, from.dids))
    if (from.$type === 'network.wholesky.feed.manifest#tags') return end(this.#leaves.anyOf('tag', from.tags))
    return always
  }

  #lasting(condition: Condition): Formula<Leaf> {
    const leaves = this.#leaves
    const each = <T>(items: readonly T[], ask: (item: T) => Formula<Leaf>): Formula<Leaf> =>
      matching((condition as {match?: 'any' | 'all' | 'none'}).match, items.map(ask))
    const list = (what: 'tag' | 'mention' | 'domain' | 'lang', values: readonly string[]): Formula<Leaf> =>
      this.#list((condition as {match?: string}).match, values, some => leaves.anyOf(what, some))
    switch (condition.$type) {
      case 'network.wholesky.feed.manifest#all':
        return allOf(condition.of.map(part => this.#lasting(part)))
      case 'network.wholesky.feed.manifest#any':
        return anyOf(condition.of.map(part => this.#lasting(part)))
      case 'network.wholesky.feed.manifest#not':
        return not(this.#lasting(condition.of))
      case 'network.wholesky.feed.manifest#words': {
        const {in: places, whole = true, matchCase = false} = condition
        return this.#list(condition.match, condition.words, words =>
          leaves.words({words, in: places, whole, matchCase}),
        )
      }
      case 'network.wholesky.feed.manifest#pattern':
        return each(condition.patterns, pattern => this.#pattern(pattern, condition))
      case 'network.wholesky.feed.manifest#hashtags':
        return list('tag', condition.tags)
      case 'network.wholesky.feed.manifest#mentions':
        return list('mention', condition.dids)
      case 'network.wholesky.feed.manifest#domains':
        return list('domain', condition.domains)
      case 'network.wholesky.feed.manifest#langs':
        return list('lang', condition.langs)
      case 'network.wholesky.feed.manifest#embed':
        return each(condition.kinds, kind => end(leaves.hasEmbed(kind)))
      case 'network.wholesky.feed.manifest#kind':
        return each(condition.kinds, kind => end(leaves.isKind(kind)))
      case 'network.wholesky.feed.manifest#field':
        return end(leaves.field(condition.path, condition.op, condition.values ?? []))
      case 'network.wholesky.feed.manifest#author':
        return this.#inPost(condition.from, 'author')
      default:
        return never
    }
  }

  /** One question for all of a list, but where each of it is to be met. */
  #list(match: string | undefined, items: readonly string[], ask: (items: readonly string[]) => Leaf): Formula<Leaf> {
    if (match === 'all') return allOf(items.map(item => end(ask([item]))))
    const some = end(ask(items))
    return match === 'none' ? not(some) : some
  }

  /** An expression, behind the words without which it cannot match. */
  #pattern(
    pattern: string,
    {in: places, matchCase = false}: {in?: ('text' | 'alt' | 'links' | 'card')[]; matchCase?: boolean},
  ): Formula<Leaf> {
    const tried = end(this.#leaves.pattern({pattern, in: places, matchCase}))
    const literals = literalsOf(pattern.normalize('NFC'))
    if (!literals) return tried
    return allOf([end(this.#leaves.words({words: literals, in: places, whole: false, matchCase: false})), tried])
  }
}

function scoringOf({by, gravity, decay, hours, points}: Sort): Scoring {
  const given = (name: keyof Scoring['points'], usual: number): number =>
    points?.[name] === undefined ? (points ? 0 : usual) : Number(points[name])
  const others = by === 'rank' ? 0 : 1
  return {
    gravity: Number(gravity ?? 1.8),
    decay: Number(decay ?? 0.2),
    windowMs: (hours ?? 48) * hourMs,
    points: {
      like: given('like', 1),
      repost: given('repost', others),
      reply: given('reply', others),
      readerLike: given('readerLike', 0),
      readerRepost: given('readerRepost', 0),
      readerReply: given('readerReply', 0),
    },
  }
}
