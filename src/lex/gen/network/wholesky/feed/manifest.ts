// Generated from lexicons/network/wholesky/feed/manifest.json by the lexicon generator. Do not edit.
import type {AtUri} from '#atp/syntax/at-uri.ts'
import type {Datetime} from '#atp/syntax/datetime.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {Language} from '#atp/syntax/language.ts'
import type {RecordKey} from '#atp/syntax/record-key.ts'
import * as lex from '#lex/schema/define.ts'

/** A feed, under the record key of its app.bsky.feed.generator. */
export type Manifest = {
  $type: 'network.wholesky.feed.manifest'
  name: string
  description?: string
  blocks: (
    | lex.Typed<Input>
    | lex.Typed<Keep>
    | lex.Typed<Drop>
    | lex.Typed<Sort>
    | lex.Typed<Limit>
    | lex.Typed<Unique>
    | lex.Typed<Stash>
    | lex.Typed<Pop>)[]
  pinned?: Pin[]
  personal?: Personal
  moderation?: Moderation
  createdAt: Datetime
}
export const manifest: lex.RecordSchema<Manifest, RecordKey> = lex.record('network.wholesky.feed.manifest', 'any', lex.object({
  name: lex.string({minLength: 1, maxLength: 240, maxGraphemes: 24}),
  description: lex.string({maxLength: 3000, maxGraphemes: 300}),
  blocks: lex.array(lex.union(() => [input, keep, drop, sort, limit, unique, stash, pop], 'closed'), {maxLength: 32, minLength: 1}),
  pinned: lex.array(lex.ref(() => pin), {maxLength: 10}),
  personal: lex.ref(() => personal),
  moderation: lex.ref(() => moderation),
  createdAt: lex.string({format: 'datetime'}),
}, ['name', 'blocks', 'createdAt']))

/** Adds posts to those that the blocks below work on. */
export type Input = {
  $type?: 'network.wholesky.feed.manifest#input'
  from:
    | lex.Typed<Network>
    | lex.Typed<Accounts>
    | lex.Typed<List>
    | lex.Typed<StarterPack>
    | lex.Typed<Followers>
    | lex.Typed<Follows>
    | lex.Typed<Tags>
  /** Only posts that are no older. */
  hours?: number
  /** Posts and replies when left out. */
  include?: ('posts' | 'replies' | 'reposts')[]
}
export const input: lex.ObjectSchema<Input> = lex.typed('network.wholesky.feed.manifest#input', {
  from: lex.union(() => [network, accounts, list, starterPack, followers, follows, tags], 'closed'),
  hours: lex.integer({minimum: 1, maximum: 168, default: 48}),
  include: lex.array(lex.string({enum: ['posts', 'replies', 'reposts']}), {maxLength: 3, minLength: 1}),
}, ['from'])

/** Everyone. */
export type Network = {
  $type?: 'network.wholesky.feed.manifest#network'
}
export const network: lex.ObjectSchema<Network> = lex.typed('network.wholesky.feed.manifest#network', {})

/** Accounts by name, one or many. */
export type Accounts = {
  $type?: 'network.wholesky.feed.manifest#accounts'
  dids: Did[]
}
export const accounts: lex.ObjectSchema<Accounts> = lex.typed('network.wholesky.feed.manifest#accounts', {
  dids: lex.array(lex.string({format: 'did'}), {maxLength: 1000, minLength: 1}),
}, ['dids'])

/** Who is on a list. */
export type List = {
  $type?: 'network.wholesky.feed.manifest#list'
  /** Of an app.bsky.graph.list. */
  uri: AtUri
}
export const list: lex.ObjectSchema<List> = lex.typed('network.wholesky.feed.manifest#list', {
  uri: lex.string({format: 'at-uri'}),
}, ['uri'])

/** Who is in a starter pack. */
export type StarterPack = {
  $type?: 'network.wholesky.feed.manifest#starterPack'
  /** Of an app.bsky.graph.starterpack. */
  uri: AtUri
}
export const starterPack: lex.ObjectSchema<StarterPack> = lex.typed('network.wholesky.feed.manifest#starterPack', {
  uri: lex.string({format: 'at-uri'}),
}, ['uri'])

