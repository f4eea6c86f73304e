/**
 * Who asks: an account's own server vouches for it by a token that the account's key has signed, made out to this service
 * and one method. An AppView passes on the same token for some pages, so one that was checked is remembered until it runs
 * out; what a reader does with a post is told by a token of its own each time.
 */
import type {Did} from '#atp/syntax/did.ts'
import {Lru} from '#engines/cache/lru.ts'
import type {Identities} from '#sdk/identity.ts'
import type {World} from '#std/world.ts'
import {XrpcError} from '#xrpc/errors.ts'
import type {Authenticator} from '#xrpc/router.ts'
import {bearerToken, ReplayGuard, verifyServiceToken} from '#xrpc/service-auth.ts'
import type {Caller, Callers} from './callers.ts'

interface Deps {
  readonly world: Pick<World, 'now'>
  readonly identities: Pick<Identities, 'keyOf'>
  /** Of this service. */
  readonly did: Did
}

const rememberedMax = 50_000
const rememberedMs = 60_000

export function authenticators({world, identities, did: own}: Deps): {
  readonly [K in keyof Callers]: Authenticator<Callers[K]>
} {
  const audiences = [own, `${own}#bsky_fg`]
  const replays = new ReplayGuard()
  const remembered = new Lru<string, Caller & {exp: number}>({
    countMax: rememberedMax,
    ttlMs: rememberedMs,
    now: world.now,
  })

  async function verified(token: string, lxm: string, once?: ReplayGuard): Promise<Caller & {exp: number}> {
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
      const token = bearerToken(request.headers)
      if (token === undefined) return undefined
      const name = `${nsid} ${token}`
      const known = remembered.get(name)
      if (known && known.exp * 1000 > world.now()) return known
      const caller = await verified(token, nsid)
      remembered.set(name, caller)
      return caller
    },
    async viewer(request, nsid) {
      const token = bearerToken(request.headers)
      if (token === undefined) throw new XrpcError('AuthMissing', 'Authentication Required')
      return verified(token, nsid, replays)
    },
  }
}
