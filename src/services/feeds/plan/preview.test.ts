import assert from 'node:assert/strict'
import {test} from 'node:test'
import type {Manifest} from '#lex/gen/network/wholesky/feed/manifest.ts'
import {runSeed, seeded} from '../../../../test/random.ts'
import {type Block, type Condition, sourceKey, type PeopleSource} from '../manifest/manifest.ts'
import {readManifest} from '../manifest/read.ts'
import {postFactsOf} from '../post-facts.ts'
import type {Candidate, Fate} from './evaluate.ts'
import {Plan} from './plan.ts'
import {preview, type PreviewPost, sourcesOf} from './preview.ts'
import {Skeletons} from './skeletons.ts'

/** `FEEDS_POSTS=2000` for the long form. */
const postCount = Number(process.env.FEEDS_POSTS ?? 40)
const manifestCount = 1_000

const hourMs = 3_600_000
const nowMs = Date.UTC(2026, 10, 30)
const dids = Array.from({length: 8}, (_, i) => `did:plc:${'abcdefgh'[i].repeat(24)}`)
const list = (n: number): string => `at://${dids[0]}/app.bsky.graph.list/l${n}`
const pack = `at://${dids[0]}/app.bsky.graph.starterpack/p`
const members = new Map<string, ReadonlySet<string>>(
  (
    [
      [{kind: 'list', of: list(1)}, [1, 2, 3]],
      [{kind: 'list', of: list(2)}, [3, 4]],
      [{kind: 'starterPack', of: pack}, [5]],
      [{kind: 'followers', of: dids[0]}, [1, 6]],
      [{kind: 'follows', of: dids[0]}, [2, 7]],
    ] as [PeopleSource, number[]][]
  ).map(([source, who]) => [sourceKey(source), new Set(who.map(i => dids[i]))]),
)

