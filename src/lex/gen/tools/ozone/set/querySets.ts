// Generated from lexicons/tools/ozone/set/querySets.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'
import * as setDefs from './defs.ts'

export type Params = {
  limit?: number
  cursor?: string
  namePrefix?: string
  sortBy?: 'name' | 'createdAt' | 'updatedAt'
  /** Defaults to ascending order of name field. */
  sortDirection?: 'asc' | 'desc'
}
export type Output = {
  sets: setDefs.SetView[]
  cursor?: string
}
export type ErrorName = never
/** Query available sets */
export const querySets: lex.Query<Params, Output, ErrorName, 'limit' | 'sortBy' | 'sortDirection'> = lex.query(
  'tools.ozone.set.querySets',
  {
    params: lex.params({
      limit: lex.integer({minimum: 1, maximum: 100, default: 50}),
      cursor: lex.string(),
      namePrefix: lex.string(),
      sortBy: lex.string({enum: ['name', 'createdAt', 'updatedAt'], default: 'name'}),
      sortDirection: lex.string({default: 'asc', enum: ['asc', 'desc']}),
    }),
    output: lex.body('application/json', lex.object({
      sets: lex.array(lex.ref(() => setDefs.setView)),
      cursor: lex.string(),
    }, ['sets'])),
  },
)

export {querySets as main}
