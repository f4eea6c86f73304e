/** Changes what the viewer wishes to hear of. */
import {putPreferencesV2} from '#lex/gen/app/bsky/notification/putPreferencesV2.ts'
import {answer} from '../../../../pages/answer.ts'
import {procedure} from '../../../../callers.ts'
import {preferencesFrom} from '../../../../notification-preferences.ts'
import type {PrivateStore} from '../../../../store/private/private-store.ts'

type Deps = {state: Pick<PrivateStore, 'putPreferences'>}

export const endpoint = ({state}: Deps) =>
  procedure(putPreferencesV2, {
    auth: 'viewer',
    async handle({input, caller}) {
      const kept = await state.putPreferences(caller.did, input)
      return answer(putPreferencesV2, {preferences: preferencesFrom(kept).all})
    },
  })
