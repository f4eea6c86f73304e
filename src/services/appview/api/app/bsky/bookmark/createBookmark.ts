/** Bookmarks a post, which is nobody else’s business but for the count. */
import {createBookmark} from '#lex/gen/app/bsky/bookmark/createBookmark.ts'
import {procedure} from '../../../../callers.ts'
import {linkTo} from '../../../../index/record-indexer.ts'
import type {PrivateStore} from '../../../../store/private/private-store.ts'

type Deps = {state: Pick<PrivateStore, 'bookmark'>}

export const endpoint = ({state}: Deps) =>
  procedure(createBookmark, {
    auth: 'viewer',
    async handle({input, caller, fail}) {
      const link = linkTo(input.uri)
      if (link?.collection !== 'app.bsky.feed.post')
        throw fail('UnsupportedCollection', 'Only posts can be bookmarked.')
      await state.bookmark(caller.did, link, input.cid)
      return undefined
    },
  })
