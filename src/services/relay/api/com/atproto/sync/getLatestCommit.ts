/** The newest commit of a repository that was passed on. */
import {getLatestCommit} from '#lex/gen/com/atproto/sync/getLatestCommit.ts'
import {query} from '../../../callers.ts'
import type {States} from '../../../../repos/states.ts'
import {visibleRepo} from '../../../visible-repo.ts'

type Deps = {states: Pick<States, 'one'>}

export const endpoint = ({states}: Deps) =>
  query(getLatestCommit, {
    auth: 'none',
    async handle({params}) {
      const {head} = await visibleRepo(states, params.did)
      return {cid: head.commit.toString(), rev: head.rev}
    },
  })
