/** A feed, and whether its service is there. */
import {getFeedGenerator} from '#lex/gen/app/bsky/feed/getFeedGenerator.ts'
import {answer} from '../../../../pages/answer.ts'
import {query} from '../../../../callers.ts'
import {type FeedServices} from '../../../../feed-services.ts'
import type {HydrationStore} from '../../../../store/hydration/hydration-store.ts'
import {shownGenerators} from '../../../../views/generator.ts'

type Deps = {hydrator: Pick<HydrationStore, 'hydrate' | 'recordIds'>; feedServices: Pick<FeedServices, 'endpointOf'>}

export const endpoint = ({hydrator, feedServices}: Deps) =>
  query(getFeedGenerator, {
    auth: 'anyone',
    async handle({params, caller, fail, signal}) {
      const id = (await hydrator.recordIds([params.feed])).get(params.feed) ?? 0
      const [view] = shownGenerators(await hydrator.hydrate(caller?.did, {records: [id]}), [id])
      if (!view) throw fail('InvalidRequest', 'could not find feed')
      const isThere = (await feedServices.endpointOf(view.did, signal)) !== undefined
      return answer(getFeedGenerator, {view, isOnline: isThere, isValid: isThere})
    },
  })
