/** Registers an app for push notifications: at the service that the call itself names. */
import {registerPush} from '#lex/gen/app/bsky/notification/registerPush.ts'
import {procedure} from '../../../callers.ts'
import type {Proxy} from '../../../../proxy/proxy.ts'

type Deps = {proxy: Pick<Proxy, 'tell'>}

export const endpoint = ({proxy}: Deps) =>
  procedure(registerPush, {
    auth: 'sessionOrClient',
    handle({input, caller, request}) {
      const lxm = registerPush.nsid
      const {did} = caller.for({resource: 'rpc', lxm, aud: `${input.serviceDid}#bsky_notif`})
      return proxy.tell(did, {did: input.serviceDid, name: 'bsky_notif'}, request, lxm, input)
    },
  })
