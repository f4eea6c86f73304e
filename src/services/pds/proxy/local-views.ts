/**
 * Views of records that the AppView has not read yet, as it would make them as far as it can be known here. What a post
 * quotes is the AppView's to show, but for what is as new as itself; a video is left out until the AppView has it.
 */
import type {JsonMap} from '#atp/data/json.ts'
import type {Did} from '#atp/syntax/did.ts'

/** JSON as far as it is looked at. */
export type Json = Record<string, unknown>
export const isJson = (json: unknown): json is Json => typeof json === 'object' && json !== null && !Array.isArray(json)

/** What an account has written that the AppView has not read. */
export interface News {
  did: Did
  handle: string
  /** When the account wrote the oldest of it. */
  oldestMs: number
  profile: JsonMap | undefined
  /** Newest first. */
  posts: readonly LocalPost[]
}

export interface LocalPost {
  uri: string
  cid: string
  record: JsonMap
  indexedAt: string
}

/** Where a picture of an account is shown, by what for: the names are those of the official picture service. */
export type ImageUrl = (
  preset: 'avatar' | 'banner' | 'feed_thumbnail' | 'feed_fullsize',
  did: Did,
  cid: string,
) => string

/**
 * By the pattern of a picture service, in which `%s` stands for preset, DID and CID, in this order; without one, as the
 * picture was uploaded.
 */
export const imageUrls =
  (publicUrl: string, pattern?: string): ImageUrl =>
  (preset, did, cid) => {
    if (pattern === undefined) {
      return `${publicUrl}/xrpc/com.atproto.sync.getBlob?${new URLSearchParams({did, cid}).toString()}`
    }
    const parts = [preset, did, cid]
    return pattern.replaceAll('%s', () => parts.shift() ?? '')
  }

/** The AT-URI of what this post quotes, if it does. */
export function quotedBy({record: {embed}}: LocalPost): string | undefined {
  const ref = quotedIn(embed)
  return typeof ref?.uri === 'string' ? ref.uri : undefined
}

function quotedIn(embed: unknown): Json | undefined {
  if (!isJson(embed) || !isJson(embed.record)) return undefined
  const {$type, record} = embed
  if ($type !== 'app.bsky.embed.recordWithMedia') return record
  return isJson(record.record) ? record.record : undefined
}

/** A post as it is shown where it is quoted. */
export function quotedPost(post: Json): Json {
  const {
    uri,
    cid,
    author,
    record: value,
    embed,
    indexedAt,
    labels,
    replyCount,
    repostCount,
    likeCount,
    quoteCount,
  } = post
  const counts = {replyCount, repostCount, likeCount, quoteCount}
  const embeds = embed === undefined ? [] : [embed]
  return {$type: 'app.bsky.embed.record#viewRecord', uri, cid, author, value, labels, ...counts, embeds, indexedAt}
}

/** The members of a profile that are shown beside a post. */
const authorMembers = [
  'did',
  'handle',
  'displayName',
  'pronouns',
  'avatar',
  'associated',
  'labels',
  'createdAt',
  'verification',
  'status',
]

export class LocalViews {
  readonly #imageUrl: ImageUrl
  readonly #news: News
  readonly #author: Json
  readonly #quoted: ReadonlyMap<unknown, Json>

  /** `profile` is the author's as the AppView knows it, `quoted` its views of what the new posts quote. */
  constructor(imageUrl: ImageUrl, news: News, profile: unknown, quoted: readonly Json[]) {
    this.#imageUrl = imageUrl
    this.#news = news
    const known = isJson(profile) ? Object.fromEntries(authorMembers.map(name => [name, profile[name]])) : {}
    this.#author = this.profile({...known, did: news.did, handle: news.handle})
    this.#quoted = new Map(quoted.map(view => [view.uri, view]))
  }

  post(post: LocalPost): Json {
    return this.#post(post, embed => this.#quote(embed, true))
  }

  #post({uri, cid, record, indexedAt}: LocalPost, quote: (embed: unknown) => Json | undefined): Json {
    const embed = this.#embed(record.embed, quote)
    const counts = {replyCount: 0, repostCount: 0, likeCount: 0, quoteCount: 0}
    const view = {$type: 'app.bsky.feed.defs#postView', uri, cid, author: this.#author, record, indexedAt}
    return {...view, ...counts, labels: [], viewer: {}, ...(embed && {embed})}
  }

  /** `view` with what the newer profile says, if there is one. */
  profile(view: Json): Json {
    const {profile} = this.#news
    if (!profile) return view
    const {displayName, description, avatar, banner} = profile
    const next: Json = {...view, displayName, avatar: this.#image('avatar', avatar)}
    if ('description' in view) next.description = description
    if ('banner' in view) next.banner = this.#image('banner', banner)
    return next
  }

  #embed(embed: unknown, quote: (embed: unknown) => Json | undefined): Json | undefined {
    if (!isJson(embed)) return undefined
    switch (embed.$type) {
      case 'app.bsky.embed.images':
        return Array.isArray(embed.images) ? this.#images(embed.images.filter(isJson)) : undefined
      case 'app.bsky.embed.external':
        return isJson(embed.external) ? this.#external(embed.external) : undefined
      case 'app.bsky.embed.record':
        return quote(embed)
      case 'app.bsky.embed.recordWithMedia': {
        const [media, record] = [this.#embed(embed.media, quote), quote(embed)]
        return media && record ? {$type: 'app.bsky.embed.recordWithMedia#view', media, record} : (record ?? media)
      }
      default:
        return undefined
    }
  }

  #images(images: readonly Json[]): Json {
    const views = images.map(({image, alt, aspectRatio}) => {
      const [thumb, fullsize] = [this.#image('feed_thumbnail', image), this.#image('feed_fullsize', image)]
      return {thumb, fullsize, alt, ...(aspectRatio !== undefined && {aspectRatio})}
    })
    return {$type: 'app.bsky.embed.images#view', images: views}
  }

  #external({uri, title, description, thumb}: Json): Json {
    const external = {uri, title, description, ...(isJson(thumb) && {thumb: this.#image('feed_thumbnail', thumb)})}
    return {$type: 'app.bsky.embed.external#view', external}
  }

  /** What is quoted: as the AppView shows it, or a post that is as new, whose own quotes of such are left out. */
  #quote(embed: unknown, mayBeNew: boolean): Json | undefined {
    const {uri} = quotedIn(embed) ?? {}
    if (typeof uri !== 'string') return undefined
    const own = mayBeNew ? this.#news.posts.find(post => post.uri === uri) : undefined
    const record =
      this.#quoted.get(uri) ??
      (own && quotedPost(this.#post(own, inner => this.#quote(inner, false)))) ??
      (mayBeNew ? {$type: 'app.bsky.embed.record#viewNotFound', uri, notFound: true} : undefined)
    return record && {$type: 'app.bsky.embed.record#view', record}
  }

  #image(preset: Parameters<ImageUrl>[0], blob: unknown): string | undefined {
    const ref = isJson(blob) ? blob.ref : undefined
    const cid = isJson(ref) && typeof ref.$link === 'string' ? ref.$link : undefined
    return cid === undefined ? undefined : this.#imageUrl(preset, this.#news.did, cid)
  }
}
