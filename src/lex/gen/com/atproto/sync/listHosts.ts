// Generated from lexicons/com/atproto/sync/listHosts.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'
import * as syncDefs from './defs.ts'

export type Params = {
  limit?: number
  cursor?: string
}
export type Output = {
  cursor?: string
  /**
   * Sort order is not formally specified. Recommended order is by time host was first seen by the server, with oldest
   * first.
   */
  hosts: Host[]
}
export type ErrorName = never
/** Enumerates upstream hosts (eg, PDS or relay instances) that this service consumes from. Implemented by relays. */
export const listHosts: lex.Query<Params, Output, ErrorName, 'limit'> = lex.query(
  'com.atproto.sync.listHosts',
  {
    params: lex.params({
      limit: lex.integer({minimum: 1, maximum: 1000, default: 200}),
      cursor: lex.string(),
    }),
    output: lex.body('application/json', lex.object({
      cursor: lex.string(),
      hosts: lex.array(lex.ref(() => host)),
    }, ['hosts'])),
  },
)

export type Host = {
  $type?: 'com.atproto.sync.listHosts#host'
  /** hostname of server; not a URL (no scheme) */
  hostname: string
  /**
   * Recent repo stream event sequence number. May be delayed from actual stream processing (eg, persisted cursor not
   * in-memory cursor).
   */
  seq?: number
  accountCount?: number
  status?: syncDefs.HostStatus
}
export const host: lex.ObjectSchema<Host> = lex.typed('com.atproto.sync.listHosts#host', {
  hostname: lex.string(),
  seq: lex.integer(),
  accountCount: lex.integer(),
  status: lex.ref(() => syncDefs.hostStatus),
}, ['hostname'])

export {listHosts as main}
