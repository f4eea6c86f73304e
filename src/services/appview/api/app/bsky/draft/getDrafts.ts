/** What somebody has begun to write, that changed last first. */
import type {Draft} from '#lex/gen/app/bsky/draft/defs.ts'
import {getDrafts} from '#lex/gen/app/bsky/draft/getDrafts.ts'
import {answer} from '../../../../pages/answer.ts'
import {query} from '../../../../callers.ts'
import type {PrivateStore} from '../../../../store/private/private-store.ts'
import {filledPage} from '../../../../pages/paging.ts'

type Deps = {state: Pick<PrivateStore, 'drafts'>}

const time = (ms: number): string => new Date(ms).toISOString()

export const endpoint = ({state}: Deps) =>
  query(getDrafts, {
    auth: 'viewer',
    async handle({params, caller}) {
      const {items, cursor} = await filledPage(
        params,
        (after, limit) => state.drafts(caller.did, after, limit),
        async rows =>
          rows.map(({tid, body, createdMs, ms}) => ({
            id: tid,
            draft: JSON.parse(body) as Draft,
            createdAt: time(createdMs),
            updatedAt: time(ms),
          })),
      )
      return answer(getDrafts, {cursor, drafts: items})
    },
  })
