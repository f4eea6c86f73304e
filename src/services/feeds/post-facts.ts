/**
 * What feeds ask of a post, read out of its record once for all of them. A record comes from a stranger and may be
 * anything: whatever is not as its lexicon has it is passed over, and nothing here throws or grows with what was sent
 * beyond the bounds below. What changes later (counts, labels by others, who is on a list) is not a fact of the record:
 * a feed asks the store for it when it is read.
 */
import {fieldsOf, listOf, stringsOf} from '#std/unknown-json.ts'
import {fold} from './plan/fold.ts'

/** Where words and expressions look, in the order of `PostFacts.places`. */
export const placeNames = ['text', 'alt', 'links', 'card'] as const
export type PlaceName = (typeof placeNames)[number]

export type EmbedKind =
  | 'image'
  | 'images'
  | 'video'
  | 'gif'
  | 'link'
  | 'quote'
  | 'list'
  | 'feed'
  | 'starterPack'
  | 'other'

export interface PostFacts {
  readonly uri: string
  readonly author: string
  /** Milliseconds since 1970: what its author says, but no later than it came. */
  readonly timeMs: number
  /** The record as it stands in its repository, for comparisons of fields. */
  readonly record: unknown
  /** Texts in NFC, one for each of `placeNames`; what there are several of stands on a line each. */
  readonly places: readonly string[]
  /** Without `#`, folded; from the text and beside it. */
  readonly hashtags: readonly string[]
  /** DIDs. */
  readonly mentions: readonly string[]
  /** Hosts of what it links to. */
  readonly domains: readonly string[]
  /** In lower case. */
  readonly langs: readonly string[]
  /** By its author. */
  readonly labels: readonly string[]
  readonly embeds: readonly EmbedKind[]
  readonly isReply: boolean
}

/** A post as it comes. */
export type PostSeen = Pick<PostFacts, 'uri' | 'author' | 'timeMs' | 'record'>

const textLengthMax = 10_000
const lineLengthMax = 4_000
const manyMax = 100

const someOf = (value: unknown): readonly unknown[] => listOf(value, manyMax)
const textOf = (value: unknown): string => (typeof value === 'string' ? value.slice(0, lineLengthMax) : '')
const distinct = <T>(items: readonly T[]): readonly T[] => (items.length > 1 ? [...new Set(items)] : items)
const joined = (lines: readonly string[]): string => lines.join('\n').slice(0, textLengthMax).normalize('NFC')

/** What is attached, as it is gathered. */
interface Attached {
  readonly kinds: EmbedKind[]
  readonly alts: string[]
  readonly links: string[]
  readonly card: string[]
}

/** The facts of a post. */
export function postFactsOf({uri, author, timeMs, record}: PostSeen): PostFacts {
  const post = fieldsOf(record)
  const attached: Attached = {kinds: [], alts: [], links: [], card: []}
  const tags = stringsOf(post.tags, manyMax)
  const mentions: string[] = []
  for (const facet of someOf(post.facets)) {
    for (const feature of someOf(fieldsOf(facet).features)) {
      const {tag, did, uri: link} = fieldsOf(feature)
      if (typeof tag === 'string') tags.push(tag)
      else if (typeof did === 'string') mentions.push(did)
      else if (typeof link === 'string') attached.links.push(link.slice(0, lineLengthMax))
    }
  }
  attach(post.embed, attached)
  const links = distinct(attached.links)
  return {
    uri,
    author,
    timeMs,
    record,
    places: [joined([textOf(post.text)]), joined(attached.alts), joined(links), joined(attached.card)],
    hashtags: distinct(tags.slice(0, manyMax).map(plainTag)),
    mentions: distinct(mentions),
    domains: distinct(links.map(domainOf).filter(domain => domain !== '')),
    langs: distinct(stringsOf(post.langs, manyMax).map(lang => lang.toLowerCase())),
    labels: distinct(someOf(fieldsOf(post.labels).values).map(label => textOf(fieldsOf(label).val))),
    embeds: distinct(attached.kinds),
    isReply: post.reply !== undefined,
  }
}

/** A hashtag as tags are held against each other. */
export const plainTag = (tag: string): string => fold(tag.replace(/^[#＃]/, '').normalize('NFC'))

function domainOf(link: string): string {
  const url = URL.parse(link)
  return url && /^https?:$/.test(url.protocol) ? url.hostname : ''
}

function attach(embed: unknown, attached: Attached): void {
  const {$type: type, media, record, images, items, external, alt, presentation} = fieldsOf(embed)
  switch (type) {
    case 'app.bsky.embed.recordWithMedia':
      attachRecord(fieldsOf(record).record, attached)
      if (fieldsOf(media).$type !== type) attach(media, attached)
      return
    case 'app.bsky.embed.record':
      return attachRecord(record, attached)
    case 'app.bsky.embed.images':
    case 'app.bsky.embed.gallery': {
      const pictures = someOf(images ?? items)
      if (pictures.length > 0) attached.kinds.push('image')
      if (pictures.length > 1) attached.kinds.push('images')
      for (const picture of pictures) attached.alts.push(textOf(fieldsOf(picture).alt))
      return
    }
    case 'app.bsky.embed.video':
      attached.kinds.push(presentation === 'gif' ? 'gif' : 'video')
      attached.alts.push(textOf(alt))
      return
    case 'app.bsky.embed.external': {
      const {uri, title, description} = fieldsOf(external)
      const link = textOf(uri)
      attached.kinds.push(link.startsWith('https://media.tenor.com/') ? 'gif' : 'link')
      attached.links.push(link)
      attached.card.push(textOf(title), textOf(description))
      return
    }
    default:
      if (embed !== undefined) attached.kinds.push('other')
  }
}

const kindsOfRecords: Readonly<Record<string, EmbedKind>> = {
  'app.bsky.feed.post': 'quote',
  'app.bsky.graph.list': 'list',
  'app.bsky.feed.generator': 'feed',
  'app.bsky.graph.starterpack': 'starterPack',
}

function attachRecord(record: unknown, {kinds}: Attached): void {
  const collection = textOf(fieldsOf(record).uri).split('/', 4)[3]
  kinds.push((Object.hasOwn(kindsOfRecords, collection ?? '') && kindsOfRecords[collection]) || 'other')
}
