/** Keeps for the caller what apps set, in the place of all that was kept before. */
import {putPreferences} from '#lex/gen/app/bsky/actor/putPreferences.ts'
import {procedure} from '../../../callers.ts'
import type {Preference} from '../../../../store/accounts/preference-store.ts'
import type {Preferences} from '../../../../accounts/preferences.ts'

type Deps = {preferences: Pick<Preferences, 'put'>}

export const endpoint = ({preferences}: Deps) =>
  procedure(putPreferences, {
    auth: 'session',
    async handle({input, caller}) {
      await preferences.put(caller, 'app.bsky', input.preferences as readonly Preference[])
      return undefined
    },
  })
