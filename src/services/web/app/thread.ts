/** A thread: what a post replies to, the post, and its replies; and the people and posts behind its counts. */
import {formatAtUri} from '#atp/syntax/at-uri.ts'
import {isAtIdentifier} from '#atp/syntax/at-identifier.ts'
import {isDid} from '#atp/syntax/did.ts'
import {parseNsid} from '#atp/syntax/nsid.ts'
import {isRecordKey} from '#atp/syntax/record-key.ts'
import {getLikes} from '#lex/gen/app/bsky/feed/getLikes.ts'
import {getQuotes} from '#lex/gen/app/bsky/feed/getQuotes.ts'
import {getRepostedBy} from '#lex/gen/app/bsky/feed/getRepostedBy.ts'
import {getPostThreadV2, type ThreadItem} from '#lex/gen/app/bsky/unspecced/getPostThreadV2.ts'
import {resolveHandle} from '#lex/gen/com/atproto/identity/resolveHandle.ts'
import type {Client} from '#xrpc/client.ts'
import {UpstreamError} from '#xrpc/errors.ts'
import {html, type Html} from '#pages/html.ts'
import {problemPage} from '#pages/problem.ts'
import {get, type Route, type Visit} from '../visit.ts'
import {composer} from './compose/composer.ts'
import type {AppParts} from './app-parts.ts'
import {readerOf} from './visitor.ts'
import {postPath} from './views/embeds.ts'
import {columnHead, emptyState, pagedList} from './views/paging.ts'
import {nameOf, personRow} from './views/person.ts'
import {excerpt, missingPost, postCard} from './views/post.ts'
import {sightOf, type Sight} from './views/sight.ts'

const postType = parseNsid('app.bsky.feed.post')
const depthMax = 6
/** Items of one page: the nearest above the post, and the first from it on. */
const aboveMax = 100
const belowMax = 200
const pageLimit = 50

const gone = (visit: Visit): Promise<Response> =>
  problemPage(visit, {
    status: 404,
    title: 'Post not found',
    text: 'It may have been deleted.',
    way: {path: '/', label: 'Go to the home page'},
  })

/** The AT-URI that a path names; handles are resolved. */
async function postUri({params}: Visit, pds: Client): Promise<string | undefined> {
  const {actor, rkey} = params
  if (!isAtIdentifier(actor) || !isRecordKey(rkey)) return undefined
  try {
    const did = isDid(actor) ? actor : (await pds.query(resolveHandle, {handle: actor})).did
    return formatAtUri(did, postType, rkey)
  } catch (error) {
    if (error instanceof UpstreamError && error.status === 400) return undefined
    throw error
  }
}

function itemCard({value, depth, uri}: ThreadItem, above: boolean, below: boolean, sight: Sight): Html {
  switch (value.$type) {
    case 'app.bsky.unspecced.defs#threadItemPost': {
      const step = Math.max(depth - 1, 0)
      const lines = {lineAbove: above, lineBelow: below, depth: step}
      const card = postCard(value.post, sight, {...lines, focus: depth === 0})
      const more = depth > 0 && value.moreReplies > 0
      return more
        ? html`${card}<p class="more-replies depth-${Math.min(step, 5)}"><a href="${postPath(uri)}">${value.moreReplies} more ${value.moreReplies === 1 ? 'reply' : 'replies'}</a></p>`
        : card
    }
    case 'app.bsky.unspecced.defs#threadItemBlocked':
      return missingPost('A post by someone you block, or who blocks you.', Math.max(depth - 1, 0))
    case 'app.bsky.unspecced.defs#threadItemNoUnauthenticated':
      return missingPost('The author shows this post only to people who are signed in.', Math.max(depth - 1, 0))
    default:
      return missingPost('This post has been deleted.', Math.max(depth - 1, 0))
  }
}

