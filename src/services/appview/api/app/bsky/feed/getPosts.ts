/** Posts by their URIs. */
import {getPosts} from '#lex/gen/app/bsky/feed/getPosts.ts'
import {answer} from '../../../../pages/answer.ts'
import {query} from '../../../../callers.ts'
import type {HydrationStore} from '../../../../store/hydration/hydration-store.ts'
import {isBlocked} from '../../../../rules.ts'
import {postView} from '../../../../views/post.ts'

type Deps = {hydrator: Pick<HydrationStore, 'hydrate' | 'recordIds'>}

export const endpoint = ({hydrator}: Deps) =>
  query(getPosts, {
    auth: 'anyone',
    async handle({params: {uris}, caller}) {
      const numbers = await hydrator.recordIds(uris)
      const ids = new Set(uris.flatMap(uri => numbers.get(uri) ?? []))
      const read = await hydrator.hydrate(caller?.did, {records: ids})
      const posts = [...ids].flatMap(id => {
        const author = read.records.get(id)?.actor
        return author === undefined || isBlocked(read, author) ? [] : (postView(read, id) ?? [])
      })
      return answer(getPosts, {posts})
    },
  })
