/** What apps have kept for the caller; the moderation service asks, by a parameter of its own, for those of an account. */
import {isDid} from '#atp/syntax/did.ts'
import {getPreferences, type Output} from '#lex/gen/app/bsky/actor/getPreferences.ts'
import {query} from '../../../callers.ts'
import type {Preferences} from '../../../../accounts/preferences.ts'
import type {Proxy} from '../../../../proxy/proxy.ts'

type Deps = {preferences: Pick<Preferences, 'list'>; proxy: Pick<Proxy, 'callerOf'>}

export const endpoint = ({preferences, proxy}: Deps) =>
  query(getPreferences, {
    auth: 'overseer',
    async handle({caller: asker, request, fail}) {
      const caller = asker && proxy.callerOf(asker, request, getPreferences.nsid)
      const did = caller?.did ?? new URL(request.url).searchParams.get('did') ?? ''
      if (!isDid(did)) throw fail('InvalidRequest', 'did: expected the account whose preferences are asked for.')
      // Whoever oversees an account sees of it what its owner sees.
      const reader = caller ?? ({did, scope: 'com.atproto.access'} as const)
      return {preferences: (await preferences.list(reader, 'app.bsky')) as Output['preferences']}
    },
  })
