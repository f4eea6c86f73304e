/** Puts another version of a draft in its place. */
import {valueToJson} from '#atp/data/json.ts'
import type {Value} from '#atp/data/value.ts'
import {updateDraft} from '#lex/gen/app/bsky/draft/updateDraft.ts'
import {procedure} from '../../../../callers.ts'
import type {Drafts} from '../../../../store/drafts.ts'

type Deps = {drafts: Pick<Drafts, 'update'>}

export const endpoint = ({drafts}: Deps) =>
  procedure(updateDraft, {
    auth: 'viewer',
    async handle({input, caller}) {
      const {id, draft} = input.draft
      await drafts.update(caller.did, id, JSON.stringify(valueToJson(draft as unknown as Value)))
      return undefined
    },
  })
