/** Who may call a Jetstream: anyone. */
import {endpointsFor} from '#xrpc/endpoint.ts'

export type Callers = Record<never, never>
export const {query} = endpointsFor<Callers>()
