/**
 * Labels on records and profiles: those that their authors have given themselves. There is no labeler here, so nobody
 * else's are known.
 */
import {isAtUri} from '#atp/syntax/at-uri.ts'
import {isDid} from '#atp/syntax/did.ts'
import {queryLabels} from '#lex/gen/com/atproto/label/queryLabels.ts'
import {answer} from '../../../../pages/answer.ts'
import {query} from '../../../../callers.ts'
import type {HydrationStore} from '../../../../store/hydration/hydration-store.ts'
import {isShown} from '../../../../rules.ts'

type Deps = {hydrator: Pick<HydrationStore, 'recordIds' | 'hydrate'>}

/** The lexicon says no bound. */
const patternsMax = 100

export const endpoint = ({hydrator}: Deps) =>
  query(queryLabels, {
    auth: 'none',
    async handle({params: {uriPatterns, sources = [], limit, cursor}, fail}) {
      if (uriPatterns.length > patternsMax) throw fail('InvalidRequest', `uriPatterns: more than ${patternsMax}`)
      if (uriPatterns.some(pattern => pattern.includes('*'))) throw fail('InvalidRequest', 'wildcards not supported')
      // An account is labelled by its profile.
      const uris = uriPatterns
        .map(uri => (isDid(uri) ? `at://${uri}/app.bsky.actor.profile/self` : uri))
        .filter(isAtUri)
      const ids = new Set((await hydrator.recordIds(uris)).values())
      const read = await hydrator.hydrate(undefined, {records: ids})
      const labels = [...ids].flatMap(id => {
        const core = read.records.get(id)
        return core && isShown(read, core.actor) ? core.labels : []
      })
      const wanted = labels.filter(({src}) => sources.length === 0 || sources.some(source => source === src))
      const from = cursor !== undefined && /^\d{1,6}$/.test(cursor) ? Number(cursor) : 0
      const next = from + limit < wanted.length ? String(from + limit) : undefined
      return answer(queryLabels, {cursor: next, labels: wanted.slice(from, from + limit)})
    },
  })
