/** What apps have kept for the caller. */
import {getPreferences, type Output} from '#lex/gen/app/bsky/actor/getPreferences.ts'
import {query} from '../../../callers.ts'
import type {Preferences} from '../../../../accounts/preferences.ts'

type Deps = {preferences: Pick<Preferences, 'list'>}

export const endpoint = ({preferences}: Deps) =>
  query(getPreferences, {
    auth: 'session',
    handle: async ({caller}) => ({preferences: (await preferences.list(caller, 'app.bsky')) as Output['preferences']}),
  })
