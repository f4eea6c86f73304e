/**
 * Calls in the name of an account by a token that its own key has signed for just that method (`getServiceAuth`): so a
 * video service puts what it has made of an upload into its owner's repository, without ever having been logged in.
 */
import {decodeJwt} from 'jose'
import type {World} from '#std/world.ts'
import type {Did} from '#atp/syntax/did.ts'
import {bearerToken, requireServiceToken, type VerifyOptions} from '#xrpc/service-auth.ts'

export interface DelegatesOptions {
  /** This server's DID. */
  service: Did
  world: Pick<World, 'now'>
  keyOf: VerifyOptions['keyOf']
}

export class Delegates {
  readonly #options: DelegatesOptions

  constructor(options: DelegatesOptions) {
    this.#options = options
  }

  /** Whose the call is, if it comes with such a token. Throws `XrpcError` for a token that is not good. */
  async owner(request: Request, nsid: string): Promise<Did | undefined> {
    if (!namesMethod(bearerToken(request.headers) ?? '')) return undefined
    const {service, world, keyOf} = this.#options
    const {iss} = await requireServiceToken(request, {world, audiences: [service], lxm: nsid, keyOf, lowS: true})
    return iss
  }
}

/** Whether a token, be it good or not, is for one method: tokens of sessions name none. */
export function namesMethod(token: string): boolean {
  try {
    return decodeJwt(token).lxm !== undefined
  } catch {
    return false
  }
}
