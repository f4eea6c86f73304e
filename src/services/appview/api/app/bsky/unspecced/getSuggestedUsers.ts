/** Accounts that many follow and the viewer does not; categories are not known here. */
import {getSuggestedUsers} from '#lex/gen/app/bsky/unspecced/getSuggestedUsers.ts'
import {answer} from '../../../../answer.ts'
import {query} from '../../../../callers.ts'
import type {Hydrator} from '../../../../hydration/hydration.ts'
import {shownProfiles} from '../../../../profile-page.ts'
import type {Suggestions} from '../../../../skeletons/suggestions.ts'

type Deps = {suggestions: Pick<Suggestions, 'accounts'>; hydrator: Pick<Hydrator, 'hydrate' | 'actorId'>}

export const endpoint = ({suggestions, hydrator}: Deps) =>
  query(getSuggestedUsers, {
    auth: 'anyone',
    async handle({params, caller}) {
      const viewer = caller && (await hydrator.actorId(caller.did))
      const ids = await suggestions.accounts(viewer, 0, params.limit)
      const read = await hydrator.hydrate(caller?.did, {actors: ids})
      return answer(getSuggestedUsers, {actors: shownProfiles(read, ids).filter(({viewer: state}) => !state?.muted)})
    },
  })
