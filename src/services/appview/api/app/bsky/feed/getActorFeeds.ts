/** Feeds that an account offers, newest first. */
import {getActorFeeds} from '#lex/gen/app/bsky/feed/getActorFeeds.ts'
import {answer} from '../../../../pages/answer.ts'
import {query} from '../../../../callers.ts'
import type {Hydrator} from '../../../../hydration/hydration.ts'
import {filledPage} from '../../../../pages/paging.ts'
import type {Feeds} from '../../../../store/skeletons/feeds.ts'
import {shownGenerators} from '../../../../views/generator.ts'

type Deps = {feeds: Pick<Feeds, 'generators'>; hydrator: Pick<Hydrator, 'hydrate' | 'actorId'>}

export const endpoint = ({feeds, hydrator}: Deps) =>
  query(getActorFeeds, {
    auth: 'anyone',
    async handle({params, caller, fail}) {
      const actor = await hydrator.actorId(params.actor)
      if (actor === undefined) throw fail('InvalidRequest', 'Profile not found')
      const {items, cursor} = await filledPage(
        params,
        (after, limit) => feeds.generators(actor, after, limit),
        async rows => {
          const ids = rows.map(({item}) => item)
          return shownGenerators(await hydrator.hydrate(caller?.did, {records: ids}), ids)
        },
      )
      return answer(getActorFeeds, {cursor, feeds: items})
    },
  })
