/** Keeps what somebody has begun to write. */
import {valueToJson} from '#atp/data/json.ts'
import type {Value} from '#atp/data/value.ts'
import {createDraft} from '#lex/gen/app/bsky/draft/createDraft.ts'
import {answer} from '../../../../pages/answer.ts'
import {procedure} from '../../../../callers.ts'
import type {PrivateStore} from '../../../../store/private/private-store.ts'

type Deps = {state: Pick<PrivateStore, 'createDraft'>}

export const endpoint = ({state}: Deps) =>
  procedure(createDraft, {
    auth: 'viewer',
    async handle({input: {draft}, caller, fail}) {
      const id = await state.createDraft(caller.did, JSON.stringify(valueToJson(draft as unknown as Value)))
      if (id === 'full') throw fail('DraftLimitReached', 'Drafts limit reached')
      return answer(createDraft, {id})
    },
  })
