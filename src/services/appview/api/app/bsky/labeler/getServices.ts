/** Labelers by the DIDs of their accounts. */
import {getServices} from '#lex/gen/app/bsky/labeler/getServices.ts'
import type {Service} from '#lex/gen/app/bsky/labeler/service.ts'
import type {OutputOf} from '#lex/schema/method.ts'
import type {Plain} from '#lex/schema/plain.ts'
import {answer} from '../../../../pages/answer.ts'
import {query} from '../../../../callers.ts'
import type {HydrationStore} from '../../../../store/hydration/hydration-store.ts'
import type {JsonOf} from '../../../../hydration/record-json.ts'
import {isOwnerShown} from '../../../../pages/list-page.ts'
import {labelerView} from '../../../../views/generator.ts'

type Views = Plain<OutputOf<typeof getServices>>['views'][number][]

/** The lexicon says no bound. */
const didsMax = 100

type Deps = {hydrator: Pick<HydrationStore, 'hydrate' | 'recordIds'>}

export const endpoint = ({hydrator}: Deps) =>
  query(getServices, {
    auth: 'anyone',
    async handle({params: {dids, detailed}, caller, fail}) {
      if (dids.length > didsMax) throw fail('InvalidRequest', `dids: more than ${didsMax}`)
      const ids = await hydrator.recordIds(dids.map(did => `at://${did}/app.bsky.labeler.service/self`))
      const read = await hydrator.hydrate(caller?.did, {records: ids.values()})
      const views = [...ids.values()].flatMap((id): Views => {
        const view = labelerView(read, id)
        if (!view || !isOwnerShown(read, id)) return []
        const core = read.records.get(id)
        if (!core || !read.fits(core)) return []
        if (!detailed) return [{...view, $type: 'app.bsky.labeler.defs#labelerView' as const}]
        const said = core.record as unknown as JsonOf<Service>
        const {policies, reasonTypes, subjectTypes, subjectCollections} = said
        const more = {policies, reasonTypes, subjectTypes, subjectCollections}
        return [{...view, ...more, $type: 'app.bsky.labeler.defs#labelerViewDetailed' as const}]
      })
      return answer(getServices, {views})
    },
  })
