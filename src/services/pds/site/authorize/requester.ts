/**
 * The secret by which a browser is known to the requests for access that it opens: so that nobody can agree, in his own
 * browser, to what another has begun. It stays the same when somebody signs in, and opens nothing by itself.
 */
import {toBase64Url} from '#std/encoding/base64.ts'
import type {World} from '#std/world.ts'
import {hostCookie, secretOf, setCookie} from '#pages/cookies.ts'
import {hashOf} from '../../oauth/authorizations.ts'

export interface Requester {
  /** By which the request knows the browser. */
  hash: string
  /** To be set where the browser has none yet. */
  cookies: readonly string[]
}

const ageS = 90 * 86_400

export function requesterOf(request: Request, world: Pick<World, 'random'>, secure: boolean): Requester {
  const kind = hostCookie({name: 'wholesky-requester', ageS}, secure)
  const held = secretOf(request, kind)
  const secret = held ?? toBase64Url(world.random(32))
  return {hash: hashOf(secret), cookies: held === undefined ? [setCookie(kind, secret, secure)] : []}
}
