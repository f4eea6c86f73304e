/** How it stands with one host, and what of its events was not passed on: so that it can see for itself. */
import {getHostStatus} from '#lex/gen/com/atproto/sync/getHostStatus.ts'
import {query} from '../../../callers.ts'
import {parseHostname} from '../../../../hosts/hostname.ts'
import type {Hosts} from '../../../../hosts/hosts.ts'
import {hostDetail} from '../../../../hosts/host-view.ts'
import type {Refusals} from '../../../../intake/refusals.ts'
import type {RelayStore} from '../../../../store/relay-store.ts'

type Deps = {hosts: Pick<Hosts, 'get'>; store: Pick<RelayStore, 'accountCounts'>; refusals: Pick<Refusals, 'of'>}

export const endpoint = ({hosts, store, refusals}: Deps) =>
  query(getHostStatus, {
    auth: 'none',
    async handle({params, fail}) {
      const host = hosts.get(parseHostname(params.hostname) ?? '')
      if (!host) throw fail('HostNotFound', 'This relay does not follow that host.')
      return hostDetail(host, await store.accountCounts([host.id]), refusals.of(host.hostname))
    },
  })
