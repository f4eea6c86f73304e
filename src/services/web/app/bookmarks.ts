/** Bookmarks: posts that a person keeps to read again. Nobody else sees them. */
import {getBookmarks} from '#lex/gen/app/bsky/bookmark/getBookmarks.ts'
import {html} from '#pages/html.ts'
import {get, type Route} from '../visit.ts'
import type {AppParts} from './app-parts.ts'
import {signedIn} from './visitor.ts'
import {columnHead, emptyState, pagedList} from './views/paging.ts'
import {missingPost, postCard} from './views/post.ts'
import {sightOf} from './views/sight.ts'

const pageLimit = 40

export const bookmarkRoutes = ({world}: Pick<AppParts, 'world'>): Route[] => [
  get(
    '/bookmarks',
    signedIn(async visit => {
      const cursor = visit.url.searchParams.get('cursor') ?? undefined
      const {bookmarks, cursor: next} = await visit.session.client.query(getBookmarks, {limit: pageLimit, cursor})
      const sight = sightOf(visit, world)
      const cards = bookmarks.map(({item}) => {
        if (item.$type === 'app.bsky.feed.defs#postView') return postCard(item, sight)
        const isBlocked = item.$type === 'app.bsky.feed.defs#blockedPost'
        return missingPost(
          isBlocked ? 'A post by someone you block, or who blocks you.' : 'A post that has been deleted.',
        )
      })
      const empty = emptyState(
        'No bookmarks yet',
        'Bookmark a post from the menu below it. Only you can see your bookmarks.',
      )
      return visit.page({
        title: 'Bookmarks',
        at: '/bookmarks',
        islands: ['app/islands/feed.ts'],
        main: html`${columnHead('Bookmarks')} ${pagedList(cards, next, visit.url, empty)}`,
      })
    }),
  ),
]
