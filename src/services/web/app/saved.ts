/** What a person has put aside to read again. Nobody else sees it. */
import {getBookmarks} from '#lex/gen/app/bsky/bookmark/getBookmarks.ts'
import {html} from '../html.ts'
import {get, type Route} from '../routes.ts'
import type {AppParts} from './routes.ts'
import {signedIn} from './visitor.ts'
import {columnHead, emptyState, pagedList} from './views/paging.ts'
import {missingPost, postCard} from './views/post.ts'
import {sightOf} from './views/sight.ts'

const pageLimit = 40

export const savedRoutes = ({world}: Pick<AppParts, 'world'>): Route[] => [
  get(
    '/saved',
    signedIn(async visit => {
      const cursor = visit.url.searchParams.get('cursor') ?? undefined
      const {bookmarks, cursor: next} = await visit.session.client.query(getBookmarks, {limit: pageLimit, cursor})
      const sight = sightOf(visit, world)
      const cards = bookmarks.map(({item}) => {
        if (item.$type === 'app.bsky.feed.defs#postView') return postCard(item, sight)
        const isBlocked = item.$type === 'app.bsky.feed.defs#blockedPost'
        return missingPost(isBlocked ? 'A post by someone you block, or who blocks you.' : 'A post that is gone.')
      })
      const empty = emptyState('Nothing saved', 'Posts you save, from the menu below them, stand here for you alone.')
      return visit.page({
        title: 'Saved',
        at: '/saved',
        islands: ['app/islands/feed.ts'],
        main: html`${columnHead('Saved')} ${pagedList(cards, next, visit.url, empty)}`,
      })
    }),
  ),
]