/** Who follows an account. */
export type Followers = {
  $type?: 'network.wholesky.feed.manifest#followers'
  did: Did
}
export const followers: lex.ObjectSchema<Followers> = lex.typed('network.wholesky.feed.manifest#followers', {
  did: lex.string({format: 'did'}),
}, ['did'])

/** Whom an account follows. */
export type Follows = {
  $type?: 'network.wholesky.feed.manifest#follows'
  did: Did
}
export const follows: lex.ObjectSchema<Follows> = lex.typed('network.wholesky.feed.manifest#follows', {
  did: lex.string({format: 'did'}),
}, ['did'])

/** Posts with any of these hashtags. */
export type Tags = {
  $type?: 'network.wholesky.feed.manifest#tags'
  /** Without the #. */
  tags: string[]
}
export const tags: lex.ObjectSchema<Tags> = lex.typed('network.wholesky.feed.manifest#tags', {
  tags: lex.array(lex.string({minLength: 1, maxLength: 640, maxGraphemes: 64}), {maxLength: 100, minLength: 1}),
}, ['tags'])

/** Drops all posts but those that meet the condition. */
export type Keep = {
  $type?: 'network.wholesky.feed.manifest#keep'
  when:
    | lex.Typed<Words>
    | lex.Typed<Pattern>
    | lex.Typed<Hashtags>
    | lex.Typed<Mentions>
    | lex.Typed<Domains>
    | lex.Typed<Langs>
    | lex.Typed<Embed>
    | lex.Typed<Kind>
    | lex.Typed<Field>
    | lex.Typed<Labels>
    | lex.Typed<Counts>
    | lex.Typed<Author>
    | lex.Typed<All>
    | lex.Typed<Any>
    | lex.Typed<Not>
}
export const keep: lex.ObjectSchema<Keep> = lex.typed('network.wholesky.feed.manifest#keep', {
  when: lex.union(() => [
    words,
    pattern,
    hashtags,
    mentions,
    domains,
    langs,
    embed,
    kind,
    field,
    labels,
    counts,
    author,
    all,
    any,
    not,
  ], 'closed'),
}, ['when'])

/** Drops the posts that meet the condition. */
export type Drop = {
  $type?: 'network.wholesky.feed.manifest#drop'
  when:
    | lex.Typed<Words>
    | lex.Typed<Pattern>
    | lex.Typed<Hashtags>
    | lex.Typed<Mentions>
    | lex.Typed<Domains>
    | lex.Typed<Langs>
    | lex.Typed<Embed>
    | lex.Typed<Kind>
    | lex.Typed<Field>
    | lex.Typed<Labels>
    | lex.Typed<Counts>
    | lex.Typed<Author>
    | lex.Typed<All>
    | lex.Typed<Any>
    | lex.Typed<Not>
}
export const drop: lex.ObjectSchema<Drop> = lex.typed('network.wholesky.feed.manifest#drop', {
  when: lex.union(() => [
    words,
    pattern,
    hashtags,
    mentions,
    domains,
    langs,
    embed,
    kind,
    field,
    labels,
    counts,
    author,
    all,
    any,
    not,
  ], 'closed'),
}, ['when'])

/** Puts the posts in order. The order of a feed without one is by time, newest first. */
export type Sort = {
  $type?: 'network.wholesky.feed.manifest#sort'
  /**
   * rank: points / (hours + 2) ^ gravity. trending: points * decay ^ (hours / window), and nothing older than the
   * window. blend: one by trending and one by time in turn.
   */
  by:
    | 'new'
    | 'likes'
    | 'reposts'
    | 'replies'
    | 'rank'
    | 'trending'
    | 'blend'
    | 'shuffle'
  ascending?: boolean
  /** How fast posts sink in a rank; 1.8 when left out. A number such as "1.8". */
  gravity?: string
  /** The window of what is trending. */
  hours?: number
  /**
   * What the points of a post of the age of the window still count, above 0 and up to 1; 0.2 when left out. A number
   * such as "1.8".
   */
  decay?: string
  points?: Points
}
export const sort: lex.ObjectSchema<Sort> = lex.typed('network.wholesky.feed.manifest#sort', {
  by: lex.string({
    enum: [
      'new',
      'likes',
      'reposts',
      'replies',
      'rank',
      'trending',
      'blend',
      'shuffle',
    ],
  }),
  ascending: lex.boolean({default: false}),
  gravity: lex.string({maxLength: 8}),
  hours: lex.integer({minimum: 1, maximum: 168, default: 48}),
  decay: lex.string({maxLength: 8}),
  points: lex.ref(() => points),
}, ['by'])

