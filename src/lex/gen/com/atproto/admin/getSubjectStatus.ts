// Generated from lexicons/com/atproto/admin/getSubjectStatus.json by the lexicon generator. Do not edit.
import type {AtUri} from '#atp/syntax/at-uri.ts'
import type {CidString} from '#atp/syntax/cid-string.ts'
import type {Did} from '#atp/syntax/did.ts'
import * as lex from '#lex/schema/define.ts'
import * as adminDefs from './defs.ts'
import * as repoStrongRef from '../repo/strongRef.ts'

export type Params = {
  did?: Did
  uri?: AtUri
  blob?: CidString
}
export type Output = {
  subject:
    | lex.Typed<adminDefs.RepoRef>
    | lex.Typed<repoStrongRef.StrongRef>
    | lex.Typed<adminDefs.RepoBlobRef>
    | lex.Other
  takedown?: adminDefs.StatusAttr
  deactivated?: adminDefs.StatusAttr
}
export type ErrorName = never
/** Get the service-specific admin status of a subject (account, record, or blob). */
export const getSubjectStatus: lex.Query<Params, Output, ErrorName, never> = lex.query(
  'com.atproto.admin.getSubjectStatus',
  {
    params: lex.params({
      did: lex.string({format: 'did'}),
      uri: lex.string({format: 'at-uri'}),
      blob: lex.string({format: 'cid'}),
    }),
    output: lex.body('application/json', lex.object({
      subject: lex.union(() => [adminDefs.repoRef, repoStrongRef.main, adminDefs.repoBlobRef]),
      takedown: lex.ref(() => adminDefs.statusAttr),
      deactivated: lex.ref(() => adminDefs.statusAttr),
    }, ['subject'])),
  },
)

export {getSubjectStatus as main}
