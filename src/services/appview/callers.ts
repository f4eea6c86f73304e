/** Who may call an AppView, and the words its endpoints are written in. */
import type {Did} from '#atp/syntax/did.ts'
import {endpointsFor} from '#xrpc/endpoint.ts'

/** The account on whose behalf its server asks, as a service token says. */
export interface Caller {
  readonly did: Did
}

/** `viewer` must say who asks; `anyone` may. `feed` may too, with the token that is meant for the feed's own service. */
export interface Callers {
  viewer: Caller
  anyone: Caller | undefined
  feed: Caller | undefined
}

export const {query, procedure} = endpointsFor<Callers>()
