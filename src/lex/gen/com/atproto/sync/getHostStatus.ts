// Generated from lexicons/com/atproto/sync/getHostStatus.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'
import * as syncDefs from './defs.ts'

export type Params = {
  /** Hostname of the host (eg, PDS or relay) being queried. */
  hostname: string
}
export type Output = {
  hostname: string
  /**
   * Recent repo stream event sequence number. May be delayed from actual stream processing (eg, persisted cursor not
   * in-memory cursor).
   */
  seq?: number
  /**
   * Number of accounts on the server which are associated with the upstream host. Note that the upstream may actually
   * have more accounts.
   */
  accountCount?: number
  status?: syncDefs.HostStatus
}
export type ErrorName = 'HostNotFound'
/** Returns information about a specified upstream host, as consumed by the server. Implemented by relays. */
export const getHostStatus: lex.Query<Params, Output, ErrorName, never> = lex.query(
  'com.atproto.sync.getHostStatus',
  {
    params: lex.params({
      hostname: lex.string(),
    }, ['hostname']),
    output: lex.body('application/json', lex.object({
      hostname: lex.string(),
      seq: lex.integer(),
      accountCount: lex.integer(),
      status: lex.ref(() => syncDefs.hostStatus),
    }, ['hostname'])),
    errors: ['HostNotFound'],
  },
)

export {getHostStatus as main}
