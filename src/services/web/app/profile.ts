/** A person: who they are, what they write, and whom they follow. */
import {isAtIdentifier} from '#atp/syntax/at-identifier.ts'
import {isHandle} from '#atp/syntax/handle.ts'
import type {ProfileView, ProfileViewDetailed} from '#lex/gen/app/bsky/actor/defs.ts'
import {getProfile} from '#lex/gen/app/bsky/actor/getProfile.ts'
import {getActorLikes} from '#lex/gen/app/bsky/feed/getActorLikes.ts'
import {getAuthorFeed} from '#lex/gen/app/bsky/feed/getAuthorFeed.ts'
import type {FeedViewPost} from '#lex/gen/app/bsky/feed/defs.ts'
import {getFollowers} from '#lex/gen/app/bsky/graph/getFollowers.ts'
import {getFollows} from '#lex/gen/app/bsky/graph/getFollows.ts'
import {resolveHandle} from '#lex/gen/com/atproto/identity/resolveHandle.ts'
import {detectFacets} from '#sdk/facets.ts'
import type {Client} from '#xrpc/client.ts'
import {UpstreamError} from '#xrpc/errors.ts'
import {html, safeHref, type Html} from '#pages/html.ts'
import {icon} from '#pages/look/icons.ts'
import {problemPage} from '#pages/problem.ts'
import {get, type Route, type Visit} from '../visit.ts'
import type {AppParts} from './app-parts.ts'
import {readerOf} from './visitor.ts'
import {followForm, menuForm, shortCount} from './views/act-forms.ts'
import {columnHead, emptyState, pagedList, tabs} from './views/paging.ts'
import {avatar, handleText, nameOf, personRow, profilePath} from './views/person.ts'
import {feedEntry, postCard} from './views/post.ts'
import {richTextOf} from './views/rich-text.ts'
import {sightOf, type Sight} from './views/sight.ts'

const pageLimit = 40

interface Tab {
  /** Behind the profile's own path. */
  path: string
  label: string
  filter: 'posts_and_author_threads' | 'posts_with_replies' | 'posts_with_media' | 'likes'
  empty: string
}

const allTabs: readonly Tab[] = [
  {path: '', label: 'Posts', filter: 'posts_and_author_threads', empty: 'No posts yet.'},
  {path: '/replies', label: 'Replies', filter: 'posts_with_replies', empty: 'No replies yet.'},
  {path: '/media', label: 'Pictures', filter: 'posts_with_media', empty: 'No pictures yet.'},
  {path: '/likes', label: 'Likes', filter: 'likes', empty: 'Posts you like appear here. Only you can see them.'},
]

/** What someone wrote about themselves, with its links found by the rules of posts. Mentions lead by handle. */
async function about(text: string): Promise<Html> {
  const facets = await detectFacets(text, async () => undefined)
  return html`<p class="about" dir="auto">${richTextOf(text, facets)}</p>`
}

const joined = new Intl.DateTimeFormat('en-GB', {month: 'long', year: 'numeric', timeZone: 'UTC'})

/** What can be done about a person beside following them. */
function profileMenu({did, viewer, handle}: ProfileViewDetailed, sight: Sight): Html {
  const blocking = viewer?.blocking
  return html`<details class="menu">
    <summary class="round" title="More" aria-label="More about @${handle}">${icon('more')}</summary>
    <div class="menu-items">
      <a class="menu-item" href="/explore/${did}">${icon('compass')}Open in the explorer</a>
      ${
        sight.viewer !== undefined &&
        sight.viewer !== did &&
        html`${menuForm(sight, '/act/mute', {did, record: viewer?.muted ? 'yes' : undefined}, viewer?.muted ? 'Unmute' : 'Mute', 'mute')}
        ${menuForm(sight, '/act/block', {did, record: blocking}, blocking ? 'Unblock' : 'Block', 'block', !blocking)}`
      }
    </div>
  </details>`
}

const count = (number: number | undefined, one: string, many: string): Html =>
  html`<b>${shortCount(number ?? 0)}</b> ${number === 1 ? one : many}`

