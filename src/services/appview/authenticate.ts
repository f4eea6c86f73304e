/**
 * Who asks: an account's own server vouches for it by a token that the account's key has signed. A server sends the
 * same token for some time, so one that was checked is remembered until it runs out: a signature costs as much as a
 * page of a timeline.
 */
import {RememberedTokens, type Vouched} from '#engines/cache/remembered-tokens.ts'
import type {Identities} from '#sdk/identity.ts'
import type {World} from '#std/world.ts'
import {XrpcError} from '#xrpc/errors.ts'
import type {Authenticator} from '#xrpc/router.ts'
import {serviceToken, verifyServiceToken} from '#xrpc/service-auth.ts'
import type {Caller, Callers} from './callers.ts'

interface Deps {
  readonly world: Pick<World, 'now'>
  readonly identities: Pick<Identities, 'keyOf'>
  /** The DIDs by which this service is called. */
  readonly audiences: readonly string[]
}

const getFeed = 'app.bsky.feed.getFeed'
const getFeedSkeleton = 'app.bsky.feed.getFeedSkeleton'

/** What these say is also read by chat services, on behalf of their callers. */
const readByChat = new Set(['app.bsky.feed.getPosts', 'app.bsky.actor.getProfiles'])

export function authenticators({world, identities, audiences}: Deps): {
  readonly [K in keyof Callers]: Authenticator<Callers[K]>
} {
  const named = audiences.flatMap(did => [did, `${did}#bsky_appview`])
  const remembered = new RememberedTokens(world.now)

  async function checked(token: string, nsid: string): Promise<Vouched> {
    const isFeed = nsid === getFeed
    const claimed = claimsOf(token)
    let lxm = nsid
    if (isFeed && claimed.lxm === getFeedSkeleton) lxm = getFeedSkeleton
    else if (readByChat.has(nsid) && claimed.lxm?.startsWith('chat.bsky.')) lxm = claimed.lxm
    const verified = await verifyServiceToken(token, {
      world,
      // For a feed the token is meant for the feed's own service, to which it is passed on.
      audiences: isFeed && claimed.aud !== undefined ? [claimed.aud] : named,
      lxm,
      keyOf: identities.keyOf,
      keyNames: ['#atproto', '#atproto_label'],
    })
    if (!verified.ok) throw new XrpcError(verified.reason, verified.detail)
    const {iss: did, exp} = verified.claims
    return {did, exp}
  }

  async function callerOf(request: Request, nsid: string): Promise<Caller | undefined> {
    const token = serviceToken(request.headers)
    return token === undefined ? undefined : remembered.of(token, nsid, () => checked(token, nsid))
  }

  return {
    anyone: callerOf,
    feed: callerOf,
    viewer: async (request, nsid) => {
      const caller = await callerOf(request, nsid)
      if (!caller) throw new XrpcError('AuthMissing', 'Authentication Required')
      return caller
    },
  }
}

/** What a token says of itself, unchecked: only to choose what to check it against. */
function claimsOf(token: string): {aud?: string; lxm?: string} {
  try {
    const text = new TextDecoder().decode(Uint8Array.fromBase64(token.split('.')[1] ?? '', {alphabet: 'base64url'}))
    const {aud, lxm} = JSON.parse(text) as Record<string, unknown>
    return {aud: typeof aud === 'string' ? aud : undefined, lxm: typeof lxm === 'string' ? lxm : undefined}
  } catch {
    return {}
  }
}
