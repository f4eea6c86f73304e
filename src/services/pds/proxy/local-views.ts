/**
 * Views of records that the AppView has not read yet, as it would make them. A picture is shown as it was uploaded; a
 * post of which something is not known here (a quoted list, a video) has no view, and waits for the AppView.
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

/** The AT-URI of the post that this one quotes, if it does. */
export function quotedBy({record: {embed}}: LocalPost): string | undefined {
  if (!isJson(embed) || !isJson(embed.record)) return undefined
  const {$type, record} = embed
  const ref = $type === 'app.bsky.embed.recordWithMedia' && isJson(record.record) ? record.record : record
  return typeof ref.uri === 'string' && ref.uri.includes('/app.bsky.feed.post/') ? ref.uri : undefined
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

  /** `profile` is the author's as the AppView knows it, `quoted` its views of the posts that the new ones quote. */
  constructor(imageUrl: ImageUrl, news: News, profile: unknown, quoted: readonly Json[]) {
    this.#imageUrl = imageUrl
    this.#news = news
    const known = isJson(profile) ? Object.fromEntries(authorMembers.map(name => [name, profile[name]])) : {}
    this.#author = this.profile({...known, did: news.did, handle: news.handle})
    this.#quoted = new Map(quoted.map(post => [post.uri, post]))
  }

  /** `undefined` for a post that cannot be shown whole. */
  post({uri, cid, record, indexedAt}: LocalPost): Json | undefined {
    const embed = record.embed === undefined ? undefined : this.#embed(record.embed)
    if (record.embed !== undefined && !embed) return undefined
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

  #embed(embed: unknown): Json | undefined {
    if (!isJson(embed)) return undefined
    switch (embed.$type) {
      case 'app.bsky.embed.images':
        return Array.isArray(embed.images) ? this.#images(embed.images.filter(isJson)) : undefined
      case 'app.bsky.embed.external':
        return isJson(embed.external) ? this.#external(embed.external) : undefined
      case 'app.bsky.embed.record':
        return isJson(embed.record) ? this.#quote(embed.record) : undefined
      case 'app.bsky.embed.recordWithMedia': {
        const media = this.#embed(embed.media)
        const record = this.#embed(embed.record)
        return media && record && {$type: 'app.bsky.embed.recordWithMedia#view', media, record}
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

  #quote({uri: quotedUri}: Json): Json | undefined {
    const post = this.#quoted.get(quotedUri)
    if (!post) return undefined
    const {uri, cid, author, record: value, embed, indexedAt, labels, replyCount, repostCount, likeCount} = post
    const counts = {replyCount, repostCount, likeCount, quoteCount: post.quoteCount}
    const embeds = embed === undefined ? [] : [embed]
    const $type = 'app.bsky.embed.record#viewRecord'
    const record = {$type, uri, cid, author, value, labels, ...counts, embeds, indexedAt}
    return {$type: 'app.bsky.embed.record#view', record}
  }

  #image(preset: Parameters<ImageUrl>[0], blob: unknown): string | undefined {
    const ref = isJson(blob) ? blob.ref : undefined
    const cid = isJson(ref) && typeof ref.$link === 'string' ? ref.$link : undefined
    return cid === undefined ? undefined : this.#imageUrl(preset, this.#news.did, cid)
  }
}