/**
 * What counts how much for rank and trending. When left out, a like is a point in a rank; trending has a point for each
 * like, repost and reply.
 */
export type Points = {
  $type?: 'network.wholesky.feed.manifest#points'
  /** By anyone. A number such as "1.8". */
  like?: string
  /** By anyone. A number such as "1.8". */
  repost?: string
  /** By anyone. A number such as "1.8". */
  reply?: string
  /** By a reader of this feed. A number such as "1.8". */
  readerLike?: string
  /** By a reader of this feed. A number such as "1.8". */
  readerRepost?: string
  /** By a reader of this feed. A number such as "1.8". */
  readerReply?: string
}
export const points: lex.ObjectSchema<Points> = lex.typed('network.wholesky.feed.manifest#points', {
  like: lex.string({maxLength: 8}),
  repost: lex.string({maxLength: 8}),
  reply: lex.string({maxLength: 8}),
  readerLike: lex.string({maxLength: 8}),
  readerRepost: lex.string({maxLength: 8}),
  readerReply: lex.string({maxLength: 8}),
})

/** Drops what is over a number. */
export type Limit = {
  $type?: 'network.wholesky.feed.manifest#limit'
  count?: number
  perAuthor?: number
}
export const limit: lex.ObjectSchema<Limit> = lex.typed('network.wholesky.feed.manifest#limit', {
  count: lex.integer({minimum: 1, maximum: 2000}),
  perAuthor: lex.integer({minimum: 1, maximum: 100}),
})

/** Drops a post that stands further up already. */
export type Unique = {
  $type?: 'network.wholesky.feed.manifest#unique'
}
export const unique: lex.ObjectSchema<Unique> = lex.typed('network.wholesky.feed.manifest#unique', {})

/** Puts all posts aside; the blocks below begin with none. */
export type Stash = {
  $type?: 'network.wholesky.feed.manifest#stash'
  name: string
}
export const stash: lex.ObjectSchema<Stash> = lex.typed('network.wholesky.feed.manifest#stash', {
  name: lex.string({minLength: 1, maxLength: 64}),
}, ['name'])

/** Fetches posts that were put aside. */
export type Pop = {
  $type?: 'network.wholesky.feed.manifest#pop'
  name: string
  how?: 'after' | 'before' | 'interleave'
  /** Interleaved: one of them after so many. */
  every?: number
}
export const pop: lex.ObjectSchema<Pop> = lex.typed('network.wholesky.feed.manifest#pop', {
  name: lex.string({minLength: 1, maxLength: 64}),
  how: lex.string({enum: ['after', 'before', 'interleave'], default: 'after'}),
  every: lex.integer({minimum: 1, maximum: 100, default: 1}),
}, ['name'])

/** Meets every one. */
export type All = {
  $type?: 'network.wholesky.feed.manifest#all'
  of: (
    | lex.Typed<Words>
    | lex.Typed<Pattern>
    | lex.Typed<Hashtags>
    | lex.Typed<Mentions>
    | lex.Typed<Domains>
    | lex.Typed<Langs>
    | lex.Typed<Embed>
    | lex.Typed<Kind>
    | lex.Typed<Field>
    | lex.Typed<Labels>
    | lex.Typed<Counts>
    | lex.Typed<Author>
    | lex.Typed<All>
    | lex.Typed<Any>
    | lex.Typed<Not>)[]
}
export const all: lex.ObjectSchema<All> = lex.typed('network.wholesky.feed.manifest#all', {
  of: lex.array(lex.union(() => [
    words,
    pattern,
    hashtags,
    mentions,
    domains,
    langs,
    embed,
    kind,
    field,
    labels,
    counts,
    author,
    all,
    any,
    not,
  ], 'closed'), {maxLength: 50, minLength: 1}),
}, ['of'])

