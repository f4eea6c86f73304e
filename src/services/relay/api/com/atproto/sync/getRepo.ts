/** A relay holds no repositories: this sends the caller on to the server that does. */
import {getRepo} from '#lex/gen/com/atproto/sync/getRepo.ts'
import {query} from '../../../callers.ts'
import type {Hosts} from '../../../../hosts/hosts.ts'
import type {States} from '../../../../repos/states.ts'
import {visibleRepo} from '../../../visible-repo.ts'

type Deps = {states: Pick<States, 'one'>; hosts: Pick<Hosts, 'byId'>}

export const endpoint = ({states, hosts}: Deps) =>
  query(getRepo, {
    auth: 'none',
    async handle({params, fail}) {
      const state = await visibleRepo(states, params.did)
      const host = hosts.byId(state.host)
      if (!host) throw fail('RepoNotFound', 'The server of that repository is not followed here.')
      const location = new URL(`/xrpc/${getRepo.nsid}`, host.origin)
      location.search = getRepo.params.format(params).toString()
      return new Response(null, {status: 302, headers: {location: location.href}})
    },
  })
