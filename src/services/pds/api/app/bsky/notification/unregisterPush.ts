/** Ends the push notifications of an app: at the service that the call itself names. */
import {unregisterPush} from '#lex/gen/app/bsky/notification/unregisterPush.ts'
import {procedure} from '../../../callers.ts'
import type {Proxy} from '../../../../proxy/proxy.ts'

type Deps = {proxy: Pick<Proxy, 'tell'>}

export const endpoint = ({proxy}: Deps) =>
  procedure(unregisterPush, {
    auth: 'session',
    handle: ({input, caller, request}) =>
      proxy.tell(caller.did, {did: input.serviceDid, name: 'bsky_notif'}, request, unregisterPush.nsid, input),
  })
