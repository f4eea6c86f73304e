/** One record as the index has it. Servers ask for a feed's record here, to know whose service makes it. */
import {getRecord} from '#lex/gen/com/atproto/repo/getRecord.ts'
import type {Unknown} from '#lex/schema/define.ts'
import {answer} from '../../../../pages/answer.ts'
import {query} from '../../../../callers.ts'
import type {HydrationStore} from '../../../../store/hydration/hydration-store.ts'
import {isShown} from '../../../../rules.ts'

type Deps = {hydrator: Pick<HydrationStore, 'recordIds' | 'hydrate'>}

export const endpoint = ({hydrator}: Deps) =>
  query(getRecord, {
    auth: 'none',
    async handle({params: {repo, collection, rkey, cid}, fail}) {
      const uri = `at://${repo}/${collection}/${rkey}`
      const id = (await hydrator.recordIds([uri])).get(uri) ?? 0
      const read = await hydrator.hydrate(undefined, {records: [id]})
      const core = read.records.get(id)
      if (!core || !isShown(read, core.actor) || (cid !== undefined && core.cid !== cid)) {
        throw fail('RecordNotFound', `Could not locate record: ${uri}`)
      }
      return answer(getRecord, {uri: core.uri, cid: core.cid, value: core.record as Unknown})
    },
  })
