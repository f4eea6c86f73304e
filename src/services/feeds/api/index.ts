/** Every method that a feed service answers. */
import type {Did} from '#atp/syntax/did.ts'
import type {Endpoint} from '#xrpc/endpoint.ts'
import type {FeedsConfig} from '../config.ts'
import type {Interactions} from '../interactions.ts'
import type {Skeletons} from '../skeletons/skeletons.ts'
import type {Usage} from '../usage.ts'
import type {Callers} from './callers.ts'
import {endpoint as describeFeedGenerator} from './app/bsky/feed/describeFeedGenerator.ts'
import {endpoint as getFeedSkeleton} from './app/bsky/feed/getFeedSkeleton.ts'
import {endpoint as sendInteractions} from './app/bsky/feed/sendInteractions.ts'

export interface FeedsDeps {
  readonly did: Did
  readonly skeletons: Skeletons
  readonly interactions: Interactions
  readonly usage: Usage
  readonly now: () => number
  readonly links: Pick<FeedsConfig, 'privacyPolicy' | 'termsOfService'>
}

export const feedsEndpoints = (deps: FeedsDeps): readonly Endpoint<Callers>[] => [
  getFeedSkeleton(deps),
  describeFeedGenerator(deps),
  sendInteractions(deps),
]
