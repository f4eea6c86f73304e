/** Puts another version of a draft in its place. */
import {valueToJson} from '#atp/data/json.ts'
import type {Value} from '#atp/data/value.ts'
import {updateDraft} from '#lex/gen/app/bsky/draft/updateDraft.ts'
import {procedure} from '../../../../callers.ts'
import type {PrivateStore} from '../../../../store/private/private-store.ts'

type Deps = {state: Pick<PrivateStore, 'updateDraft'>}

export const endpoint = ({state}: Deps) =>
  procedure(updateDraft, {
    auth: 'viewer',
    async handle({input, caller}) {
      const {id, draft} = input.draft
      await state.updateDraft(caller.did, id, JSON.stringify(valueToJson(draft as unknown as Value)))
      return undefined
    },
  })