async function profileHead(profile: ProfileViewDetailed, sight: Sight): Promise<Html> {
  const path = profilePath(profile)
  const {viewer, did} = profile
  const createdMs = Date.parse(profile.createdAt ?? '')
  return html`<section class="profile-head">
    ${profile.banner ? html`<img class="banner" src="${safeHref(profile.banner)}" alt="" width="1500" height="500" />` : html`<div class="banner"></div>`}
    <div class="under">
      <div class="row spread">
        ${avatar(profile, 'large')}
        <div class="row profile-acts">
          ${profileMenu(profile, sight)}
          ${did === sight.viewer ? html`<a class="button quiet" href="/settings/profile">Edit profile</a>` : followForm(profile, sight)}
        </div>
      </div>
      <div>
        <h1>${nameOf(profile)}</h1>
        <p class="soft row">${handleText(profile.handle)} ${viewer?.followedBy && html`<span class="tag">Follows you</span>`} ${viewer?.muted && html`<span class="tag">Muted</span>`}</p>
      </div>
      ${profile.description && (await about(profile.description))}
      ${profile.website && html`<p class="small">${icon('link')} <a href="${safeHref(profile.website)}" rel="nofollow noopener ugc" target="_blank">${profile.website.replace(/^https?:\/\//, '')}</a></p>`}
      <p class="counts">
        <a href="${path}/followers">${count(profile.followersCount, 'follower', 'followers')}</a>
        <a href="${path}/follows">${count(profile.followsCount, 'following', 'following')}</a>
        <span>${count(profile.postsCount, 'post', 'posts')}</span>
        ${!Number.isNaN(createdMs) && html`<span class="soft">Joined ${joined.format(createdMs)}</span>`}
      </p>
    </div>
  </section>`
}

/** Why there is nothing to read, where a block stands between. */
function blockNotice({viewer, handle, did}: ProfileViewDetailed, sight: Sight): Html | undefined {
  if (viewer?.blocking) {
    return html`<section class="empty"><h2>You block @${handle}</h2><p>You cannot see each other’s posts.</p>
      ${menuForm(sight, '/act/block', {did, record: viewer.blocking}, 'Unblock', 'check')}</section>`
  }
  if (viewer?.blockingByList)
    return emptyState(`You block @${handle}`, `With the list “${viewer.blockingByList.name}”.`)
  if (viewer?.blockedBy) return emptyState(`@${handle} blocks you`, 'You cannot see each other’s posts.')
  return undefined
}

const unknownPerson = (visit: Visit, error: UpstreamError): Promise<Response> => {
  const away = /Takedown|Suspended/i.test(error.error)
  const asleep = /Deactivated/i.test(error.error)
  const text = away
    ? 'This account has been taken down.'
    : asleep
      ? 'This account has been deactivated by its owner.'
      : 'There is no account with this name. The handle may have changed.'
  const way = {path: '/search', label: 'Search for people'}
  return problemPage(visit, {status: 404, title: 'Profile not found', text, way})
}

async function profileOf(visit: Visit, reader: Client, pds: Client): Promise<ProfileViewDetailed | UpstreamError> {
  const {actor} = visit.params
  if (!isAtIdentifier(actor)) return new UpstreamError('InvalidRequest', 'No such account.', {status: 400})
  const found = await orRefusal(reader.query(getProfile, {actor}))
  if (!(found instanceof UpstreamError) || !isHandle(actor)) return found
  // An AppView confirms a new handle in its own time; the account behind it may well be known already.
  const resolved = await orRefusal(pds.query(resolveHandle, {handle: actor}))
  return resolved instanceof UpstreamError ? found : orRefusal(reader.query(getProfile, {actor: resolved.did}))
}

/** The answer of a call, or the refusal of what it asks for. */
const orRefusal = <T>(call: Promise<T>): Promise<T | UpstreamError> =>
  call.catch((error: unknown) => {
    if (error instanceof UpstreamError && error.status === 400) return error
    throw error
  })

async function load(
  reader: Client,
  did: string,
  filter: Tab['filter'],
  cursor: string | undefined,
): Promise<{feed: readonly FeedViewPost[]; cursor?: string}> {
  if (filter === 'likes') return reader.query(getActorLikes, {actor: did, limit: pageLimit, cursor})
  return reader.query(getAuthorFeed, {
    actor: did,
    limit: pageLimit,
    cursor,
    filter,
    includePins: filter === 'posts_and_author_threads',
  })
}

export const profileRoutes = ({appview, pds, world}: Pick<AppParts, 'appview' | 'pds' | 'world'>): Route[] => {
  const tabRoute = (tab: Tab): Route =>
    get(`/profile/:actor${tab.path}`, async visit => {
      const reader = readerOf(visit, appview)
      const profile = await profileOf(visit, reader, pds)
      if (profile instanceof UpstreamError) return unknownPerson(visit, profile)
      const sight = sightOf(visit, world)
      const path = profilePath(profile)
      const own = profile.did === sight.viewer
      if (tab.filter === 'likes' && !own) return visit.redirect(path)
      const notice = blockNotice(profile, sight)
      const cursor = visit.url.searchParams.get('cursor') ?? undefined
      const {feed, cursor: next} = notice ? {feed: []} : await load(reader, profile.did, tab.filter, cursor)
      // On a page of one person's posts the post itself matters, not what it answers, unless replies are asked for.
      const entries = feed.map(entry =>
        tab.filter === 'posts_with_replies' || entry.reason ? feedEntry(entry, sight) : postCard(entry.post, sight),
      )
      const shownTabs = allTabs.filter(({filter}) => own || filter !== 'likes')
      const links = shownTabs.map(({path: behind, label}) => ({path: `${path}${behind}`, label}))
      return visit.page({
        title: `${nameOf(profile)} (@${profile.handle})`,
        at: own ? path : '',
        islands: ['app/islands/feed.ts'],
        main: html`${await profileHead(profile, sight)} ${!notice && tabs('What to show', links, `${path}${tab.path}`)}
        ${notice ?? pagedList(entries, next, visit.url, emptyState(tab.empty, own ? 'Write your first post.' : '', own ? {path: '/compose', label: 'New post'} : undefined))}`,
      })
    })

  const people = (
    path: string,
    title: string,
    list: (
      reader: Client,
      actor: string,
      cursor: string | undefined,
    ) => Promise<{all: readonly ProfileView[]; cursor?: string}>,
  ): Route =>
    get(`/profile/:actor/${path}`, async visit => {
      const reader = readerOf(visit, appview)
      const profile = await profileOf(visit, reader, pds)
      if (profile instanceof UpstreamError) return unknownPerson(visit, profile)
      const sight = sightOf(visit, world)
      const {all, cursor} = await list(reader, profile.did, visit.url.searchParams.get('cursor') ?? undefined)
      const own = profilePath(profile)
      const ways = [
        {path: `${own}/followers`, label: 'Followers'},
        {path: `${own}/follows`, label: 'Following'},
      ]
      const rows = all.map(person => personRow(person, sight))
      return visit.page({
        title: `${title} · ${nameOf(profile)}`,
        at: '',
        islands: ['app/islands/feed.ts'],
        main: html`${columnHead(nameOf(profile), own)} ${tabs('Which people', ways, `${own}/${path}`)}
        ${pagedList(rows, cursor, visit.url, emptyState('Nobody yet', ''))}`,
      })
    })

  return [
    ...allTabs.map(tabRoute),
    people('followers', 'Followers', async (reader, actor, cursor) => {
      const {followers, cursor: next} = await reader.query(getFollowers, {actor, limit: pageLimit, cursor})
      return {all: followers, cursor: next}
    }),
    people('follows', 'Following', async (reader, actor, cursor) => {
      const {follows, cursor: next} = await reader.query(getFollows, {actor, limit: pageLimit, cursor})
      return {all: follows, cursor: next}
    }),
  ]
}
