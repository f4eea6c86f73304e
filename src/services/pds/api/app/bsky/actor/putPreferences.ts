/** Keeps for the caller what apps set, in the place of all that was kept before. */
import {putPreferences} from '#lex/gen/app/bsky/actor/putPreferences.ts'
import {procedure} from '../../../callers.ts'
import type {Preference} from '../../../../store/accounts/preference-store.ts'
import type {Preferences} from '../../../../accounts/preferences.ts'
import type {Proxy} from '../../../../proxy/proxy.ts'

type Deps = {preferences: Pick<Preferences, 'put'>; proxy: Pick<Proxy, 'callerOf'>}

export const endpoint = ({preferences, proxy}: Deps) =>
  procedure(putPreferences, {
    auth: 'sessionOrClient',
    async handle({input, caller: asker, request}) {
      const caller = proxy.callerOf(asker, request, putPreferences.nsid)
      await preferences.put(caller, 'app.bsky', input.preferences as readonly Preference[])
      return undefined
    },
  })