class Chance {
  readonly #random: () => number
  constructor(seed: number) {
    this.#random = seeded(seed)
  }
  below = (count: number): number => Math.floor(this.#random() * count)
  is = (share: number): boolean => this.#random() < share
  one = <T>(items: readonly T[]): T => items[this.below(items.length)]
  some = <T>(items: readonly T[], max = 3): T[] => [
    ...new Set(Array.from({length: 1 + this.below(max)}, () => this.one(items))),
  ]
}

/** What a post is said to be when it is made up: what the naive evaluator goes by, which never reads a record. */
interface Truth {
  readonly texts: {readonly text: string; readonly alt: string; readonly links: string; readonly card: string}
  readonly tags: readonly string[]
  readonly mentions: readonly string[]
  readonly domains: readonly string[]
  readonly langs: readonly string[]
  readonly kinds: readonly string[]
  readonly isReply: boolean
  readonly width: number | undefined
}

const textWords = [
  'Cat',
  'cats',
  'concat',
  'dog.',
  'NEW York',
  'new',
  'été',
  'ÉTÉ',
  '猫が好き',
  'c++',
  'hat',
  'x',
  '42',
]
const wordsAsked = ['cat', 'dog', 'New York', 'Été', '猫', 'c++', 'at', 'york', '42']
const patternsAsked = ['c.t', '^cat', 'dogs?\\b', '(?:hat|猫)', 'x$', '[0-9]+', 'new\\s+york|dog', 'É', '']
const tags = ['Art', 'art', 'Straße', 'news', '猫']
const hosts = ['example.org', 'www.example.org', 'news.example.com', 'other.test']
const langs = ['en', 'pt', 'pt-BR', 'ja']
const labels = ['porn', 'spam', 'nice']

interface Made extends PreviewPost {
  readonly truth: Truth
}

function madePost(chance: Chance, i: number): Made {
  const words = (max: number): string => Array.from({length: chance.below(max)}, () => chance.one(textWords)).join(' ')
  const shape = chance.one(['none', 'none', 'image', 'images', 'video', 'link', 'quote', 'both'])
  const [text, alt, title] = [words(6), words(3), words(3)]
  const own = chance.is(0.3) ? chance.some(tags) : []
  const mentions = chance.is(0.2) ? [chance.one(dids)] : []
  const link = `https://${chance.one(hosts)}/${chance.one(['cat', 'x'])}`
  const linked = chance.is(0.2) ? `http://${chance.one(hosts)}/in` : undefined
  const images = (count: number): object => ({
    $type: 'app.bsky.embed.images',
    images: Array.from({length: count}, () => ({alt})),
  })
  const quote = {$type: 'app.bsky.embed.record', record: {uri: `at://${dids[1]}/app.bsky.feed.post/q`}}
  const width = chance.is(0.5) ? chance.below(5) : undefined
  const embeds: Record<string, object | undefined> = {
    image: images(1),
    images: images(2),
    video: {$type: 'app.bsky.embed.video', alt},
    link: {$type: 'app.bsky.embed.external', external: {uri: link, title, description: ''}},
    quote,
    both: {$type: 'app.bsky.embed.recordWithMedia', record: quote, media: images(1)},
  }
  const isReply = chance.is(0.3)
  const said = chance.is(0.7) ? chance.some(langs, 2) : []
  const alts: Record<string, number> = {image: 1, images: 2, video: 1, both: 1}
  const repost = chance.is(0.2)
    ? {uri: `at://${chance.one(dids)}/app.bsky.feed.repost/${i}`, by: chance.one(dids)}
    : undefined
  const author = chance.one(dids)
  const facets = [
    ...own.slice(1).map(tag => ({features: [{tag}]})),
    ...mentions.map(did => ({features: [{did}]})),
    ...(linked ? [{features: [{uri: linked}]}] : []),
  ]
  const record = {
    text,
    tags: own.slice(0, 1),
    langs: said,
    facets,
    embed: embeds[shape],
    ...(isReply && {reply: {}}),
    ...(width !== undefined && {shape: [{width}]}),
  }
  const timeMs = nowMs - chance.below(60) * hourMs
  const links = [...(linked ? [linked] : []), ...(shape === 'link' ? [link] : [])]
  const kinds: Record<string, string[]> = {none: [], images: ['image', 'images'], both: ['image', 'quote']}
  return {
    facts: postFactsOf({uri: `at://${author}/app.bsky.feed.post/${chance.is(0.1) ? 0 : i}`, author, timeMs, record}),
    cid: `cid${i.toString(36).padStart(4, '0')}`,
    timeMs,
    repost,
    likes: chance.below(6),
    reposts: chance.below(3),
    replies: chance.below(3),
    readerLikes: chance.below(2),
    labels: chance.is(0.3) ? chance.some(labels, 2) : [],
    truth: {
      texts: {
        text,
        alt: Array(alts[shape] ?? 0)
          .fill(alt)
          .join('\n'),
        links: [...new Set(links)].join('\n'),
        card: shape === 'link' ? `${title}\n` : '',
      },
      tags: own,
      mentions,
      domains: links.map(uri => new URL(uri).hostname),
      langs: said,
      kinds: kinds[shape] ?? [shape],
      isReply,
      width,
    },
  }
}

const people = [
  {$type: '#list', uri: list(1)},
  {$type: '#list', uri: list(2)},
  {$type: '#starterPack', uri: pack},
  {$type: '#followers', did: dids[0]},
  {$type: '#follows', did: dids[0]},
  {$type: '#accounts', dids: dids.slice(0, 3)},
]

function madeCondition(chance: Chance, depth: number): object {
  const match = chance.one([undefined, 'any', 'all', 'none'])
  const matched = match && {match}
  const within = chance.is(0.6) ? {} : {in: chance.some(['text', 'alt', 'links', 'card'])}
  const parts = (): object[] => Array.from({length: 1 + chance.below(3)}, () => madeCondition(chance, depth - 1))
  if (depth > 0 && chance.is(0.4)) {
    const $type = chance.one(['#all', '#any', '#not'])
    return {$type, of: $type === '#not' ? madeCondition(chance, depth - 1) : parts()}
  }
  const matchCase = chance.is(0.3)
  switch (chance.below(13)) {
    case 0:
    case 1:
      return {$type: '#words', words: chance.some(wordsAsked), ...matched, ...within, whole: chance.is(0.6), matchCase}
    case 2:
    case 3:
      return {$type: '#pattern', patterns: chance.some(patternsAsked.slice(0, 8)), ...matched, ...within, matchCase}
    case 4:
      return {$type: '#hashtags', tags: chance.some(tags), ...matched}
    case 5:
      return {$type: '#mentions', dids: chance.some(dids), ...matched}
    case 6:
      return {$type: '#domains', domains: chance.some(['example.org', 'Example.com', 'other.test']), ...matched}
    case 7:
      return {$type: '#langs', langs: chance.some(langs), ...matched}
    case 8:
      return {$type: '#embed', kinds: chance.some(['image', 'images', 'video', 'link', 'quote', 'none']), ...matched}
    case 9:
      return {$type: '#kind', kinds: chance.some(['reply', 'quote', 'root']), ...matched}
    case 10: {
      const op = chance.one(['is', 'isNot', 'less', 'atMost', 'more', 'atLeast', 'exists', 'missing'])
      return {
        $type: '#field',
        path: 'shape[*].width',
        op,
        ...(!/s.*ts|missing/.test(op) && {values: chance.some(['1', '3'])}),
      }
    }
    case 11:
      return chance.is(0.5)
        ? {$type: '#labels', labels: chance.some(labels), ...matched}
        : {$type: '#counts', of: chance.one(['likes', 'replies', 'readerLikes']), atLeast: chance.below(3), atMost: 4}
    default:
      return {$type: '#author', from: chance.one(people)}
  }
}

function madeManifest(chance: Chance, posts: readonly Made[]): object {
  const blocks: object[] = []
  const input = (): void => {
    const from = chance.one([
      ...people,
      {$type: '#network'},
      {$type: '#network'},
      {$type: '#tags', tags: ['art', '猫']},
    ])
    const include = chance.is(0.5) ? {} : {include: chance.some(['posts', 'replies', 'reposts'])}
    blocks.push({$type: '#input', from, ...include, hours: chance.one([24, 48, 168])})
  }
  input()
  const by = (): object => ({
    by: chance.one(['new', 'likes', 'reposts', 'rank', 'trending', 'blend']),
    ascending: chance.is(0.2),
  })
  let isAside = false
  for (let i = chance.below(6); i > 0; i--) {
    const kind = chance.below(10)
    if (kind < 5) {
      const $type = chance.one(['#keep', '#drop'])
      blocks.push({$type, when: madeCondition(chance, 2)})
    } else if (kind === 5) blocks.push({$type: '#sort', ...by()})
    else if (kind === 6)
      blocks.push({$type: '#limit', count: 1 + chance.below(20), ...(chance.is(0.5) && {perAuthor: 2})})
    else if (kind === 7) blocks.push({$type: '#unique'})
    else if (kind === 8) input()
    else if (isAside) {
      isAside = false
      blocks.push({
        $type: '#pop',
        name: 'a',
        how: chance.one(['after', 'before', 'interleave']),
        every: 1 + chance.below(2),
      })
    } else {
      isAside = true
      blocks.push({$type: '#stash', name: 'a'})
      input()
    }
  }
  if (isAside) blocks.push({$type: '#pop', name: 'a', how: 'interleave'})
  const moderation = {blocked: [chance.one(dids)], blockedLists: [list(2)], removed: [chance.one(posts).facts.uri]}
  return {
    name: 'random',
    blocks,
    createdAt: '2026-11-30T00:00:00Z',
    ...(chance.is(0.2) && {moderation}),
    ...(chance.is(0.2) && {pinned: [{post: chance.one(posts).facts.uri, place: 1 + chance.below(4)}]}),
  }
}

/** The evaluator that is written down again: loops over posts that remember how they were made up. */
class Naive {
  readonly #manifest: Manifest
  readonly #expressions = new Map<string, RegExp>()
  constructor(manifest: Manifest) {
    this.#manifest = manifest
  }

