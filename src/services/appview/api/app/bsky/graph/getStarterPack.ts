/** A starter pack and what is in it. */
import {getStarterPack} from '#lex/gen/app/bsky/graph/getStarterPack.ts'
import {answer} from '../../../../pages/answer.ts'
import {query} from '../../../../callers.ts'
import {type StarterPackDeps, starterPackView} from '../../../../pages/starter-pack-page.ts'

type Deps = StarterPackDeps

export const endpoint = (deps: Deps) =>
  query(getStarterPack, {
    auth: 'anyone',
    async handle({params, caller, fail}) {
      const id = (await deps.hydrator.recordIds([params.starterPack])).get(params.starterPack)
      const starterPack = id === undefined ? undefined : await starterPackView(deps, id, caller?.did)
      if (!starterPack) throw fail('InvalidRequest', 'Starter pack not found')
      return answer(getStarterPack, {starterPack})
    },
  })
