// Generated from lexicons/tools/ozone/hosting/getAccountHistory.json by the lexicon generator. Do not edit.
import type {Datetime} from '#atp/syntax/datetime.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {Handle} from '#atp/syntax/handle.ts'
import * as lex from '#lex/schema/define.ts'

export type Params = {
  did: Did
  events?: (
    | 'accountCreated'
    | 'emailUpdated'
    | 'emailConfirmed'
    | 'passwordUpdated'
    | 'handleUpdated'
    | (string & {}))[]
  cursor?: string
  limit?: number
}
export type Output = {
  cursor?: string
  events: Event[]
}
export type ErrorName = never
/** Get account history, e.g. log of updated email addresses or other identity information. */
export const getAccountHistory: lex.Query<Params, Output, ErrorName, 'limit'> = lex.query(
  'tools.ozone.hosting.getAccountHistory',
  {
    params: lex.params({
      did: lex.string({format: 'did'}),
      events: lex.array(lex.string({
        knownValues: [
          'accountCreated',
          'emailUpdated',
          'emailConfirmed',
          'passwordUpdated',
          'handleUpdated',
        ],
      })),
      cursor: lex.string(),
      limit: lex.integer({minimum: 1, maximum: 100, default: 50}),
    }, ['did']),
    output: lex.body('application/json', lex.object({
      cursor: lex.string(),
      events: lex.array(lex.ref(() => event)),
    }, ['events'])),
  },
)

export type Event = {
  $type?: 'tools.ozone.hosting.getAccountHistory#event'
  details:
    | lex.Typed<AccountCreated>
    | lex.Typed<EmailUpdated>
    | lex.Typed<EmailConfirmed>
    | lex.Typed<PasswordUpdated>
    | lex.Typed<HandleUpdated>
    | lex.Other
  createdBy: string
  createdAt: Datetime
}
export const event: lex.ObjectSchema<Event> = lex.typed('tools.ozone.hosting.getAccountHistory#event', {
  details: lex.union(() => [accountCreated, emailUpdated, emailConfirmed, passwordUpdated, handleUpdated]),
  createdBy: lex.string(),
  createdAt: lex.string({format: 'datetime'}),
}, ['details', 'createdBy', 'createdAt'])

export type AccountCreated = {
  $type?: 'tools.ozone.hosting.getAccountHistory#accountCreated'
  email?: string
  handle?: Handle
}
export const accountCreated: lex.ObjectSchema<AccountCreated> = lex.typed('tools.ozone.hosting.getAccountHistory#accountCreated', {
  email: lex.string(),
  handle: lex.string({format: 'handle'}),
})

export type EmailUpdated = {
  $type?: 'tools.ozone.hosting.getAccountHistory#emailUpdated'
  email: string
}
export const emailUpdated: lex.ObjectSchema<EmailUpdated> = lex.typed('tools.ozone.hosting.getAccountHistory#emailUpdated', {
  email: lex.string(),
}, ['email'])

export type EmailConfirmed = {
  $type?: 'tools.ozone.hosting.getAccountHistory#emailConfirmed'
  email: string
}
export const emailConfirmed: lex.ObjectSchema<EmailConfirmed> = lex.typed('tools.ozone.hosting.getAccountHistory#emailConfirmed', {
  email: lex.string(),
}, ['email'])

export type PasswordUpdated = {
  $type?: 'tools.ozone.hosting.getAccountHistory#passwordUpdated'
}
export const passwordUpdated: lex.ObjectSchema<PasswordUpdated> = lex.typed('tools.ozone.hosting.getAccountHistory#passwordUpdated', {})

export type HandleUpdated = {
  $type?: 'tools.ozone.hosting.getAccountHistory#handleUpdated'
  handle: Handle
}
export const handleUpdated: lex.ObjectSchema<HandleUpdated> = lex.typed('tools.ozone.hosting.getAccountHistory#handleUpdated', {
  handle: lex.string({format: 'handle'}),
}, ['handle'])

export {getAccountHistory as main}
