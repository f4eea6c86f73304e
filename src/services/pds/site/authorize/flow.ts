/** What pages on the way to a decision know of the request: for whom one signs in, and where their forms may lead. */
import type {Html} from '#pages/html.ts'
import {Refusal} from '../../refusal.ts'
import type {SiteParts} from '../site-parts.ts'
import type {Visit} from '../visit.ts'
import {appName} from './app-name.ts'
import {formsToApp} from './go-on.ts'
import {authorizePath, isAuthorizing, namedIn} from './paths.ts'
import {requesterOf} from './requester.ts'

export interface Flow {
  appName: Html
  formsTo: readonly string[]
}

type Needs = Pick<SiteParts, 'authorizations' | 'world' | 'secure'>

/** Of the request that `next` leads to; nothing where it leads to none that this browser may decide on. */
export async function flowOf(
  {authorizations, world, secure}: Needs,
  visit: Visit,
  next: string,
): Promise<Flow | undefined> {
  const named = isAuthorizing(next) ? namedIn(new URLSearchParams(next.slice(authorizePath.length + 1))) : undefined
  if (!named) return undefined
  const {hash, cookies} = requesterOf(visit.request, world, secure)
  if (cookies.length > 0) return undefined
  try {
    const asked = await authorizations.open(named.requestUri, named.clientId, hash)
    return {appName: appName(asked), formsTo: formsToApp(asked.redirectOrigin)}
  } catch (error) {
    // The page of the request itself says so.
    if (error instanceof Refusal) return undefined
    throw error
  }
}
