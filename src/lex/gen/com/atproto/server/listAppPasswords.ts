// Generated from lexicons/com/atproto/server/listAppPasswords.json by the lexicon generator. Do not edit.
import type {Datetime} from '#atp/syntax/datetime.ts'
import * as lex from '#lex/schema/define.ts'

export type Params = {}
export type Output = {
  passwords: AppPassword[]
}
export type ErrorName = 'AccountTakedown'
/** List all App Passwords. */
export const listAppPasswords: lex.Query<Params, Output, ErrorName, never> = lex.query(
  'com.atproto.server.listAppPasswords',
  {
    output: lex.body('application/json', lex.object({
      passwords: lex.array(lex.ref(() => appPassword)),
    }, ['passwords'])),
    errors: ['AccountTakedown'],
  },
)

export type AppPassword = {
  $type?: 'com.atproto.server.listAppPasswords#appPassword'
  name: string
  createdAt: Datetime
  privileged?: boolean
}
export const appPassword: lex.ObjectSchema<AppPassword> = lex.typed('com.atproto.server.listAppPasswords#appPassword', {
  name: lex.string(),
  createdAt: lex.string({format: 'datetime'}),
  privileged: lex.boolean(),
}, ['name', 'createdAt'])

export {listAppPasswords as main}
