/** Whether a repository is passed on here, and up to which revision. */
import {getRepoStatus} from '#lex/gen/com/atproto/sync/getRepoStatus.ts'
import {query} from '../../../callers.ts'
import type {States} from '../../../../repos/states.ts'
import {statusOf} from '../../../visible-repo.ts'

type Deps = {states: Pick<States, 'one'>}

export const endpoint = ({states}: Deps) =>
  query(getRepoStatus, {
    auth: 'none',
    async handle({params: {did}, fail}) {
      const state = await states.one(did)
      if (!state) throw fail('RepoNotFound', `Nothing is known here of a repository of ${did}.`)
      return {did, ...statusOf(state), rev: state.active ? state.head?.rev : undefined}
    },
  })