/** Meets one or more. */
export type Any = {
  $type?: 'network.wholesky.feed.manifest#any'
  of: (
    | lex.Typed<Words>
    | lex.Typed<Pattern>
    | lex.Typed<Hashtags>
    | lex.Typed<Mentions>
    | lex.Typed<Domains>
    | lex.Typed<Langs>
    | lex.Typed<Embed>
    | lex.Typed<Kind>
    | lex.Typed<Field>
    | lex.Typed<Labels>
    | lex.Typed<Counts>
    | lex.Typed<Author>
    | lex.Typed<All>
    | lex.Typed<Any>
    | lex.Typed<Not>)[]
}
export const any: lex.ObjectSchema<Any> = lex.typed('network.wholesky.feed.manifest#any', {
  of: lex.array(lex.union(() => [
    words,
    pattern,
    hashtags,
    mentions,
    domains,
    langs,
    embed,
    kind,
    field,
    labels,
    counts,
    author,
    all,
    any,
    not,
  ], 'closed'), {maxLength: 50, minLength: 1}),
}, ['of'])

/** Does not meet it. */
export type Not = {
  $type?: 'network.wholesky.feed.manifest#not'
  of:
    | lex.Typed<Words>
    | lex.Typed<Pattern>
    | lex.Typed<Hashtags>
    | lex.Typed<Mentions>
    | lex.Typed<Domains>
    | lex.Typed<Langs>
    | lex.Typed<Embed>
    | lex.Typed<Kind>
    | lex.Typed<Field>
    | lex.Typed<Labels>
    | lex.Typed<Counts>
    | lex.Typed<Author>
    | lex.Typed<All>
    | lex.Typed<Any>
    | lex.Typed<Not>
}
export const not: lex.ObjectSchema<Not> = lex.typed('network.wholesky.feed.manifest#not', {
  of: lex.union(() => [
    words,
    pattern,
    hashtags,
    mentions,
    domains,
    langs,
    embed,
    kind,
    field,
    labels,
    counts,
    author,
    all,
    any,
    not,
  ], 'closed'),
}, ['of'])

/** Has words or phrases. */
export type Words = {
  $type?: 'network.wholesky.feed.manifest#words'
  words: string[]
  /** The text when left out. Links are addresses; card is title and description of a link preview. */
  in?: ('text' | 'alt' | 'links' | 'card')[]
  match?: 'any' | 'all' | 'none'
  /** Not inside a longer word. */
  whole?: boolean
  matchCase?: boolean
}
export const words: lex.ObjectSchema<Words> = lex.typed('network.wholesky.feed.manifest#words', {
  words: lex.array(lex.string({minLength: 1, maxLength: 400, maxGraphemes: 100}), {maxLength: 500, minLength: 1}),
  in: lex.array(lex.string({enum: ['text', 'alt', 'links', 'card']}), {maxLength: 4, minLength: 1}),
  match: lex.string({enum: ['any', 'all', 'none'], default: 'any'}),
  whole: lex.boolean({default: true}),
  matchCase: lex.boolean({default: false}),
}, ['words'])

/** Has what regular expressions of RE2 describe, where ^ and $ are the ends of a line. */
export type Pattern = {
  $type?: 'network.wholesky.feed.manifest#pattern'
  patterns: string[]
  /** The text when left out. Links are addresses; card is title and description of a link preview. */
  in?: ('text' | 'alt' | 'links' | 'card')[]
  match?: 'any' | 'all' | 'none'
  matchCase?: boolean
}
export const pattern: lex.ObjectSchema<Pattern> = lex.typed('network.wholesky.feed.manifest#pattern', {
  patterns: lex.array(lex.string({minLength: 1, maxLength: 4000}), {maxLength: 50, minLength: 1}),
  in: lex.array(lex.string({enum: ['text', 'alt', 'links', 'card']}), {maxLength: 4, minLength: 1}),
  match: lex.string({enum: ['any', 'all', 'none'], default: 'any'}),
  matchCase: lex.boolean({default: false}),
}, ['patterns'])

