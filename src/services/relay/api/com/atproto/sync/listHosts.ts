/** The hosts that this relay follows, oldest first. */
import {listHosts} from '#lex/gen/com/atproto/sync/listHosts.ts'
import {query} from '../../../callers.ts'
import {rowBefore} from '../../../cursor-check.ts'
import type {Hosts} from '../../../../hosts/hosts.ts'
import {hostView} from '../../../../hosts/host-view.ts'
import type {RelayStore} from '../../../../store/relay-store.ts'

type Deps = {hosts: Pick<Hosts, 'all'>; store: Pick<RelayStore, 'accountCounts'>}

export const endpoint = ({hosts, store}: Deps) =>
  query(listHosts, {
    auth: 'none',
    async handle({params: {cursor, limit}}) {
      const after = rowBefore(cursor)
      const rest = hosts.all().filter(({id}) => id > after)
      const page = rest.toSorted((a, b) => a.id - b.id).slice(0, limit)
      const counts = await store.accountCounts(page.map(({id}) => id))
      return {
        hosts: page.map(host => hostView(host, counts)),
        cursor: rest.length > limit ? String(page[limit - 1].id) : undefined,
      }
    },
  })
