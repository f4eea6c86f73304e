// Generated from lexicons/com/atproto/server/createAppPassword.json by the lexicon generator. Do not edit.
import type {Datetime} from '#atp/syntax/datetime.ts'
import * as lex from '#lex/schema/define.ts'

export type Params = {}
export type Input = {
  /** A short name for the App Password, to help distinguish them. */
  name: string
  /**
   * If an app password has 'privileged' access to possibly sensitive account state. Meant for use with trusted clients.
   */
  privileged?: boolean
}
export type Output = AppPassword
export type ErrorName = 'AccountTakedown'
/** Create an App Password. */
export const createAppPassword: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'com.atproto.server.createAppPassword',
  {
    input: lex.body('application/json', lex.object({
      name: lex.string(),
      privileged: lex.boolean(),
    }, ['name'])),
    output: lex.body('application/json', lex.ref(() => appPassword)),
    errors: ['AccountTakedown'],
  },
)

export type AppPassword = {
  $type?: 'com.atproto.server.createAppPassword#appPassword'
  name: string
  password: string
  createdAt: Datetime
  privileged?: boolean
}
export const appPassword: lex.ObjectSchema<AppPassword> = lex.typed('com.atproto.server.createAppPassword#appPassword', {
  name: lex.string(),
  password: lex.string(),
  createdAt: lex.string({format: 'datetime'}),
  privileged: lex.boolean(),
}, ['name', 'password', 'createdAt'])

export {createAppPassword as main}
