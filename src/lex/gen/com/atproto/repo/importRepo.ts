// Generated from lexicons/com/atproto/repo/importRepo.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'

export type Params = {}
export type Input = lex.Binary
export type Output = undefined
export type ErrorName = never
/** Import a repo in the form of a CAR file. Requires Content-Length HTTP header to be set. */
export const importRepo: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'com.atproto.repo.importRepo',
  {input: lex.body('application/vnd.ipld.car')},
)

export {importRepo as main}
