/** One post, as it stands in timelines, threads and lists. */
import type {FeedViewPost, PostView, ReplyRef} from '#lex/gen/app/bsky/feed/defs.ts'
import type {Label} from '#lex/gen/com/atproto/label/defs.ts'
import {html, type Html} from '#pages/html.ts'
import {icon} from '#pages/look/icons.ts'
import {markForm, menuForm, shortCount} from './act-forms.ts'
import {embedOf, postPath} from './embeds.ts'
import {avatar, handleText, nameOf, profilePath} from './person.ts'
import {readPost} from './post-record.ts'
import {richTextOf} from './rich-text.ts'
import type {Sight} from './sight.ts'
import {timeTag, wholeTimeOf} from '#pages/time.ts'

export interface PostForm {
  /** A line above: who reposted it, or whom it replies to. */
  why?: Html
  /** The post that a thread's page is about. */
  focus?: boolean
  /** Lines to the posts above and below it in its thread. */
  lineAbove?: boolean
  lineBelow?: boolean
  /** Steps to the right, in a thread. */
  depth?: number
}

const covers: Readonly<Record<string, string>> = {
  '!warn': 'Content warning',
  porn: 'Adult content',
  sexual: 'Suggestive content',
  nudity: 'Nudity',
  'graphic-media': 'Graphic media',
  gore: 'Graphic media',
  spam: 'Possible spam',
}

const coverOf = (labels: readonly Label[] | undefined): string | undefined =>
  labels?.map(({val, neg}) => (neg ? undefined : covers[val])).find(cover => cover !== undefined)

/** Pictures that carry a warning stay shut until they are wanted. */
function covered(inside: Html | undefined, labels: readonly Label[] | undefined): Html | undefined {
  const cover = inside && coverOf(labels)
  return cover === undefined
    ? inside
    : html`<details class="cover"><summary>${icon('shield')} ${cover}<span class="soft"> · show</span></summary>${inside}</details>`
}

const quoteQuery = (kind: 'reply' | 'quote', uri: string): string => new URLSearchParams({[kind]: uri}).toString()

function acts(post: PostView, sight: Sight): Html {
  const {uri, cid, viewer} = post
  const {path: back, token} = sight
  const replies = post.replyCount ?? 0
  const quotes = post.quoteCount ?? 0
  return html`<div class="acts">
    <a class="act-link" href="/compose?${quoteQuery('reply', uri)}" title="Reply" aria-label="Reply, ${replies}"
      >${icon('reply')}<span class="count">${replies > 0 && shortCount(replies)}</span></a
    >
    ${markForm('repost', {uri, cid, count: post.repostCount ?? 0, record: viewer?.repost, back, token})}
    <a class="act-link" href="/compose?${quoteQuery('quote', uri)}" title="Quote" aria-label="Quote, ${quotes}"
      >${icon('quote')}<span class="count">${quotes > 0 && shortCount(quotes)}</span></a
    >
    ${markForm('like', {uri, cid, count: post.likeCount ?? 0, record: viewer?.like, back, token})}
    ${menu(post, sight)}
  </div>`
}

const menu = (post: PostView, sight: Sight): Html =>
  html`<details class="menu">
    <summary title="More" aria-label="More about this post">${icon('more')}</summary>
    <div class="menu-items">
      <a class="menu-item" href="${postPath(post.uri)}">${icon('reply')}Open the thread</a>
      <a class="menu-item" href="/explore/${post.uri.slice(5)}">${icon('compass')}Open in the explorer</a>
      ${
        sight.viewer !== undefined &&
        menuForm(
          sight,
          '/act/bookmark',
          {uri: post.uri, cid: post.cid, record: post.viewer?.bookmarked ? 'yes' : undefined},
          post.viewer?.bookmarked ? 'Remove bookmark' : 'Bookmark',
          'bookmark',
        )
      }
      ${post.author.did === sight.viewer && menuForm(sight, '/act/delete', {uri: post.uri}, 'Delete', 'trash', true)}
    </div>
  </details>`