  shown(posts: readonly Made[]): {feed: Made[]; fates: Map<Made, string>} {
    const {blocked = [], removed = [], blockedLists = []} = this.#manifest.moderation ?? {}
    const fates = new Map<Made, string>()
    const letIn = new Map<Made, number>()
    const allowed: Made[] = []
    for (const post of posts) {
      const who = [post.facts.author, post.repost?.by].filter(did => did !== undefined)
      const isOut =
        who.some(
          did => (blocked as string[]).includes(did) || blockedLists.some(uri => members.get(`list ${uri}`)!.has(did)),
        ) || (removed as string[]).includes(post.facts.uri)
      fates.set(post, isOut ? 'moderated' : 'outside')
      if (!isOut) allowed.push(post)
    }
    allowed.sort(later)
    let now: Made[] = []
    const aside = new Map<string, Made[]>()
    let hasSort = false
    for (const [i, block] of this.#manifest.blocks.entries()) {
      const before = now
      now = this.#block(block, now, allowed, aside)
      hasSort ||= block.$type.endsWith('#sort')
      if (block.$type.endsWith('#input'))
        for (const post of now.slice(before.length)) if (!letIn.has(post)) letIn.set(post, i)
      if (/#(?:keep|drop|limit|unique|sort)$/.test(block.$type)) {
        const rest = now.slice()
        for (const post of before) {
          const at = rest.indexOf(post)
          if (at < 0) fates.set(post, `dropped ${i}`)
          else rest.splice(at, 1)
        }
      }
    }
    if (!hasSort) now = now.toSorted(later)
    const feed: Made[] = []
    const uris = new Set<string>()
    for (const post of now) {
      if (!uris.has(post.facts.uri)) feed.push(post)
      uris.add(post.facts.uri)
    }
    for (const post of now) fates.set(post, 'repeated')
    for (const [place, post] of feed.entries()) fates.set(post, `shown ${place}`)
    for (const [post, by] of letIn) fates.set(post, `${fates.get(post)} by ${by}`)
    return {feed, fates}
  }

