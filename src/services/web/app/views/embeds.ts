/** What a post carries beside its text: pictures, a link, a film, another post. */
import type * as feedDefs from '#lex/gen/app/bsky/feed/defs.ts'
import type * as embedImages from '#lex/gen/app/bsky/embed/images.ts'
import type * as embedRecord from '#lex/gen/app/bsky/embed/record.ts'
import type {AspectRatio} from '#lex/gen/app/bsky/embed/defs.ts'
import {parseAtUri} from '#atp/syntax/at-uri.ts'
import {html, safeHref, type Html} from '#pages/html.ts'
import {icon} from '#pages/look/icons.ts'
import {avatar, handleText, nameOf} from './person.ts'
import {readPost} from './post-record.ts'
import {richTextOf} from './rich-text.ts'
import type {Sight} from './sight.ts'
import {timeTag} from '#pages/time.ts'

type Embed = NonNullable<feedDefs.PostView['embed']>
type Picture = Pick<embedImages.ViewImage, 'thumb' | 'fullsize' | 'alt' | 'aspectRatio'>

/** Where a post is shown on these pages. */
export function postPath(uri: string): string {
  const {authority, rkey} = parseAtUri(uri)
  return `/profile/${authority}/post/${rkey ?? ''}`
}

/** The room for a picture, so that the page does not move when it comes. A tall one is cut, and seen whole by a click. */
function shapeOf(ratio: AspectRatio | undefined): {width: number; height: number} {
  const {width, height} = ratio ?? {width: 4, height: 3}
  const bounded = Math.min(Math.max(width / height, 0.9), 3)
  return {width: 1000, height: Math.round(1000 / bounded)}
}

function pictureTag({thumb, fullsize, alt, aspectRatio}: Picture, single: boolean): Html {
  const {width, height} = single ? shapeOf(aspectRatio) : {width: 600, height: 600}
  return html`<a href="${safeHref(fullsize)}" target="_blank" rel="noopener" data-picture
    ><img src="${safeHref(thumb)}" alt="${alt}" width="${width}" height="${height}" loading="lazy" decoding="async" />${
      alt && html`<span class="alt-mark" aria-hidden="true" title="${alt}">ALT</span>`
    }</a
  >`
}

function pictures(all: readonly Picture[]): Html {
  const shown = all.slice(0, 10)
  const shape = shown.length === 1 ? 'one' : shown.length === 3 ? 'three' : 'many'
  return html`<div class="pictures ${shape}">${shown.map(picture => pictureTag(picture, shown.length === 1))}</div>`
}

function link(external: {uri: string; title: string; description: string; thumb?: string}): Html {
  const {host = external.uri} = URL.parse(external.uri) ?? {}
  return html`<a class="link-card" href="${safeHref(external.uri)}" target="_blank" rel="nofollow noopener ugc">
    ${
      external.thumb &&
      html`<img src="${safeHref(external.thumb)}" alt="" width="1200" height="630" loading="lazy" decoding="async" />`
    }
    <span class="link-text">
      <b>${external.title || host}</b>
      ${external.description && html`<span class="soft clamp">${external.description}</span>`}
      <span class="soft small">${icon('link')} ${host}</span>
    </span>
  </a>`
}

const gone = (text: string): Html => html`<p class="quoted gone">${text}</p>`

function quoted(view: embedRecord.View['record'], sight: Sight): Html {
  switch (view.$type) {
    case 'app.bsky.embed.record#viewRecord': {
      const post = readPost(view.value)
      return html`<article class="quoted">
        <a class="by" href="${postPath(view.uri)}">
          ${avatar(view.author, 'tiny')}<b class="name">${nameOf(view.author)}</b>
          <span class="handle">${handleText(view.author.handle)}</span>
          <span class="dot-before">${timeTag(post.createdAt, sight.nowMs)}</span>
        </a>
        ${post.text !== '' && html`<p class="text">${richTextOf(post.text, post.facets)}</p>`}
        ${view.embeds?.map(embed => mediaOf(embed.$type === 'app.bsky.embed.recordWithMedia#view' ? embed.media : embed))}
      </article>`
    }
    case 'app.bsky.embed.record#viewNotFound':
      return gone('The quoted post has been deleted.')
    case 'app.bsky.embed.record#viewBlocked':
      return gone('The quoted post is by someone you block, or who blocks you.')
    case 'app.bsky.embed.record#viewDetached':
      return gone('The author of the quoted post has detached it.')
    case 'app.bsky.feed.defs#generatorView':
      return html`<p class="quoted">${icon('timeline')} Feed: <b>${view.displayName}</b> by ${handleText(view.creator.handle)}</p>`
    case 'app.bsky.graph.defs#listView':
      return html`<p class="quoted">${icon('timeline')} List: <b>${view.name}</b> by ${handleText(view.creator.handle)}</p>`
    default:
      return gone('This kind of record cannot be shown here yet.')
  }
}

/** Pictures, a link or a film. Of a kind that is none of these nothing is known, not even that it was checked. */
function mediaOf(embed: {readonly $type: string}): Html | undefined {
  const media = embed as Embed
  switch (media.$type) {
    case 'app.bsky.embed.images#view':
      return pictures(media.images)
    case 'app.bsky.embed.gallery#view':
      return pictures(
        media.items.flatMap(item =>
          item.$type === 'app.bsky.embed.gallery#viewImage' ? [{...item, thumb: item.thumbnail}] : [],
        ),
      )
    case 'app.bsky.embed.external#view':
      return link(media.external)
    case 'app.bsky.embed.video#view':
      return html`<p class="quoted gone">${icon('film')} A video${media.alt && `: ${media.alt}`}. It cannot be played here yet.</p>`
    default:
      return undefined
  }
}

/** An embed of a post. One of a kind that is not known leaves nothing; what a quoted post quotes is not shown. */
export function embedOf(embed: Embed | undefined, sight: Sight): Html | undefined {
  switch (embed?.$type) {
    case 'app.bsky.embed.record#view':
      return quoted(embed.record, sight)
    case 'app.bsky.embed.recordWithMedia#view':
      return html`${mediaOf(embed.media)}${quoted(embed.record.record, sight)}`
    default:
      return embed && mediaOf(embed)
  }
}
