/** Feeds by their URIs. */
import {getFeedGenerators} from '#lex/gen/app/bsky/feed/getFeedGenerators.ts'
import {answer} from '../../../../pages/answer.ts'
import {query} from '../../../../callers.ts'
import type {HydrationStore} from '../../../../store/hydration/hydration-store.ts'
import {shownGenerators} from '../../../../views/generator.ts'

/** The lexicon says no bound. */
const feedsMax = 100

type Deps = {hydrator: Pick<HydrationStore, 'hydrate' | 'recordIds'>}

export const endpoint = ({hydrator}: Deps) =>
  query(getFeedGenerators, {
    auth: 'anyone',
    async handle({params, caller, fail}) {
      if (params.feeds.length > feedsMax) throw fail('InvalidRequest', `feeds: more than ${feedsMax}`)
      const numbers = await hydrator.recordIds(params.feeds)
      const ids = [...new Set(params.feeds.flatMap(uri => numbers.get(uri) ?? []))]
      const read = await hydrator.hydrate(caller?.did, {records: ids})
      return answer(getFeedGenerators, {feeds: shownGenerators(read, ids)})
    },
  })
