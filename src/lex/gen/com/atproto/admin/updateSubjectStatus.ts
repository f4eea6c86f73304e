// Generated from lexicons/com/atproto/admin/updateSubjectStatus.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'
import * as adminDefs from './defs.ts'
import * as repoStrongRef from '../repo/strongRef.ts'

export type Params = {}
export type Input = {
  subject:
    | lex.Typed<adminDefs.RepoRef>
    | lex.Typed<repoStrongRef.StrongRef>
    | lex.Typed<adminDefs.RepoBlobRef>
    | lex.Other
  takedown?: adminDefs.StatusAttr
  deactivated?: adminDefs.StatusAttr
}
export type Output = {
  subject:
    | lex.Typed<adminDefs.RepoRef>
    | lex.Typed<repoStrongRef.StrongRef>
    | lex.Typed<adminDefs.RepoBlobRef>
    | lex.Other
  takedown?: adminDefs.StatusAttr
}
export type ErrorName = never
/** Update the service-specific admin status of a subject (account, record, or blob). */
export const updateSubjectStatus: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'com.atproto.admin.updateSubjectStatus',
  {
    input: lex.body('application/json', lex.object({
      subject: lex.union(() => [adminDefs.repoRef, repoStrongRef.main, adminDefs.repoBlobRef]),
      takedown: lex.ref(() => adminDefs.statusAttr),
      deactivated: lex.ref(() => adminDefs.statusAttr),
    }, ['subject'])),
    output: lex.body('application/json', lex.object({
      subject: lex.union(() => [adminDefs.repoRef, repoStrongRef.main, adminDefs.repoBlobRef]),
      takedown: lex.ref(() => adminDefs.statusAttr),
    }, ['subject'])),
  },
)

export {updateSubjectStatus as main}
