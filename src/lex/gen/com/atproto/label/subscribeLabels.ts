// Generated from lexicons/com/atproto/label/subscribeLabels.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'
import * as labelDefs from './defs.ts'

export type Params = {
  /** The last known event seq number to backfill from. */
  cursor?: number
}
export type Message = lex.Typed<Labels> | lex.Typed<Info> | lex.Other
export type ErrorName = 'FutureCursor'
/**
 * Subscribe to stream of labels (and negations). Public endpoint implemented by mod services. Uses same sequencing
 * scheme as repo event stream.
 */
export const subscribeLabels: lex.Subscription<Params, Message, ErrorName, never> = lex.subscription(
  'com.atproto.label.subscribeLabels',
  {
    params: lex.params({
      cursor: lex.integer(),
    }),
    message: lex.union(() => [labels, info]),
    errors: ['FutureCursor'],
  },
)

export type Labels = {
  $type?: 'com.atproto.label.subscribeLabels#labels'
  seq: number
  labels: labelDefs.Label[]
}
export const labels: lex.ObjectSchema<Labels> = lex.typed('com.atproto.label.subscribeLabels#labels', {
  seq: lex.integer(),
  labels: lex.array(lex.ref(() => labelDefs.label)),
}, ['seq', 'labels'])

export type Info = {
  $type?: 'com.atproto.label.subscribeLabels#info'
  name: 'OutdatedCursor' | (string & {})
  message?: string
}
export const info: lex.ObjectSchema<Info> = lex.typed('com.atproto.label.subscribeLabels#info', {
  name: lex.string({knownValues: ['OutdatedCursor']}),
  message: lex.string(),
}, ['name'])

export {subscribeLabels as main}
