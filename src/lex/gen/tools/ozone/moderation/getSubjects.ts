// Generated from lexicons/tools/ozone/moderation/getSubjects.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'
import * as moderationDefs from './defs.ts'

export type Params = {
  subjects: string[]
}
export type Output = {
  subjects: moderationDefs.SubjectView[]
}
export type ErrorName = never
/** Get details about subjects. */
export const getSubjects: lex.Query<Params, Output, ErrorName, never> = lex.query(
  'tools.ozone.moderation.getSubjects',
  {
    params: lex.params({
      subjects: lex.array(lex.string(), {maxLength: 100, minLength: 1}),
    }, ['subjects']),
    output: lex.body('application/json', lex.object({
      subjects: lex.array(lex.ref(() => moderationDefs.subjectView)),
    }, ['subjects'])),
  },
)

export {getSubjects as main}
