/** What a post carries besides its text: images, videos, link cards, and other records, which are shown in their turn. */
import type {View as ExternalView} from '#lex/gen/app/bsky/embed/external.ts'
import type {Image as GalleryImage, View as GalleryView} from '#lex/gen/app/bsky/embed/gallery.ts'
import type {View as ImagesView} from '#lex/gen/app/bsky/embed/images.ts'
import type {View as RecordView} from '#lex/gen/app/bsky/embed/record.ts'
import type {View as RecordWithMediaView} from '#lex/gen/app/bsky/embed/recordWithMedia.ts'
import type {View as VideoView} from '#lex/gen/app/bsky/embed/video.ts'
import type {Post} from '#lex/gen/app/bsky/feed/post.ts'
import type {Typed} from '#lex/schema/define.ts'
import type {Plain} from '#lex/schema/plain.ts'
import type {Hydration} from '../hydration/hydration.ts'
import type {RecordCore} from '../hydration/record-core.ts'
import {blobCid, type JsonOf} from '../hydration/record-json.ts'
import {isBlocked, isDetached, isShown} from '../rules.ts'
import {generatorView, labelerView} from './generator.ts'
import {listView} from './list.ts'
import {blockedAuthor} from './post-parts.ts'
import {profileViewBasic} from './profile.ts'
import {starterPackViewBasic} from './starter-pack.ts'

type MediaView = Plain<Typed<ImagesView> | Typed<VideoView> | Typed<GalleryView> | Typed<ExternalView>>
export type EmbedView = MediaView | Plain<Typed<RecordView> | Typed<RecordWithMediaView>>

type Embed = NonNullable<JsonOf<Post>['embed']>

/** Pictures of a gallery that are shown; a record may have more one day. */
const galleryMax = 10

/** How many layers of embedded posts are shown: one within the other. */
const depthMax = 2

/** `undefined` for a post without an embed, or with one of an unknown type. `depth` is how many posts it is within. */
export function embedView(read: Hydration, core: RecordCore, depth = 0): EmbedView | undefined {
  const {embed} = core.record as unknown as JsonOf<Post>
  if (!embed) return undefined
  if (isType(embed, 'app.bsky.embed.record')) {
    return depth < depthMax ? {$type: 'app.bsky.embed.record#view', record: embedded(read, core, depth)} : undefined
  }
  if (isType(embed, 'app.bsky.embed.recordWithMedia')) {
    const media = mediaView(read, core.did, embed.media)
    if (!media) return undefined
    // At the innermost layer the media is still shown; what it goes with is not.
    if (depth >= depthMax) return media
    return {
      $type: 'app.bsky.embed.recordWithMedia#view',
      record: {record: embedded(read, core, depth)},
      media,
    }
  }
  return mediaView(read, core.did, embed)
}

const isType = <T extends string>(embed: Embed, type: T): embed is Extract<Embed, {$type: T}> => embed.$type === type

function mediaView({images}: Hydration, did: string, embed: Embed): MediaView | undefined {
  if (isType(embed, 'app.bsky.embed.images')) {
    return {
      $type: 'app.bsky.embed.images#view',
      images: embed.images.map(({image, alt, aspectRatio}) => ({
        thumb: images.image('feed_thumbnail', did, blobCid(image)),
        fullsize: images.image('feed_fullsize', did, blobCid(image)),
        alt,
        aspectRatio,
      })),
    }
  }
  if (isType(embed, 'app.bsky.embed.gallery')) {
    return {
      $type: 'app.bsky.embed.gallery#view',
      items: embed.items.slice(0, galleryMax).flatMap(item => {
        if (item.$type !== 'app.bsky.embed.gallery#image' || !('image' in item)) return []
        const {image, alt, aspectRatio} = item as JsonOf<Typed<GalleryImage>>
        return [
          {
            $type: 'app.bsky.embed.gallery#viewImage' as const,
            thumbnail: images.image('feed_thumbnail', did, blobCid(image)),
            fullsize: images.image('feed_fullsize', did, blobCid(image)),
            alt,
            aspectRatio,
          },
        ]
      }),
    }
  }
  if (isType(embed, 'app.bsky.embed.video')) {
    const cid = blobCid(embed.video)
    return {
      $type: 'app.bsky.embed.video#view',
      cid,
      playlist: images.playlist(did, cid),
      thumbnail: images.videoThumbnail(did, cid),
      alt: embed.alt,
      aspectRatio: embed.aspectRatio,
      presentation: embed.presentation,
    }
  }
  if (isType(embed, 'app.bsky.embed.external')) {
    const {uri, title, description, thumb, associatedRefs} = embed.external
    return {
      $type: 'app.bsky.embed.external#view',
      external: {
        uri,
        title,
        description,
        thumb: thumb && images.image('feed_thumbnail', did, blobCid(thumb)),
        associatedRefs,
      },
    }
  }
  return undefined
}

/** The record that a post embeds, or why it is not shown. */
function embedded(read: Hydration, quoting: RecordCore, depth: number): Plain<RecordView>['record'] {
  const uri = quoting.embedded ?? ''
  const core = read.embedded(uri)
  const notFound = {$type: 'app.bsky.embed.record#viewNotFound', uri, notFound: true} as const
  if (!core || !isShown(read, core.actor)) return notFound
  if (core.collection !== 'app.bsky.feed.post') return viewOfOther(read, core) ?? notFound
  if (isBlocked(read, core.actor) || read.areBlocked(quoting.actor, core.actor)) {
    return {$type: 'app.bsky.embed.record#viewBlocked', uri, blocked: true, author: blockedAuthor(read, core)}
  }
  if (isDetached(read, quoting, core)) return {$type: 'app.bsky.embed.record#viewDetached', uri, detached: true}
  const author = profileViewBasic(read, core.actor)
  if (!author || !read.fits(core)) return notFound
  const embed = embedView(read, core, depth + 1)
  return {
    $type: 'app.bsky.embed.record#viewRecord',
    uri: core.uri,
    cid: core.cid,
    author,
    value: core.record,
    labels: core.labels,
    replyCount: core.replies,
    repostCount: core.reposts,
    likeCount: core.likes,
    quoteCount: core.quotes,
    embeds: depth + 1 >= depthMax ? undefined : embed ? [embed] : [],
    indexedAt: core.indexedAt,
  }
}

function viewOfOther(read: Hydration, {id, collection}: RecordCore): Plain<RecordView>['record'] | undefined {
  switch (collection) {
    case 'app.bsky.feed.generator': {
      const view = generatorView(read, id)
      return view && {...view, $type: 'app.bsky.feed.defs#generatorView'}
    }
    case 'app.bsky.graph.list': {
      const view = listView(read, id)
      return view && {...view, $type: 'app.bsky.graph.defs#listView'}
    }
    case 'app.bsky.labeler.service': {
      const view = labelerView(read, id)
      return view && {...view, $type: 'app.bsky.labeler.defs#labelerView'}
    }
    case 'app.bsky.graph.starterpack': {
      const view = starterPackViewBasic(read, id)
      return view && {...view, $type: 'app.bsky.graph.defs#starterPackViewBasic'}
    }
    default:
      return undefined
  }
}
