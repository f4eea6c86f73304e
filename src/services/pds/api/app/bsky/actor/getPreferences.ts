/** What apps have kept for the caller. */
import {getPreferences, type Output} from '#lex/gen/app/bsky/actor/getPreferences.ts'
import {query} from '../../../callers.ts'
import type {Preferences} from '../../../../accounts/preferences.ts'
import type {Proxy} from '../../../../proxy/proxy.ts'

type Deps = {preferences: Pick<Preferences, 'list'>; proxy: Pick<Proxy, 'callerOf'>}

export const endpoint = ({preferences, proxy}: Deps) =>
  query(getPreferences, {
    auth: 'sessionOrClient',
    async handle({caller: asker, request}) {
      const caller = proxy.callerOf(asker, request, getPreferences.nsid)
      return {preferences: (await preferences.list(caller, 'app.bsky')) as Output['preferences']}
    },
  })
