/** The words in which a relay's endpoints are written. Whoever calls is not asked for a name. */
import {endpointsFor} from '#xrpc/endpoint.ts'

export type Callers = Record<never, never>
export const {query, procedure, subscription} = endpointsFor<Callers>()
