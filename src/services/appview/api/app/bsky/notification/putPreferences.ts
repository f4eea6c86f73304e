/** Wishes to hear only of those whom one follows, or of all again. */
import {putPreferences} from '#lex/gen/app/bsky/notification/putPreferences.ts'
import {procedure} from '../../../../callers.ts'
import {withPriority} from '../../../../notification-preferences.ts'
import type {PrivateStore} from '../../../../store/private/private-store.ts'

type Deps = {state: Pick<PrivateStore, 'preferences' | 'putPreferences'>}

export const endpoint = ({state}: Deps) =>
  procedure(putPreferences, {
    auth: 'viewer',
    async handle({input, caller}) {
      const changed = withPriority(await state.preferences(caller.did), input.priority)
      await state.putPreferences(caller.did, changed)
      return undefined
    },
  })
