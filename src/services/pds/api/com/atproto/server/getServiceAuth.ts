/** Signs a token with which the caller goes to another service itself. */
import {isDid} from '#atp/syntax/did.ts'
import {getServiceAuth} from '#lex/gen/com/atproto/server/getServiceAuth.ts'
import type {World} from '#std/world.ts'
import {query} from '../../../callers.ts'
import {parseServiceName} from '../../../../proxy/service-table.ts'
import {demandCallable, type ServiceTokens} from '../../../../proxy/service-tokens.ts'

type Deps = {serviceTokens: Pick<ServiceTokens, 'mint'>; world: Pick<World, 'now'>}

const minuteSeconds = 60
const hourSeconds = 3_600

export const endpoint = ({serviceTokens, world}: Deps) =>
  query(getServiceAuth, {
    auth: 'anyoneOrClient',
    async handle({params: {aud, exp, lxm}, caller: asker, fail}) {
      const caller = asker.for({resource: 'rpc', lxm: lxm ?? '*', aud})
      const did = aud.includes('#') ? parseServiceName(aud)?.did : aud
      if (did === undefined || !isDid(did) || !/^did:(?:plc|web):/.test(did)) {
        throw fail(
          'InvalidRequest',
          'aud: expected a did:plc or did:web, optionally followed by "#" and the name of a service.',
        )
      }
      demandCallable(caller.scope, lxm, 'by token')
      const leftSeconds = (exp ?? Infinity) - world.now() / 1000
      if (leftSeconds <= 0) throw fail('BadExpiration', 'exp: this time is in the past.')
      if (exp !== undefined && leftSeconds > (lxm === undefined ? minuteSeconds : hourSeconds)) {
        const message = 'exp: at most one hour from now, or one minute if no method (lxm) is given.'
        throw fail('BadExpiration', message)
      }
      return {token: await serviceTokens.mint(caller.did, aud, lxm, exp)}
    },
  })
