/**
 * A thousand feeds without code on a stream of posts: what a post costs, from its record to the list of feeds that may
 * have it, and how that compares with asking the feeds one by one. The bar is 2,000 posts a second on one core. The posts
 * are made up, of words that are as unequally frequent as those of a language; the feeds are of the kinds that people
 * build: word lists and expressions of some dozen words, tags, lists of people, sites, and a hundred that every post
 * has to be tried on.
 */
import {readManifest} from '../src/services/feeds/manifest/read.ts'
import type {Candidate} from '../src/services/feeds/plan/evaluate.ts'
import {Plan} from '../src/services/feeds/plan/plan.ts'
import {Skeletons} from '../src/services/feeds/plan/skeletons.ts'
import {postFactsOf, type PostSeen} from '../src/services/feeds/post-facts.ts'
import {seeded} from '../test/random.ts'
import {contest, figure, median} from './measure.ts'

const feedCount = 1_000
const postCount = 20_000
const random = seeded(1)
const below = (count: number): number => Math.floor(random() * count)
const pick = <T>(items: readonly T[]): T => items[below(items.length)]
const times = <T>(count: number, make: (i: number) => T): T[] => Array.from({length: count}, (_, i) => make(i))

const syllables = [
  'ka',
  'ro',
  'mi',
  'ten',
  'sha',
  'lu',
  'be',
  'dor',
  'ing',
  'est',
  'pra',
  'no',
  'vi',
  'cho',
  'er',
  'al',
]
const vocabulary = [
  ...new Set(times(60_000, i => times(1 + (i % 4) + below(2), () => pick(syllables)).join(''))),
].slice(0, 20_000)
/** By the law of Zipf: the n-th word is one n-th as frequent as the first. */
const word = (): string => vocabulary[Math.floor(vocabulary.length ** random()) - 1]
/** What a feed is about: no word of every other sentence. */
const topic = (): string => vocabulary[300 + below(vocabulary.length - 300)]
const dids = times(
  50_000,
  i =>
    `did:plc:${i
      .toString(32)
      .padStart(24, 'a')
      .replace(/[0189]/g, 'z')}`,
)
const tags = times(3_000, topic)
const hosts = times(2_000, i => `${topic()}${i}.example`)

function post(i: number): PostSeen {
  const author = pick(dids)
  const text = times(3 + below(45), word).join(' ')
  const own = random() < 0.2 ? times(1 + below(4), () => pick(tags)) : []
  const external = {
    uri: `https://${pick(hosts)}/${topic()}`,
    title: times(8, word).join(' '),
    description: times(20, word).join(' '),
  }
  const alt = times(15, word).join(' ')
  const chance = random()
  const embed =
    chance < 0.25
      ? {$type: 'app.bsky.embed.images', images: times(1 + below(4), () => ({alt}))}
      : chance < 0.4
        ? {$type: 'app.bsky.embed.external', external}
        : undefined
  const record = {
    $type: 'app.bsky.feed.post',
    text: `${text[0].toUpperCase()}${text.slice(1)}. ${own.map(tag => `#${tag}`).join(' ')}`,
    facets: own.map(tag => ({features: [{$type: 'app.bsky.richtext.facet#tag', tag}]})),
    langs: [random() < 0.5 ? 'en' : pick(['ja', 'pt', 'de', 'es'])],
    embed,
    ...(random() < 0.4 && {reply: {}}),
  }
  return {uri: `at://${author}/app.bsky.feed.post/${i}`, author, timeMs: i, record}
}

const network = {$type: '#input', from: {$type: '#network'}}
const listOf = (i: number): string => `at://${dids[0]}/app.bsky.graph.list/${i}`
const keep = (when: object): object => ({$type: '#keep', when})
const noReplies = {$type: '#drop', when: {$type: '#kind', kinds: ['reply']}}
const english = keep({$type: '#langs', langs: ['en']})
const places = ['text', 'alt', 'links']
const expressions = [
  (): string => `\\b(${times(12, topic).join('|')})s?\\b`,
  (): string => times(20, () => `${topic()}\\s?${topic()}`).join('|'),
  (): string => `(?:^|\\s)#?(?:${times(8, topic).join('|')})`,
  (): string => `\\b${topic().slice(0, 4)}\\w{2,}\\b.{0,40}\\b${topic()}`,
]
/** Of the few that have no literal: every post has to be tried. */
const bare = (): string => pick(['[\\p{Han}]{2,}', '\\b\\d{1,2}[/.]\\d{1,2}\\b', '^\\W*$', '[A-Z]{6,}'])