/** The cards of a thread: above the post, the post with a place to reply, and below. */
function threadCards(thread: readonly ThreadItem[], visit: Visit, sight: Sight): Html[] {
  const focus = thread.find(({depth}) => depth === 0)
  return thread.map((item, i) => {
    const next = thread[i + 1]
    const below = item.depth < 0 || (item.depth > 0 && next !== undefined && next.depth > item.depth)
    const above = item.depth < 0 ? i > 0 : item.depth === 0 ? i > 0 : item.depth > 1
    const card = itemCard(item, above, below, sight)
    const answer = item === focus && visit.session && item.value.$type === 'app.bsky.unspecced.defs#threadItemPost'
    const closed =
      answer && item.value.$type === 'app.bsky.unspecced.defs#threadItemPost' && item.value.post.viewer?.replyDisabled
    if (!answer) return card
    return closed
      ? html`${card}<p class="post-missing">The author has limited who may reply.</p>`
      : html`${card}${composer({place: 'thread', viewer: visit.session!, token: visit.token, reply: item.uri})}`
  })
}

export const threadRoutes = ({appview, pds, world}: Pick<AppParts, 'appview' | 'pds' | 'world'>): Route[] => {
  /** A list behind a count of the post. */
  const listPage = (
    path: string,
    title: string,
    load: (
      reader: Client,
      uri: string,
      cursor: string | undefined,
      sight: Sight,
    ) => Promise<{entries: Html[]; cursor?: string}>,
  ): Route =>
    get(`/profile/:actor/post/:rkey/${path}`, async visit => {
      const reader = readerOf(visit, appview)
      const uri = await postUri(visit, pds)
      if (uri === undefined) return gone(visit)
      const cursor = visit.url.searchParams.get('cursor') ?? undefined
      const {entries, cursor: next} = await load(reader, uri, cursor, sightOf(visit, world))
      return visit.page({
        title,
        at: '',
        islands: ['app/islands/feed.ts'],
        main: html`${columnHead(title, postPath(uri))}
        ${pagedList(entries, next, visit.url, emptyState('Nobody yet', ''))}`,
      })
    })

  return [
    get('/profile/:actor/post/:rkey', async visit => {
      const reader = readerOf(visit, appview)
      const uri = await postUri(visit, pds)
      if (uri === undefined) return gone(visit)
      const sight = sightOf(visit, world)
      const {thread} = await reader.query(getPostThreadV2, {anchor: uri, above: true, below: depthMax, sort: 'top'})
      const at = thread.findIndex(({depth}) => depth === 0)
      const focus = thread[at]?.value
      if (focus?.$type === 'app.bsky.unspecced.defs#threadItemNotFound' || !focus) return gone(visit)
      const post = focus.$type === 'app.bsky.unspecced.defs#threadItemPost' ? focus.post : undefined
      return visit.page({
        title: post ? `${nameOf(post.author)}: ${excerpt(post)}` : 'Thread',
        at: '',
        islands: ['app/islands/feed.ts', 'app/islands/compose.ts'],
        main: html`${columnHead('Thread', '/timeline')}
          <div class="list thread">${threadCards(thread.slice(Math.max(at - aboveMax, 0), at + belowMax), visit, sight)}</div>`,
      })
    }),
    listPage('likes', 'Liked by', async (reader, uri, cursor, sight) => {
      const {likes, cursor: next} = await reader.query(getLikes, {uri, limit: pageLimit, cursor})
      return {entries: likes.map(({actor}) => personRow(actor, sight)), cursor: next}
    }),
    listPage('reposts', 'Reposted by', async (reader, uri, cursor, sight) => {
      const {repostedBy, cursor: next} = await reader.query(getRepostedBy, {uri, limit: pageLimit, cursor})
      return {entries: repostedBy.map(actor => personRow(actor, sight)), cursor: next}
    }),
    listPage('quotes', 'Quotes', async (reader, uri, cursor, sight) => {
      const {posts, cursor: next} = await reader.query(getQuotes, {uri, limit: pageLimit, cursor})
      return {entries: posts.map(post => postCard(post, sight)), cursor: next}
    }),
  ]
}
