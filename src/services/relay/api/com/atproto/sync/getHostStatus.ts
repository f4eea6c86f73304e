/** How it stands with one host. */
import {getHostStatus} from '#lex/gen/com/atproto/sync/getHostStatus.ts'
import {query} from '../../../../callers.ts'
import {parseHostname} from '../../../../hostname.ts'
import type {Hosts} from '../../../../hosts.ts'
import {hostView} from '../../../../host-view.ts'
import type {RelayStore} from '../../../../relay-store.ts'

type Deps = {hosts: Pick<Hosts, 'get'>; store: Pick<RelayStore, 'accountCounts'>}

export const endpoint = ({hosts, store}: Deps) =>
  query(getHostStatus, {
    auth: 'none',
    async handle({params, fail}) {
      const host = hosts.get(parseHostname(params.hostname) ?? '')
      if (!host) throw fail('HostNotFound', 'This relay does not follow that host.')
      return hostView(host, await store.accountCounts([host.id]))
    },
  })
