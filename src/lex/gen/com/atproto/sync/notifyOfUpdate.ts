// Generated from lexicons/com/atproto/sync/notifyOfUpdate.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'

export type Params = {}
export type Input = {
  /** Hostname of the current service (usually a PDS) that is notifying of update. */
  hostname: string
}
export type Output = undefined
export type ErrorName = never
/**
 * Notify a crawling service of a recent update, and that crawling should resume. Intended use is after a gap between
 * repo stream events caused the crawling service to disconnect. Does not require auth; implemented by Relay.
 * DEPRECATED: just use com.atproto.sync.requestCrawl
 */
export const notifyOfUpdate: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'com.atproto.sync.notifyOfUpdate',
  {
    input: lex.body('application/json', lex.object({
      hostname: lex.string(),
    }, ['hostname'])),
  },
)

export {notifyOfUpdate as main}
