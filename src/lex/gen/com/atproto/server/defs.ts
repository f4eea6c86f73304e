// Generated from lexicons/com/atproto/server/defs.json by the lexicon generator. Do not edit.
import type {Datetime} from '#atp/syntax/datetime.ts'
import type {Did} from '#atp/syntax/did.ts'
import * as lex from '#lex/schema/define.ts'

export type InviteCode = {
  $type?: 'com.atproto.server.defs#inviteCode'
  code: string
  available: number
  disabled: boolean
  forAccount: string
  createdBy: string
  createdAt: Datetime
  uses: InviteCodeUse[]
}
export const inviteCode: lex.ObjectSchema<InviteCode> = lex.typed('com.atproto.server.defs#inviteCode', {
  code: lex.string(),
  available: lex.integer(),
  disabled: lex.boolean(),
  forAccount: lex.string(),
  createdBy: lex.string(),
  createdAt: lex.string({format: 'datetime'}),
  uses: lex.array(lex.ref(() => inviteCodeUse)),
}, [
  'code',
  'available',
  'disabled',
  'forAccount',
  'createdBy',
  'createdAt',
  'uses',
])

export type InviteCodeUse = {
  $type?: 'com.atproto.server.defs#inviteCodeUse'
  usedBy: Did
  usedAt: Datetime
}
export const inviteCodeUse: lex.ObjectSchema<InviteCodeUse> = lex.typed('com.atproto.server.defs#inviteCodeUse', {
  usedBy: lex.string({format: 'did'}),
  usedAt: lex.string({format: 'datetime'}),
}, ['usedBy', 'usedAt'])
