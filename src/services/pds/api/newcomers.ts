/** Makes sure that whoever brings an identity to this server is its owner: by a token that its key has signed. */
import type {Did} from '#atp/syntax/did.ts'
import type {Identities} from '#sdk/identity.ts'
import type {World} from '#std/world.ts'
import {XrpcError} from '#xrpc/errors.ts'
import {requireServiceToken} from '#xrpc/service-auth.ts'

export interface Newcomers {
  /** Throws `XrpcError` unless the request has a token of this identity, for this server and for createAccount. */
  demand(request: Request, did: Did): Promise<void>
}

export const newcomers = (
  identities: Pick<Identities, 'keyOf'>,
  service: Did,
  world: Pick<World, 'now'>,
): Newcomers => ({
  async demand(request, did) {
    const {keyOf} = identities
    const lxm = 'com.atproto.server.createAccount'
    const {iss} = await requireServiceToken(request, {world, audiences: [service], lxm, keyOf, lowS: true})
    if (iss !== did) throw new XrpcError('AuthenticationRequired', `The token is for ${iss}, not for ${did}.`)
  },
})
