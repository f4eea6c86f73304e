/** Notifications: what others did that concerns you. The same thing done by several people is told once. */
import type {ProfileView} from '#lex/gen/app/bsky/actor/defs.ts'
import type {PostView} from '#lex/gen/app/bsky/feed/defs.ts'
import {getPosts} from '#lex/gen/app/bsky/feed/getPosts.ts'
import {getUnreadCount} from '#lex/gen/app/bsky/notification/getUnreadCount.ts'
import {listNotifications, type Notification} from '#lex/gen/app/bsky/notification/listNotifications.ts'
import {updateSeen} from '#lex/gen/app/bsky/notification/updateSeen.ts'
import {datetimeOf} from '#atp/syntax/datetime.ts'
import type {Client} from '#xrpc/client.ts'
import {html, type Html} from '#pages/html.ts'
import {icon, type IconName} from '#pages/look/icons.ts'
import {badge} from '#pages/look/layout.ts'
import {get, type Route} from '../visit.ts'
import type {AppParts} from './app-parts.ts'
import {signedIn} from './visitor.ts'
import {postPath} from './views/embeds.ts'
import {columnHead, emptyState, pagedList} from './views/paging.ts'
import {avatar, nameOf, profilePath} from './views/person.ts'
import {excerpt, missingPost, postCard} from './views/post.ts'
import {sightOf, type Sight} from './views/sight.ts'
import {timeTag} from '#pages/time.ts'

const pageLimit = 50
const postsPerCall = 25
const facesMax = 6

/** Several of one kind about one thing. The first is the newest. */
interface Group {
  first: Notification
  people: ProfileView[]
}

const kinds: ReadonlyMap<string, {icon: IconName; did: string}> = new Map([
  ['like', {icon: 'like', did: 'liked your post'}],
  ['repost', {icon: 'repost', did: 'reposted your post'}],
  ['follow', {icon: 'follow', did: 'followed you'}],
  ['like-via-repost', {icon: 'like', did: 'liked your repost'}],
  ['repost-via-repost', {icon: 'repost', did: 'reposted your repost'}],
  ['starterpack-joined', {icon: 'follow', did: 'joined with your starter pack'}],
  ['verified', {icon: 'check', did: 'verified you'}],
  ['unverified', {icon: 'cross', did: 'removed your verification'}],
])

/** These are posts, and shown as such. */
const isPost = ({reason}: Notification): boolean =>
  reason === 'reply' || reason === 'mention' || reason === 'quote' || reason === 'subscribed-post'

function groups(notifications: readonly Notification[]): Group[] {
  const found = new Map<string, Group>()
  for (const notification of notifications) {
    const {reason, reasonSubject = '', isRead, author, uri} = notification
    const key = isPost(notification) ? uri : `${reason} ${reasonSubject} ${isRead}`
    const group = found.get(key)
    if (!group) found.set(key, {first: notification, people: [author]})
    else if (!group.people.some(({did}) => did === author.did)) group.people.push(author)
  }
  return [...found.values()]
}

/** The posts that notifications are or are about, by AT-URI. */
async function postsOf(client: Client, all: readonly Group[]): Promise<Map<string, PostView>> {
  const uris = new Set<string>()
  for (const {first} of all) {
    if (isPost(first)) uris.add(first.uri)
    else if (first.reasonSubject?.includes('/app.bsky.feed.post/')) uris.add(first.reasonSubject)
  }
  const list = [...uris]
  const calls = Array.from({length: Math.ceil(list.length / postsPerCall)}, (_, i) =>
    client.query(getPosts, {uris: list.slice(i * postsPerCall, (i + 1) * postsPerCall)}),
  )
  const answers = await Promise.all(calls)
  return new Map(answers.flatMap(({posts}) => posts.map(post => [post.uri, post] as const)))
}

const link = (person: ProfileView): Html => html`<a href="${profilePath(person)}"><b>${nameOf(person)}</b></a>`

function whoDid(people: readonly ProfileView[]): Html {
  const [first, second] = people
  if (people.length === 1) return link(first)
  if (people.length === 2) return html`${link(first)} and ${link(second)}`
  const others = people.length - 1
  return html`${link(first)} and ${others} others`
}

function groupCard({first, people}: Group, posts: ReadonlyMap<string, PostView>, sight: Sight): Html {
  const fresh = first.isRead ? '' : 'new'
  if (isPost(first)) {
    const post = posts.get(first.uri)
    const why: Readonly<Record<string, Html>> = {
      reply: html`${icon('reply')} Replied to you`,
      mention: html`${icon('person')} Mentioned you`,
      quote: html`${icon('quote')} Quoted you`,
    }
    return html`<div class="notification-post ${fresh}">
      ${post ? postCard(post, sight, {why: why[first.reason]}) : missingPost('This post has been deleted, or you cannot see it.')}
    </div>`
  }
  const kind = kinds.get(first.reason) ?? {
    icon: 'bell' as const,
    did: `did something that cannot be shown here yet (${first.reason})`,
  }
  const about = posts.get(first.reasonSubject ?? '')
  return html`<article class="notification ${fresh}">
    <span class="sign ${kind.icon}">${icon(kind.icon)}</span>
    <div>
      <div class="faces">
        ${people.slice(0, facesMax).map(person => html`<a href="${profilePath(person)}" title="${nameOf(person)}">${avatar(person, 'small')}<span class="unseen">${nameOf(person)}</span></a>`)}
        ${people.length > facesMax && html`<span class="soft small">+${people.length - facesMax}</span>`}
      </div>
      <p>${whoDid(people)} ${kind.did} <span class="soft small">· ${timeTag(first.indexedAt, sight.nowMs)}</span></p>
      ${about && html`<p><a class="soft clamp" href="${postPath(about.uri)}">${excerpt(about, 160)}</a></p>`}
    </div>
  </article>`
}

export const notificationRoutes = ({world}: Pick<AppParts, 'world'>): Route[] => [
  get(
    '/notifications',
    signedIn(async visit => {
      const {client, sight: seen} = visit.session
      const sight = sightOf(visit, world)
      const cursor = visit.url.searchParams.get('cursor') ?? undefined
      const {notifications, cursor: next} = await client.query(listNotifications, {limit: pageLimit, cursor})
      const grouped = groups(notifications)
      const posts = await postsOf(client, grouped)
      // To look is to see. Those that come while the page is made are still new on the next one.
      if (cursor === undefined && notifications.some(({isRead}) => !isRead)) {
        await client.procedure(updateSeen, {seenAt: datetimeOf(sight.nowMs)})
        seen.unread = 0
        seen.seenMs = sight.nowMs
      }
      const cards = grouped.map(group => groupCard(group, posts, sight))
      const empty = emptyState('No notifications yet', 'Likes, replies, reposts and new followers appear here.')
      return visit.page({
        title: 'Notifications',
        at: '/notifications',
        islands: ['app/islands/feed.ts'],
        main: html`${columnHead('Notifications')} ${pagedList(cards, next, visit.url, empty)}`,
      })
    }),
  ),

  // Asked now and then by the island of every page.
  get(
    '/notifications/unread',
    signedIn(async ({session, fragment}) => {
      const {count} = await session.client.query(getUnreadCount, {})
      session.sight.unread = count
      return count === 0 ? new Response(null, {status: 204}) : fragment(badge(count))
    }),
  ),
]