/** Counts that lead to who did it; only on the page of the post itself. */
function tallies(post: PostView): Html | undefined {
  const path = postPath(post.uri)
  const all = [
    {count: post.repostCount ?? 0, one: 'repost', many: 'reposts', to: `${path}/reposts`},
    {count: post.quoteCount ?? 0, one: 'quote', many: 'quotes', to: `${path}/quotes`},
    {count: post.likeCount ?? 0, one: 'like', many: 'likes', to: `${path}/likes`},
  ].filter(({count}) => count > 0)
  if (all.length === 0) return undefined
  return html`<p class="tallies">
    ${all.map(({count, one, many, to}) => html`<a href="${to}"><b>${count}</b> ${count === 1 ? one : many}</a> `)}
  </p>`
}

export function postCard(post: PostView, sight: Sight, form: PostForm = {}): Html {
  const record = readPost(post.record)
  const {author} = post
  const path = postPath(post.uri)
  const classes = [
    'post',
    form.focus && 'focus',
    form.lineAbove && 'line-above',
    form.lineBelow && 'line-below',
    form.depth ? `depth-${Math.min(form.depth, 5)}` : '',
  ]
  return html`<article class="${classes.filter(Boolean).join(' ')}" data-href="${form.focus ? '' : path}" ${form.focus && html`id="focus"`}>
    ${form.why && html`<p class="why">${form.why}</p>`}
    <a class="face" href="${profilePath(author)}" tabindex="-1" aria-hidden="true">${avatar(author)}</a>
    <div class="body">
      <header class="by">
        <a class="author" href="${profilePath(author)}"><b class="name">${nameOf(author)}</b> <span class="handle">${handleText(author.handle)}</span></a>
        ${!form.focus && html`<a class="when" href="${path}">${timeTag(record.createdAt, sight.nowMs)}</a>`}
      </header>
      ${record.text !== '' && html`<p class="text" ${record.langs?.[0] && html`lang="${record.langs[0]}"`} dir="auto">${richTextOf(record.text, record.facets)}</p>`}
      ${covered(embedOf(post.embed, sight), post.labels)}
      ${form.focus && html`<p class="moment soft small">${timeTag(record.createdAt, sight.nowMs, 'whole')}</p>${tallies(post)}`}
      ${acts(post, sight)}
    </div>
  </article>`
}

/** A place in a thread where a post would be. */
export const missingPost = (text: string, depth = 0): Html =>
  html`<p class="post-missing ${depth > 0 && `depth-${Math.min(depth, 5)}`}">${icon('cross')} ${text}</p>`

function answered(parent: ReplyRef['parent']): Html {
  switch (parent.$type) {
    case 'app.bsky.feed.defs#postView':
      return html`${icon('reply')} Replied to <a href="${profilePath(parent.author)}">${nameOf(parent.author)}</a>`
    case 'app.bsky.feed.defs#blockedPost':
      return html`${icon('reply')} Replied to a post you cannot see`
    default:
      return html`${icon('reply')} Replied to a deleted post`
  }
}

/** One entry of a feed, with why it is there. */
export function feedEntry(
  {post, reason, reply}: FeedViewPost,
  sight: Sight,
  {isParentShown = false}: {isParentShown?: boolean} = {},
): Html {
  if (reason?.$type === 'app.bsky.feed.defs#reasonRepost') {
    const {by} = reason
    const who = by.did === sight.viewer ? 'you' : nameOf(by)
    const why = html`${icon('repost')} Reposted by <a href="${profilePath(by)}">${who}</a>`
    return postCard(post, sight, {why})
  }
  if (reason?.$type === 'app.bsky.feed.defs#reasonPin') return postCard(post, sight, {why: html`${icon('pin')} Pinned`})
  // A reply is read after what it replies to; the parent is shown whole when it can be.
  if (reply?.parent.$type === 'app.bsky.feed.defs#postView' && !isParentShown) {
    const {parent, root} = reply
    const between = root.$type === 'app.bsky.feed.defs#postView' && root.uri !== parent.uri
    return html`<div class="conversation">
      ${postCard(parent, sight, {lineBelow: true, why: between ? answered(root) : undefined})}
      ${postCard(post, sight, {lineAbove: true})}
    </div>`
  }
  return postCard(post, sight, {why: reply && answered(reply.parent)})
}

/** What a title says of a post: its first words. */
export function excerpt(post: PostView, lettersMax = 60): string {
  const words = readPost(post.record).text.replace(/\s+/g, ' ').trim()
  if (words === '') return `A post of ${wholeTimeOf(Date.parse(post.indexedAt))}`
  return words.length > lettersMax ? `${words.slice(0, lettersMax - 1)}…` : words
}
