// Generated from lexicons/com/atproto/server/checkAccountStatus.json by the lexicon generator. Do not edit.
import type {CidString} from '#atp/syntax/cid-string.ts'
import * as lex from '#lex/schema/define.ts'

export type Params = {}
export type Output = {
  activated: boolean
  validDid: boolean
  repoCommit: CidString
  repoRev: string
  repoBlocks: number
  indexedRecords: number
  privateStateValues: number
  expectedBlobs: number
  importedBlobs: number
}
export type ErrorName = never
/**
 * Returns the status of an account, especially as pertaining to import or recovery. Can be called many times over the
 * course of an account migration. Requires auth and can only be called pertaining to oneself.
 */
export const checkAccountStatus: lex.Query<Params, Output, ErrorName, never> = lex.query(
  'com.atproto.server.checkAccountStatus',
  {
    output: lex.body('application/json', lex.object({
      activated: lex.boolean(),
      validDid: lex.boolean(),
      repoCommit: lex.string({format: 'cid'}),
      repoRev: lex.string(),
      repoBlocks: lex.integer(),
      indexedRecords: lex.integer(),
      privateStateValues: lex.integer(),
      expectedBlobs: lex.integer(),
      importedBlobs: lex.integer(),
    }, [
      'activated',
      'validDid',
      'repoCommit',
      'repoRev',
      'repoBlocks',
      'indexedRecords',
      'privateStateValues',
      'expectedBlobs',
      'importedBlobs',
    ])),
  },
)

export {checkAccountStatus as main}