/** Has hashtags. */
export type Hashtags = {
  $type?: 'network.wholesky.feed.manifest#hashtags'
  tags: string[]
  match?: 'any' | 'all' | 'none'
}
export const hashtags: lex.ObjectSchema<Hashtags> = lex.typed('network.wholesky.feed.manifest#hashtags', {
  tags: lex.array(lex.string({minLength: 1, maxLength: 640, maxGraphemes: 64}), {maxLength: 500, minLength: 1}),
  match: lex.string({enum: ['any', 'all', 'none'], default: 'any'}),
}, ['tags'])

/** Mentions accounts. */
export type Mentions = {
  $type?: 'network.wholesky.feed.manifest#mentions'
  dids: Did[]
  match?: 'any' | 'all' | 'none'
}
export const mentions: lex.ObjectSchema<Mentions> = lex.typed('network.wholesky.feed.manifest#mentions', {
  dids: lex.array(lex.string({format: 'did'}), {maxLength: 500, minLength: 1}),
  match: lex.string({enum: ['any', 'all', 'none'], default: 'any'}),
}, ['dids'])

/** Links to sites; a domain stands for those below it too. */
export type Domains = {
  $type?: 'network.wholesky.feed.manifest#domains'
  domains: string[]
  match?: 'any' | 'all' | 'none'
}
export const domains: lex.ObjectSchema<Domains> = lex.typed('network.wholesky.feed.manifest#domains', {
  domains: lex.array(lex.string({minLength: 1, maxLength: 253}), {maxLength: 500, minLength: 1}),
  match: lex.string({enum: ['any', 'all', 'none'], default: 'any'}),
}, ['domains'])

/** Is said to be in languages; "pt" stands for "pt-BR" too. */
export type Langs = {
  $type?: 'network.wholesky.feed.manifest#langs'
  langs: Language[]
  match?: 'any' | 'all' | 'none'
}
export const langs: lex.ObjectSchema<Langs> = lex.typed('network.wholesky.feed.manifest#langs', {
  langs: lex.array(lex.string({format: 'language'}), {maxLength: 100, minLength: 1}),
  match: lex.string({enum: ['any', 'all', 'none'], default: 'any'}),
}, ['langs'])

/** Has things attached. images: more than one. */
export type Embed = {
  $type?: 'network.wholesky.feed.manifest#embed'
  kinds: (
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
    | 'none')[]
  match?: 'any' | 'all' | 'none'
}
export const embed: lex.ObjectSchema<Embed> = lex.typed('network.wholesky.feed.manifest#embed', {
  kinds: lex.array(lex.string({
    enum: [
      'image',
      'images',
      'video',
      'gif',
      'link',
      'quote',
      'list',
      'feed',
      'starterPack',
      'other',
      'none',
    ],
  }), {maxLength: 11, minLength: 1}),
  match: lex.string({enum: ['any', 'all', 'none'], default: 'any'}),
}, ['kinds'])

/** Is a reply, a quote, or begins a thread. */
export type Kind = {
  $type?: 'network.wholesky.feed.manifest#kind'
  kinds: ('reply' | 'quote' | 'root')[]
  match?: 'any' | 'all' | 'none'
}
export const kind: lex.ObjectSchema<Kind> = lex.typed('network.wholesky.feed.manifest#kind', {
  kinds: lex.array(lex.string({enum: ['reply', 'quote', 'root']}), {maxLength: 3, minLength: 1}),
  match: lex.string({enum: ['any', 'all', 'none'], default: 'any'}),
}, ['kinds'])

