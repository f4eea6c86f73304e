/** All there is to say of several accounts; those that are not shown are left out. */
import {getProfiles} from '#lex/gen/app/bsky/actor/getProfiles.ts'
import {answer} from '../../../../pages/answer.ts'
import {query} from '../../../../callers.ts'
import type {HydrationStore} from '../../../../store/hydration/hydration-store.ts'
import {isShown} from '../../../../rules.ts'
import {profileViewDetailed} from '../../../../views/profile-detailed.ts'

type Deps = {hydrator: Pick<HydrationStore, 'hydrate' | 'actorId' | 'rev'>}

export const endpoint = ({hydrator}: Deps) =>
  query(getProfiles, {
    auth: 'anyone',
    async handle({params, caller}) {
      const found = await Promise.all(params.actors.map(actor => hydrator.actorId(actor)))
      const ids = [...new Set(found.filter(id => id !== undefined))]
      const read = await hydrator.hydrate(caller?.did, {actors: ids, inDetail: true})
      const profiles = ids.flatMap(id => (isShown(read, id) ? (profileViewDetailed(read, id) ?? []) : []))
      return answer(getProfiles, {profiles}, await hydrator.rev(caller?.did))
    },
  })
