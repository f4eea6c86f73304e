// Generated from lexicons/com/atproto/sync/requestCrawl.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'

export type Params = {}
export type Input = {
  /** Hostname of the current service (eg, PDS) that is requesting to be crawled. */
  hostname: string
}
export type Output = undefined
export type ErrorName = 'HostBanned'
/**
 * Request a service to persistently crawl hosted repos. Expected use is new PDS instances declaring their existence to
 * Relays. Does not require auth.
 */
export const requestCrawl: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'com.atproto.sync.requestCrawl',
  {
    input: lex.body('application/json', lex.object({
      hostname: lex.string(),
    }, ['hostname'])),
    errors: ['HostBanned'],
  },
)

export {requestCrawl as main}