/** Compares a field of the record: any of its values with any of these. Numbers are compared as such where both are. */
export type Field = {
  $type?: 'network.wholesky.feed.manifest#field'
  /** Such as "embed.external.title" or "facets[*].features[*].uri". */
  path: string
  op:
    | 'is'
    | 'isNot'
    | 'less'
    | 'atMost'
    | 'more'
    | 'atLeast'
    | 'contains'
    | 'exists'
    | 'missing'
  values?: string[]
}
export const field: lex.ObjectSchema<Field> = lex.typed('network.wholesky.feed.manifest#field', {
  path: lex.string({minLength: 1, maxLength: 256}),
  op: lex.string({
    enum: [
      'is',
      'isNot',
      'less',
      'atMost',
      'more',
      'atLeast',
      'contains',
      'exists',
      'missing',
    ],
  }),
  values: lex.array(lex.string({maxLength: 1000}), {maxLength: 100}),
}, ['path', 'op'])

/** Has labels, by its author or by a labeler that the server listens to. */
export type Labels = {
  $type?: 'network.wholesky.feed.manifest#labels'
  labels: string[]
  match?: 'any' | 'all' | 'none'
}
export const labels: lex.ObjectSchema<Labels> = lex.typed('network.wholesky.feed.manifest#labels', {
  labels: lex.array(lex.string({minLength: 1, maxLength: 128}), {maxLength: 100, minLength: 1}),
  match: lex.string({enum: ['any', 'all', 'none'], default: 'any'}),
}, ['labels'])

/** Has so many. */
export type Counts = {
  $type?: 'network.wholesky.feed.manifest#counts'
  of:
    | 'likes'
    | 'reposts'
    | 'replies'
    | 'readerLikes'
    | 'readerReposts'
    | 'readerReplies'
  atLeast?: number
  atMost?: number
}
export const counts: lex.ObjectSchema<Counts> = lex.typed('network.wholesky.feed.manifest#counts', {
  of: lex.string({
    enum: [
      'likes',
      'reposts',
      'replies',
      'readerLikes',
      'readerReposts',
      'readerReplies',
    ],
  }),
  atLeast: lex.integer({minimum: 0}),
  atMost: lex.integer({minimum: 0}),
}, ['of'])

/** Is by certain people. */
export type Author = {
  $type?: 'network.wholesky.feed.manifest#author'
  from:
    | lex.Typed<Accounts>
    | lex.Typed<List>
    | lex.Typed<StarterPack>
    | lex.Typed<Followers>
    | lex.Typed<Follows>
}
export const author: lex.ObjectSchema<Author> = lex.typed('network.wholesky.feed.manifest#author', {
  from: lex.union(() => [accounts, list, starterPack, followers, follows], 'closed'),
}, ['from'])

/** A post that stands in a place whatever comes. */
export type Pin = {
  $type?: 'network.wholesky.feed.manifest#pin'
  post: AtUri
  /** From the top. */
  place?: number
}
export const pin: lex.ObjectSchema<Pin> = lex.typed('network.wholesky.feed.manifest#pin', {
  post: lex.string({format: 'at-uri'}),
  place: lex.integer({minimum: 1, maximum: 50, default: 1}),
}, ['post'])

/** What readers say by "show less like this" and "show more like this". */
export type Personal = {
  $type?: 'network.wholesky.feed.manifest#personal'
  /**
   * A post that a reader wants less of is gone for them. So is its author: from this feed after 5, from all after 25.
   */
  seeLess?: boolean
  /** Authors that a reader wants more of stand further up for them. */
  seeMore?: boolean
}
export const personal: lex.ObjectSchema<Personal> = lex.typed('network.wholesky.feed.manifest#personal', {
  seeLess: lex.boolean({default: true}),
  seeMore: lex.boolean({default: false}),
})

/** Who and what is kept out of this feed, and who may say so. */
export type Moderation = {
  $type?: 'network.wholesky.feed.manifest#moderation'
  blocked?: Did[]
  blockedLists?: AtUri[]
  removed?: AtUri[]
  moderators?: Did[]
}
export const moderation: lex.ObjectSchema<Moderation> = lex.typed('network.wholesky.feed.manifest#moderation', {
  blocked: lex.array(lex.string({format: 'did'}), {maxLength: 1000}),
  blockedLists: lex.array(lex.string({format: 'at-uri'}), {maxLength: 10}),
  removed: lex.array(lex.string({format: 'at-uri'}), {maxLength: 1000}),
  moderators: lex.array(lex.string({format: 'did'}), {maxLength: 20}),
})

export {manifest as main}
