/** Keeps what somebody has begun to write. */
import {valueToJson} from '#atp/data/json.ts'
import type {Value} from '#atp/data/value.ts'
import {createDraft} from '#lex/gen/app/bsky/draft/createDraft.ts'
import {answer} from '../../../../pages/answer.ts'
import {procedure} from '../../../../callers.ts'
import type {Drafts} from '../../../../store/drafts.ts'

type Deps = {drafts: Pick<Drafts, 'create'>}

export const endpoint = ({drafts}: Deps) =>
  procedure(createDraft, {
    auth: 'viewer',
    async handle({input: {draft}, caller, fail}) {
      const id = await drafts.create(caller.did, JSON.stringify(valueToJson(draft as unknown as Value)))
      if (id === 'full') throw fail('DraftLimitReached', 'Drafts limit reached')
      return answer(createDraft, {id})
    },
  })
