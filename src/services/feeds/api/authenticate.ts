/**
 * Who asks: an account's own server vouches for it by a token that the account's key has signed, made out to this service
 * and one method. An AppView passes on the same token for some pages, so one that was checked is remembered until it runs
 * out; what a reader does with a post is told by a token of its own each time.
 */
import type {Did} from '#atp/syntax/did.ts'
import {RememberedTokens, type Vouched} from '#engines/cache/remembered-tokens.ts'
import type {Identities} from '#sdk/identity.ts'
import type {World} from '#std/world.ts'
import {XrpcError} from '#xrpc/errors.ts'
import type {Authenticator} from '#xrpc/router.ts'
import {ReplayGuard, serviceToken, verifyServiceToken} from '#xrpc/service-auth.ts'
import type {Callers} from './callers.ts'

interface Deps {
  readonly world: Pick<World, 'now'>
  readonly identities: Pick<Identities, 'keyOf'>
  /** Of this service. */
  readonly did: Did
}

export function authenticators({world, identities, did: own}: Deps): {
  readonly [K in keyof Callers]: Authenticator<Callers[K]>
} {
  const audiences = [own, `${own}#bsky_fg`]
  const replays = new ReplayGuard()
  const remembered = new RememberedTokens(world.now)

  async function verified(token: string, lxm: string, once?: ReplayGuard): Promise<Vouched> {
    const result = await verifyServiceToken(token, {
      world,
      audiences,
      lxm,
      keyOf: identities.keyOf,
      replays: once,
    })
    if (!result.ok) throw new XrpcError(result.reason, result.detail)
    const {iss: did, exp} = result.claims
    return {did, exp}
  }

  return {
    async anyone(request, nsid) {
      const token = serviceToken(request.headers)
      return token === undefined ? undefined : remembered.of(token, nsid, () => verified(token, nsid))
    },
    async viewer(request, nsid) {
      const token = serviceToken(request.headers)
      if (token === undefined) throw new XrpcError('AuthMissing', 'Authentication Required')
      return verified(token, nsid, replays)
    },
  }
}
