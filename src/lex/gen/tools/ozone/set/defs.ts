// Generated from lexicons/tools/ozone/set/defs.json by the lexicon generator. Do not edit.
import type {Datetime} from '#atp/syntax/datetime.ts'
import * as lex from '#lex/schema/define.ts'

export type Set = {
  $type?: 'tools.ozone.set.defs#set'
  name: string
  description?: string
}
export const set: lex.ObjectSchema<Set> = lex.typed('tools.ozone.set.defs#set', {
  name: lex.string({minLength: 3, maxLength: 128}),
  description: lex.string({maxGraphemes: 1024, maxLength: 10240}),
}, ['name'])

export type SetView = {
  $type?: 'tools.ozone.set.defs#setView'
  name: string
  description?: string
  setSize: number
  createdAt: Datetime
  updatedAt: Datetime
}
export const setView: lex.ObjectSchema<SetView> = lex.typed('tools.ozone.set.defs#setView', {
  name: lex.string({minLength: 3, maxLength: 128}),
  description: lex.string({maxGraphemes: 1024, maxLength: 10240}),
  setSize: lex.integer(),
  createdAt: lex.string({format: 'datetime'}),
  updatedAt: lex.string({format: 'datetime'}),
}, ['name', 'setSize', 'createdAt', 'updatedAt'])
