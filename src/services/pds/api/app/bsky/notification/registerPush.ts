/** Registers an app for push notifications: at the service that the call itself names. */
import {registerPush} from '#lex/gen/app/bsky/notification/registerPush.ts'
import {procedure} from '../../../callers.ts'
import type {Proxy} from '../../../../proxy/proxy.ts'

type Deps = {proxy: Pick<Proxy, 'tell'>}

export const endpoint = ({proxy}: Deps) =>
  procedure(registerPush, {
    auth: 'session',
    handle: ({input, caller, request}) =>
      proxy.tell(caller.did, {did: input.serviceDid, name: 'bsky_notif'}, request, registerPush.nsid, input),
  })
