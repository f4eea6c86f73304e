/** Ends the push notifications of an app: at the service that the call itself names. */
import {unregisterPush} from '#lex/gen/app/bsky/notification/unregisterPush.ts'
import {procedure} from '../../../callers.ts'
import type {Proxy} from '../../../../proxy/proxy.ts'

type Deps = {proxy: Pick<Proxy, 'tell'>}

export const endpoint = ({proxy}: Deps) =>
  procedure(unregisterPush, {
    auth: 'sessionOrClient',
    handle({input, caller, request}) {
      const lxm = unregisterPush.nsid
      const {did} = caller.for({resource: 'rpc', lxm, aud: `${input.serviceDid}#bsky_notif`})
      return proxy.tell(did, {did: input.serviceDid, name: 'bsky_notif'}, request, lxm, input)
    },
  })
