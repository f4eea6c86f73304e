/** What the viewer wishes to hear of. */
import {getPreferences} from '#lex/gen/app/bsky/notification/getPreferences.ts'
import {answer} from '../../../../pages/answer.ts'
import {query} from '../../../../callers.ts'
import {preferencesFrom} from '../../../../notification-preferences.ts'
import type {PrivateStore} from '../../../../store/private/private-store.ts'

type Deps = {state: Pick<PrivateStore, 'preferences'>}

export const endpoint = ({state}: Deps) =>
  query(getPreferences, {
    auth: 'viewer',
    async handle({caller}) {
      return answer(getPreferences, {preferences: preferencesFrom(await state.preferences(caller.did)).all})
    },
  })
