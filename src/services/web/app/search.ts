/** Search: posts and people. */
import {getSuggestions} from '#lex/gen/app/bsky/actor/getSuggestions.ts'
import {searchActors} from '#lex/gen/app/bsky/actor/searchActors.ts'
import {searchActorsTypeahead} from '#lex/gen/app/bsky/actor/searchActorsTypeahead.ts'
import {searchPosts} from '#lex/gen/app/bsky/feed/searchPosts.ts'
import type {Client} from '#xrpc/client.ts'
import {UpstreamError} from '#xrpc/errors.ts'
import {html, type Html} from '#pages/html.ts'
import {get, type Route, type Visit} from '../visit.ts'
import type {AppParts} from './app-parts.ts'
import {readerOf} from './visitor.ts'
import {columnHead, emptyState, pagedList, tabs} from './views/paging.ts'
import {avatar, handleText, nameOf, personRow, profilePath} from './views/person.ts'
import {postCard} from './views/post.ts'
import {sightOf, type Sight} from './views/sight.ts'

const pageLimit = 30
const guessesMax = 6

type Kind = 'top' | 'latest' | 'people'

async function results(
  reader: Client,
  kind: Kind,
  q: string,
  cursor: string | undefined,
  sight: Sight,
): Promise<{entries: Html[]; cursor?: string}> {
  if (kind === 'people') {
    const {actors, cursor: next} = await reader.query(searchActors, {q, limit: pageLimit, cursor})
    return {entries: actors.map(actor => personRow(actor, sight)), cursor: next}
  }
  const {posts, cursor: next} = await reader.query(searchPosts, {q, sort: kind, limit: pageLimit, cursor})
  return {entries: posts.map(post => postCard(post, sight)), cursor: next}
}

/** People to begin with, where nothing is searched for yet. */
async function beginning(reader: Client, sight: Sight): Promise<Html> {
  const hint = emptyState('Search the network', 'Words, #tags, or from:handle for the posts of one person.')
  try {
    const {actors} = await reader.query(getSuggestions, {limit: 20})
    const rows = actors.map(actor => personRow(actor, sight))
    return html`${hint}${rows.length > 0 && html`<h2 class="section">People here</h2><div class="list">${rows}</div>`}`
  } catch (error) {
    if (error instanceof UpstreamError) return hint
    throw error
  }
}

export const searchRoutes = ({appview, world}: Pick<AppParts, 'appview' | 'world'>): Route[] => [
  get('/search', async (visit: Visit) => {
    const {searchParams} = visit.url
    const q = (searchParams.get('q') ?? '')
      .replace(/\p{Cc}/gu, ' ')
      .trim()
      .slice(0, 300)
    const asked = searchParams.get('kind')
    const kind: Kind = asked === 'people' || asked === 'latest' ? asked : 'top'
    const reader = readerOf(visit, appview)
    const sight = sightOf(visit, world)
    const pathOf = (kind: Kind): string => `/search?${new URLSearchParams({q, kind}).toString()}`
    const ways = [
      {path: pathOf('top'), label: 'Top'},
      {path: pathOf('latest'), label: 'Latest'},
      {path: pathOf('people'), label: 'People'},
    ]
    const found = q === '' ? undefined : await results(reader, kind, q, searchParams.get('cursor') ?? undefined, sight)
    const nothing = emptyState('No results', `Nothing matches “${q}”. Try fewer words.`)
    return visit.page({
      title: q === '' ? 'Search' : `${q} · Search`,
      at: '/search',
      islands: ['app/islands/feed.ts', 'app/islands/search.ts'],
      main: html`${columnHead('Search')}
        <form class="search in-column" action="/search" role="search" data-typeahead="/search/people">
          <input type="search" name="q" value="${q}" placeholder="Search posts and people" aria-label="Search posts and people" autocomplete="off" maxlength="300" ${q === '' && html`autofocus`} />
          <input type="hidden" name="kind" value="${kind}" />
          <button class="quiet">Search</button>
          <div class="guesses" data-guesses></div>
        </form>
        ${found ? html`${tabs('What to find', ways, pathOf(kind))}${pagedList(found.entries, found.cursor, visit.url, nothing)}` : await beginning(reader, sight)}`,
    })
  }),

  // What the island shows below the field as someone writes.
  get('/search/people', async visit => {
    const q = (visit.url.searchParams.get('q') ?? '').trim().replace(/^@/, '').slice(0, 100)
    if (q === '') return visit.fragment(html``)
    const {actors} = await readerOf(visit, appview).query(searchActorsTypeahead, {q, limit: guessesMax})
    return visit.fragment(
      html`${actors.map(actor => html`<a class="guess" href="${profilePath(actor)}">${avatar(actor, 'small')}<span><b>${nameOf(actor)}</b> <span class="soft">${handleText(actor.handle)}</span></span></a>`)}`,
    )
  }),
]
