/** Makes sure that whoever brings an identity to this server is its owner: by a token that its key has signed. */
import type {Did} from '#atp/syntax/did.ts'
import type {World} from '#std/world.ts'
import {XrpcError} from '#xrpc/errors.ts'
import {requireServiceToken} from '#xrpc/service-auth.ts'
import type {OwnIdentities} from '../identity/own-identities.ts'

export interface Newcomers {
  /** Throws `XrpcError` unless the request has a token of this identity, for this server and for createAccount. */
  demand(request: Request, did: Did): Promise<void>
}

export const newcomers = (
  identities: Pick<OwnIdentities, 'keyOf' | 'current'>,
  service: Did,
  world: Pick<World, 'now'>,
): Newcomers => ({
  async demand(request, did) {
    const {keyOf} = identities
    const lxm = 'com.atproto.server.createAccount'
    const {iss} = await requireServiceToken(request, {world, audiences: [service], lxm, keyOf}).catch(
      async (error: unknown) => {
        // Whose document cannot be had, or names no key, is told just that.
        if (error instanceof XrpcError && error.error === 'BadJwtIss') await demandDocument(identities, did)
        throw error
      },
    )
    if (iss !== did) throw new XrpcError('AuthenticationRequired', `The token is for ${iss}, not for ${did}.`)
  },
})

async function demandDocument({current}: Pick<OwnIdentities, 'current'>, did: Did): Promise<void> {
  const found = await current(did)
  if (!found.ok) throw new XrpcError('UnresolvableDid', found.detail)
  if (!found.value.key) throw new XrpcError('IncompatibleDidDoc', `The document of ${did} names no key #atproto.`)
}