function blocksOf(i: number): object[] {
  const kind = i % 100
  if (kind < 35) {
    const blocked = {$type: '#drop', when: {$type: '#words', words: times(15, topic), in: places}}
    return [
      network,
      keep({$type: '#words', words: times(5 + below(40), topic), in: places}),
      english,
      noReplies,
      blocked,
    ]
  }
  if (kind < 58) {
    const blocked = {$type: '#drop', when: {$type: '#pattern', patterns: [pick(expressions)()], in: places}}
    return [network, keep({$type: '#pattern', patterns: [pick(expressions)()], in: places}), blocked, noReplies]
  }
  if (kind < 73) return [{$type: '#input', from: {$type: '#tags', tags: times(8, () => pick(tags))}}, noReplies]
  if (kind < 83) return [{$type: '#input', from: {$type: '#list', uri: listOf(i)}}, noReplies]
  if (kind < 90) return [network, keep({$type: '#domains', domains: times(10, () => pick(hosts))})]
  if (kind < 95) return [network, english, keep({$type: '#embed', kinds: ['image', 'video']}), noReplies]
  if (kind < 99) return [network, {$type: '#drop', when: {$type: '#words', words: times(30, topic), in: places}}]
  return [network, keep({$type: '#pattern', patterns: [bare()]})]
}

const posts = times(postCount, post)
function manifestOf(name: string, blocks: object[]) {
  const read = readManifest({name, blocks, createdAt: '2026-11-30T00:00:00Z'})
  if (!read.ok) throw new Error(JSON.stringify(read.problems))
  return [name, read.manifest] as const
}
const manifests = times(feedCount, i => manifestOf(`feed ${i}`, blocksOf(i)))
const members = new Map(times(feedCount, i => [listOf(i), new Set(times(1_000, () => pick(dids)))]))

function planOf(some: typeof manifests): Plan {
  const plan = new Plan(some)
  for (const source of plan.sources) plan.setMembers(source, members.get(source.of)!)
  return plan
}

gc!()
const before = process.memoryUsage()
const startMs = performance.now()
const plan = planOf(manifests)
plan.match(postFactsOf(posts[0]))
figure('a plan of a thousand feeds is made in', performance.now() - startMs, 'ms')
gc!()
const after = process.memoryUsage()
figure(
  'it holds, but for who is on lists',
  (after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers) / 2 ** 20,
  'MiB',
)

const slice = 2_000
let at = 0
let taken = 0
/** The next posts of the stream, each with all that it costs. */
function take(count: number, match: (facts: ReturnType<typeof postFactsOf>) => number): void {
  for (let i = 0; i < count; i++) taken += match(postFactsOf(posts[at++ % postCount]))
}
const together = (): void => take(slice, facts => plan.match(facts).length)

for (let i = 0; i < 5; i++) together()
taken = 0
const cpu = process.cpuUsage()
const passes = 3
for (let i = 0; i < (passes * postCount) / slice; i++) together()
const {user, system} = process.cpuUsage(cpu)
figure('posts for each second of one core, a thousand feeds', (passes * postCount * 1e6) / (user + system), 'posts/s', {
  atLeast: 2_000,
})
figure('feeds that take a post', taken / (passes * postCount), 'of 1,000')

/** What costs most: all of its posts are kept, ranked and counted by author. */
const ranks = [
  network,
  keep({$type: '#words', words: ['a']}),
  {$type: '#sort', by: 'rank'},
  {$type: '#limit', perAuthor: 5},
]
const ranked = planOf([manifestOf('ranked', ranks)]).feeds.get('ranked')!
const nowMs = 1e12
const candidates = times(10_000, (i): Candidate => {
  const author = pick(dids)
  const counts = {
    likes: below(50),
    reposts: below(5),
    replies: below(5),
    labels: [],
    bits: 2 ** ranked.parts.length - 1,
  }
  return {uri: `at://${author}/app.bsky.feed.post/${i}`, cid: `bafy${i}`, author, timeMs: nowMs - i * 8_000, ...counts}
})
const none = {lessPosts: new Set<string>(), lessOf: new Map(), moreOf: new Map()}
let clockMs = nowMs
const skeletons = new Skeletons(
  {
    candidates: async () => candidates,
    members: async () => new Set(),
    removed: async () => new Set(),
    wishes: async () => none,
  },
  () => clockMs,
)
const orders: number[] = []
for (let i = 0; i < 60; i++) {
  clockMs += 15_000
  const fromMs = performance.now()
  await skeletons.page({feed: ranked, limit: 50})
  if (i >= 20) orders.push(performance.now() - fromMs)
}
figure('a feed of 10,000 posts is ordered in', median(orders), 'ms', {atMost: 10})
const pages = 50_000
const pagesFrom = process.cpuUsage()
for (let i = 0, cursor: string | undefined; i < pages; i++) {
  cursor = (await skeletons.page({feed: ranked, limit: 50, cursor, viewer: 'did:plc:viewer'}))!.cursor
}
const pagesCpu = process.cpuUsage(pagesFrom)
figure('pages of 50 for each second of one core', (pages * 1e6) / (pagesCpu.user + pagesCpu.system), 'pages/s', {
  atLeast: 5_000,
})

/** A tenth of them, which is what one by one comes to an end with. */
const tenth = manifests.filter((_, i) => i % 10 === 3)
const shared = planOf(tenth)
const alone = tenth.map(manifest => planOf([manifest]))
const hundred = 100
await contest({
  title: 'a hundred feeds',
  unit: 'posts',
  work: hundred,
  contenders: {
    wholesky: () => take(hundred, facts => shared.match(facts).length),
    'each feed by itself': () => take(hundred, facts => alone.reduce((sum, one) => sum + one.match(facts).length, 0)),
  },
  claims: {'each feed by itself': 5},
})
