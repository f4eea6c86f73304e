/** The timeline: what the people you follow write, and a place to write. */
import {getSuggestions} from '#lex/gen/app/bsky/actor/getSuggestions.ts'
import {getTimeline} from '#lex/gen/app/bsky/feed/getTimeline.ts'
import type {FeedViewPost} from '#lex/gen/app/bsky/feed/defs.ts'
import {UpstreamError} from '#xrpc/errors.ts'
import {html, type Html} from '#pages/html.ts'
import {get, type Route} from '../visit.ts'
import {composer} from './compose/composer.ts'
import type {AppParts} from './app-parts.ts'
import {signedIn, type OwnVisit} from './visitor.ts'
import {columnHead, emptyState, pagedList} from './views/paging.ts'
import {personLine, personRow} from './views/person.ts'
import {feedEntry} from './views/post.ts'
import {sightOf, type Sight} from './views/sight.ts'

const pageLimit = 40
const suggestionsMax = 6

/** An entry's identity: the same post may be there once as itself and once as a repost. */
const keyOf = ({post, reason}: FeedViewPost): string =>
  reason?.$type === 'app.bsky.feed.defs#reasonRepost' ? `${post.uri} ${reason.by.did}` : post.uri

/** No post twice on a page: neither by itself after it stood above an answer, nor again above the next answer. */
function entriesOf(feed: readonly FeedViewPost[], sight: Sight): Html[] {
  const shown = new Set<string>()
  const entries: Html[] = []
  for (const entry of feed) {
    const {post, reply, reason} = entry
    if (shown.has(post.uri)) continue
    shown.add(post.uri)
    const parent = !reason && reply?.parent.$type === 'app.bsky.feed.defs#postView' ? reply.parent.uri : undefined
    const isParentShown = parent !== undefined && shown.has(parent)
    if (parent !== undefined) shown.add(parent)
    entries.push(feedEntry(entry, sight, {isParentShown}))
  }
  return entries
}

async function suggestions({session}: OwnVisit, sight: Sight): Promise<{rows: Html[]; lines: Html[]}> {
  try {
    const {actors} = await session.client.query(getSuggestions, {limit: suggestionsMax})
    return {rows: actors.map(actor => personRow(actor, sight)), lines: actors.map(actor => personLine(actor, sight))}
  } catch (error) {
    if (error instanceof UpstreamError) return {rows: [], lines: []}
    throw error
  }
}

export const timelineRoutes = ({world}: Pick<AppParts, 'world'>): Route[] => [
  get(
    '/timeline',
    signedIn(async visit => {
      const {client} = visit.session
      const sight = sightOf(visit, world)
      const cursor = visit.url.searchParams.get('cursor') ?? undefined
      const [{feed, cursor: next}, people] = await Promise.all([
        client.query(getTimeline, {limit: pageLimit, cursor}),
        suggestions(visit, sight),
      ])
      const entries = entriesOf(feed, sight)
      const empty = html`${emptyState('No posts yet', 'Posts by people you follow appear here.', {path: '/search', label: 'Find people'})}
      ${people.rows.length > 0 && html`<h2 class="section">People here</h2><div class="list">${people.rows}</div>`}`
      const newest = cursor === undefined && feed.length > 0 ? keyOf(feed[0]) : undefined
      return visit.page({
        title: 'Timeline',
        at: '/timeline',
        islands: ['app/islands/feed.ts', 'app/islands/compose.ts'],
        main: html`${columnHead('Timeline')}
        ${cursor === undefined && composer({place: 'timeline', viewer: visit.session, token: visit.token})}
        ${newest !== undefined && html`<div data-newest="${newest}" data-poll="/timeline/newest" aria-live="polite"></div>`}
        ${pagedList(entries, next, visit.url, empty)}`,
        rail: html`${people.lines.length > 0 && html`<section class="card"><h2>Who to follow</h2>${people.lines}</section>`}`,
      })
    }),
  ),

  // Asked now and then by the island of the timeline: how much there is above what it shows.
  get(
    '/timeline/newest',
    signedIn(async visit => {
      const {feed} = await visit.session.client.query(getTimeline, {limit: pageLimit})
      const since = visit.url.searchParams.get('since') ?? ''
      const place = feed.findIndex(entry => keyOf(entry) === since)
      const count = place < 0 ? feed.length : place
      if (count === 0) return new Response(null, {status: 204})
      const many = place < 0 ? `More than ${count - 1}` : String(count)
      return visit.fragment(html`<a class="news" href="/timeline">${many} new ${count === 1 ? 'post' : 'posts'}</a>`)
    }),
  ),
]