  #block(block: Block, now: Made[], allowed: readonly Made[], aside: Map<string, Made[]>): Made[] {
    switch (block.$type) {
      case 'network.wholesky.feed.manifest#input': {
        const {from, include = ['posts', 'replies'], hours = 48} = block
        const isFrom = (post: Made): boolean => {
          if (from.$type.endsWith('#network')) return true
          if ('tags' in from) return from.tags.some(tag => post.truth.tags.some(own => isSame(own, tag)))
          return isBy(from, post.repost?.by ?? post.facts.author)
        }
        const came = (post: Made) => (post.repost ? 'reposts' : post.truth.isReply ? 'replies' : 'posts')
        return [
          ...now,
          ...allowed.filter(
            post => post.timeMs >= nowOf - hours * hourMs && include.includes(came(post)) && isFrom(post),
          ),
        ]
      }
      case 'network.wholesky.feed.manifest#keep':
        return now.filter(post => this.#meets(block.when, post))
      case 'network.wholesky.feed.manifest#drop':
        return now.filter(post => !this.#meets(block.when, post))
      case 'network.wholesky.feed.manifest#limit': {
        const kept: Made[] = []
        for (const post of now) {
          const own = kept.filter(({facts}) => facts.author === post.facts.author).length
          if (kept.length < (block.count ?? Infinity) && own < (block.perAuthor ?? Infinity)) kept.push(post)
        }
        return kept
      }
      case 'network.wholesky.feed.manifest#unique':
        return now.filter((post, i) => now.findIndex(({facts}) => facts.uri === post.facts.uri) === i)
      case 'network.wholesky.feed.manifest#stash':
        aside.set(block.name, now)
        return []
      case 'network.wholesky.feed.manifest#pop': {
        const others = aside.get(block.name)!.slice()
        if (block.how === 'before') return [...others, ...now]
        if (block.how !== 'interleave') return [...now, ...others]
        return zipped(now, others, block.every ?? 1)
      }
      case 'network.wholesky.feed.manifest#sort':
        return sorted(block, now)
    }
  }

  #meets(condition: Condition, post: Made): boolean {
    const {truth} = post
    const each = <T>(items: readonly T[], is: (item: T) => boolean): boolean => {
      const {match = 'any'} = condition as {match?: string}
      if (match === 'all') return items.every(is)
      return items.some(is) === (match === 'any')
    }
    const texts = (): string[] =>
      ((condition as {in?: (keyof Truth['texts'])[]}).in ?? ['text']).map(place => truth.texts[place])
    switch (condition.$type) {
      case 'network.wholesky.feed.manifest#all':
        return condition.of.every(part => this.#meets(part, post))
      case 'network.wholesky.feed.manifest#any':
        return condition.of.some(part => this.#meets(part, post))
      case 'network.wholesky.feed.manifest#not':
        return !this.#meets(condition.of, post)
      case 'network.wholesky.feed.manifest#words':
        return each(condition.words, word => {
          const spaced = String.raw`[[\p{L}\p{N}\p{M}_]--[\p{sc=Han}\p{sc=Hiragana}]]`
          const isWhole = condition.whole !== false
          const start = isWhole && new RegExp(`^${spaced}`, 'v').test(word) ? `(?<!${spaced})` : ''
          const end = isWhole && new RegExp(`${spaced}$`, 'v').test(word) ? `(?!${spaced})` : ''
          const whole = `${start}${word.replaceAll('+', '\\+')}${end}`
          return texts().some(text => this.#expression(whole, condition.matchCase ? 'v' : 'iv').test(text))
        })
      case 'network.wholesky.feed.manifest#pattern':
        return each(condition.patterns, pattern =>
          texts().some(text => this.#expression(pattern, condition.matchCase ? 'mu' : 'imu').test(text)),
        )
      case 'network.wholesky.feed.manifest#hashtags':
        return each(condition.tags, tag => truth.tags.some(own => isSame(own, tag)))
      case 'network.wholesky.feed.manifest#mentions':
        return each(condition.dids, did => truth.mentions.includes(did))
      case 'network.wholesky.feed.manifest#domains':
        return each(condition.domains, domain =>
          truth.domains.some(own => own === domain.toLowerCase() || own.endsWith(`.${domain.toLowerCase()}`)),
        )
      case 'network.wholesky.feed.manifest#langs':
        return each(condition.langs, lang =>
          truth.langs.some(own => isSame(own, lang) || own.toLowerCase().startsWith(`${lang.toLowerCase()}-`)),
        )
      case 'network.wholesky.feed.manifest#embed':
        return each(condition.kinds, kind => (kind === 'none' ? truth.kinds.length === 0 : truth.kinds.includes(kind)))
      case 'network.wholesky.feed.manifest#kind':
        return each(condition.kinds, kind =>
          kind === 'quote' ? truth.kinds.includes('quote') : (kind === 'reply') === truth.isReply,
        )
      case 'network.wholesky.feed.manifest#field':
        return fieldMeets(condition.op, truth.width, (condition.values ?? []).map(Number))
      case 'network.wholesky.feed.manifest#labels':
        return each(condition.labels, label => post.labels.includes(label))
      case 'network.wholesky.feed.manifest#counts': {
        const count = post[condition.of] ?? 0
        return count >= (condition.atLeast ?? 0) && count <= (condition.atMost ?? Infinity)
      }
      case 'network.wholesky.feed.manifest#author':
        return isBy(condition.from, post.facts.author)
    }
  }

  #expression(source: string, flags: string): RegExp {
    const key = `${flags} ${source}`
    const made = this.#expressions.get(key) ?? new RegExp(source, flags)
    this.#expressions.set(key, made)
    return made
  }
}

/** The moment that feeds are evaluated at, set for each. */
let nowOf = nowMs

const later = (a: Made, b: Made): number => b.timeMs - a.timeMs || (a.cid < b.cid ? 1 : -1)
const isSame = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase()
const isBy = (from: {$type: string}, did: string): boolean => {
  const {$type, uri, did: of, dids: named} = from as {$type: string; uri?: string; did?: string; dids?: string[]}
  return named ? named.includes(did) : members.get(`${$type.split('#')[1]} ${uri ?? of}`)!.has(did)
}

function fieldMeets(op: string, width: number | undefined, values: readonly number[]): boolean {
  if (op === 'exists' || op === 'missing') return (width !== undefined) === (op === 'exists')
  if (width === undefined) return op === 'isNot'
  if (op === 'is') return values.includes(width)
  if (op === 'isNot') return !values.includes(width)
  return values.some(value =>
    op === 'less' ? width < value : op === 'atMost' ? width <= value : op === 'more' ? width > value : width >= value,
  )
}

function zipped(now: readonly Made[], others: Made[], every: number): Made[] {
  const result: Made[] = []
  for (let i = 0; i < now.length; i += every) {
    const some = now.slice(i, i + every)
    result.push(...some, ...(some.length === every ? others.splice(0, 1) : []))
  }
  return [...result, ...others]
}

function sorted({by, ascending}: {by: string; ascending?: boolean}, now: readonly Made[]): Made[] {
  const up = ascending ? -1 : 1
  if (by === 'new') return now.toSorted((a, b) => up * later(a, b))
  const all = by === 'trending' || by === 'blend' ? now.filter(post => post.timeMs >= nowOf - 48 * hourMs) : now
  const score = (post: Made): number => {
    const hours = (nowOf - post.timeMs) / hourMs
    if (by === 'likes' || by === 'reposts') return post[by]
    if (by === 'rank') return post.likes / (hours + 2) ** 1.8
    return (post.likes + post.reposts + post.replies) * 0.2 ** (hours / 48)
  }
  const best = all.toSorted((a, b) => up * (score(b) - score(a)) || later(a, b))
  if (by !== 'blend') return best
  const mixed = zipped(best, all.toSorted(later), 1)
  return mixed.filter((post, i) => mixed.indexOf(post) === i)
}

const fateText = (fate: Fate): string => {
  if (fate.verdict === 'outside' || fate.verdict === 'moderated') return fate.verdict
  const detail = fate.verdict === 'shown' ? ` ${fate.place}` : fate.verdict === 'dropped' ? ` ${fate.by}` : ''
  return `${fate.verdict}${detail} by ${fate.letInBy}`
}

test(`what a feed shows while it is built is what it serves, and each post's fate is told (seed ${runSeed})`, async () => {
  const chance = new Chance(runSeed)
  const posts = Array.from({length: postCount}, (_, i) => madePost(chance, i))
  const manifests = new Map<string, Manifest>()
  let refusedCount = 0
  while (manifests.size < manifestCount) {
    const read = readManifest(madeManifest(chance, posts))
    // Some have more expressions than a feed may.
    if (read.ok) manifests.set(`feed ${manifests.size}`, read.manifest)
    else assert.ok(refusedCount++ < manifestCount / 20, JSON.stringify(read))
  }
  // As it is served: all feeds take the stream together, and keep of it what the plan says.
  const plan = new Plan(manifests)
  for (const source of plan.sources) plan.setMembers(source, members.get(sourceKey(source))!)
  const store = new Map<string, Candidate[]>([...manifests.keys()].map(key => [key, []]))
  for (const {facts, truth: _, ...post} of posts) {
    for (const {key, bits} of plan.match(facts, post.repost)) {
      store.get(key)!.push({...post, uri: facts.uri, author: facts.author, bits})
    }
  }
  let time = nowMs
  const skeletons = new Skeletons(
    {
      candidates: async (feed, {sinceMs, least}) =>
        store
          .get(feed)!
          .filter(
            ({timeMs, likes, reposts, replies}) =>
              timeMs >= sinceMs && likes >= least.likes && reposts >= least.reposts && replies >= least.replies,
          ),
      members: async source => members.get(sourceKey(source))!,
      removed: async () => new Set(),
      wishes: async () => assert.fail('nobody reads'),
    },
    () => time,
  )
  let shownCount = 0
  let keptCount = 0
  for (const [key, manifest] of manifests) {
    nowOf = ++time
    const told = `${key} of seed ${runSeed}: ${JSON.stringify(manifest)}`
    const seen = preview(manifest, posts, {nowMs: nowOf, members})
    const naive = new Naive(manifest).shown(posts)
    const names = naive.feed.map(({cid}) => cid)
    assert.deepEqual(
      seen.posts.map(({cid}) => cid),
      names,
      told,
    )
    for (const [i, post] of posts.entries())
      assert.equal(fateText(seen.fates[i]), naive.fates.get(post), `${post.cid} in ${told}`)
    const uris = naive.feed.map(({facts}) => facts.uri).filter(uri => !manifest.pinned?.some(pin => pin.post === uri))
    for (const {post, place = 1} of manifest.pinned ?? []) uris.splice(place - 1, 0, post)
    const served: string[] = []
    for (let cursor: string | undefined, pages = 0; pages === 0 || cursor !== undefined; pages++) {
      const page = await skeletons.page({feed: plan.feeds.get(key)!, limit: 1 + chance.below(9), cursor})
      served.push(...page!.feed.map(({post}) => post))
      cursor = page!.cursor
    }
    assert.deepEqual(served, uris, told)
    shownCount += served.length
    keptCount += store.get(key)!.length
  }
  // Else this would hold of feeds that show nothing, or of a plan that takes everything.
  assert.ok(shownCount > 0 && keptCount < 0.8 * manifestCount * postCount, `${shownCount} shown, ${keptCount} kept`)
})

test('a feed tells whom it asks for', () => {
  const read = readManifest({
    name: 'a',
    createdAt: '2026-11-30T00:00:00Z',
    blocks: [
      {$type: '#input', from: {$type: '#list', uri: list(1)}},
      {$type: '#drop', when: {$type: '#author', from: {$type: '#followers', did: dids[1]}}},
    ],
    moderation: {blockedLists: [list(2)]},
  })
  assert.ok(read.ok)
  const keys = sourcesOf(read.manifest).map(sourceKey)
  assert.deepEqual(keys, [`list ${list(1)}`, `followers ${dids[1]}`, `list ${list(2)}`])
})

test('each block tells how many posts it had and left, and what it took, its expressions among it', () => {
  const read = readManifest({
    name: 'a',
    createdAt: '2026-11-30T00:00:00Z',
    blocks: [
      {$type: '#input', from: {$type: '#network'}, include: ['posts']},
      {$type: '#keep', when: {$type: '#pattern', patterns: ['^.at']}},
      {$type: '#drop', when: {$type: '#counts', of: 'likes', atMost: 1}},
      {$type: '#limit', count: 1},
    ],
  })
  assert.ok(read.ok)
  const posts = ['cat', 'hat', 'cat', 'dog'].map((text, i): PreviewPost => {
    const uri = `at://${dids[0]}/app.bsky.feed.post/${i}`
    const facts = postFactsOf({uri, author: dids[0], timeMs: nowMs - i, record: {text}})
    return {facts, cid: `cid${i}`, timeMs: nowMs - i, likes: i, reposts: 0, replies: 0, labels: []}
  })
  let ticks = 0
  const {reports, lookMs, fates} = preview(read.manifest, posts, {nowMs, members: new Map(), clock: () => ticks++})
  // Each time that the clock is read it is one later: a look or a part takes 1 for each post, and a block 1.
  assert.deepEqual(reports, [
    {in: 0, out: 4, ms: 5},
    {in: 4, out: 3, ms: 5},
    {in: 3, out: 1, ms: 1},
    {in: 1, out: 1, ms: 1},
  ])
  assert.equal(lookMs, 4)
  assert.deepEqual(fates.map(fateText), ['dropped 2 by 0', 'dropped 2 by 0', 'shown 0 by 0', 'dropped 1 by 0'])
})
