/** Who may call a feed service, and the words its endpoints are written in. */
import type {Did} from '#atp/syntax/did.ts'
import {endpointsFor} from '#xrpc/endpoint.ts'

/** The account on whose behalf its server asks, as a service token says. */
export interface Caller {
  readonly did: Did
}

/** `viewer` must say who asks, by a token that is good once; `anyone` may. */
export interface Callers {
  viewer: Caller
  anyone: Caller | undefined
}

export const {query, procedure} = endpointsFor<Callers>()
