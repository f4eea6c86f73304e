// Generated from examples/statusphere/lexicons/xyz/statusphere/status.json by the lexicon generator. Do not edit.
import type {Datetime} from '#atp/syntax/datetime.ts'
import type {Tid} from '#atp/syntax/tid.ts'
import * as lex from '#lex/schema/define.ts'

export type Status = {
  $type: 'xyz.statusphere.status'
  status: string
  createdAt: Datetime
}
export const status: lex.RecordSchema<Status, Tid> = lex.record('xyz.statusphere.status', 'tid', lex.object({
  status: lex.string({minLength: 1, maxGraphemes: 1, maxLength: 32}),
  createdAt: lex.string({format: 'datetime'}),
}, ['status', 'createdAt']))

export {status as main}
