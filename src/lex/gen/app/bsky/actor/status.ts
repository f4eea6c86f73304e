// Generated from lexicons/app/bsky/actor/status.json by the lexicon generator. Do not edit.
import type {Datetime} from '#atp/syntax/datetime.ts'
import * as lex from '#lex/schema/define.ts'
import * as embedExternal from '../embed/external.ts'

/** A declaration of a Bluesky account status. */
export type Status = {
  $type: 'app.bsky.actor.status'
  /** The status for the account. */
  status: 'app.bsky.actor.status#live' | (string & {})
  /** An optional embed associated with the status. */
  embed?: lex.Typed<embedExternal.Main> | lex.Other
  /** The duration of the status in minutes. Applications can choose to impose minimum and maximum limits. */
  durationMinutes?: number
  createdAt: Datetime
}
export const status: lex.RecordSchema<Status, 'self'> = lex.record('app.bsky.actor.status', 'literal:self', lex.object({
  status: lex.string({knownValues: ['app.bsky.actor.status#live']}),
  embed: lex.union(() => [embedExternal.main]),
  durationMinutes: lex.integer({minimum: 1}),
  createdAt: lex.string({format: 'datetime'}),
}, ['status', 'createdAt']))

/** Advertises an account as currently offering live content. */
export type Live = 'app.bsky.actor.status#live'
export const live: lex.TokenSchema<Live> = lex.token('app.bsky.actor.status#live')

export {status as main}
