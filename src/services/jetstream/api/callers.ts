/** Who may call a Jetstream: anyone. */
import {endpointsFor} from '#xrpc/endpoint.ts'
import type {Archive} from '../archive/archive.ts'

export type Callers = Record<never, never>
export const {query, procedure} = endpointsFor<Callers>()

/** What endpoints of the archive need: there may be none. */
export interface ArchiveDeps {
  readonly archive: Pick<Archive, 'sealed' | 'segment'> | undefined
}
