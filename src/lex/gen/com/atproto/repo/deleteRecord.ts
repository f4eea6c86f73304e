// Generated from lexicons/com/atproto/repo/deleteRecord.json by the lexicon generator. Do not edit.
import type {AtIdentifier} from '#atp/syntax/at-identifier.ts'
import type {CidString} from '#atp/syntax/cid-string.ts'
import type {Nsid} from '#atp/syntax/nsid.ts'
import type {RecordKey} from '#atp/syntax/record-key.ts'
import * as lex from '#lex/schema/define.ts'
import * as repoDefs from './defs.ts'

export type Params = {}
export type Input = {
  /** The handle or DID of the repo (aka, current account). */
  repo: AtIdentifier
  /** The NSID of the record collection. */
  collection: Nsid
  /** The Record Key. */
  rkey: RecordKey
  /** Compare and swap with the previous record by CID. */
  swapRecord?: CidString
  /** Compare and swap with the previous commit by CID. */
  swapCommit?: CidString
}
export type Output = {
  commit?: repoDefs.CommitMeta
}
export type ErrorName = 'InvalidSwap'
/** Delete a repository record, or ensure it doesn't exist. Requires auth, implemented by PDS. */
export const deleteRecord: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'com.atproto.repo.deleteRecord',
  {
    input: lex.body('application/json', lex.object({
      repo: lex.string({format: 'at-identifier'}),
      collection: lex.string({format: 'nsid'}),
      rkey: lex.string({format: 'record-key'}),
      swapRecord: lex.string({format: 'cid'}),
      swapCommit: lex.string({format: 'cid'}),
    }, ['repo', 'collection', 'rkey'])),
    output: lex.body('application/json', lex.object({
      commit: lex.ref(() => repoDefs.commitMeta),
    })),
    errors: ['InvalidSwap'],
  },
)

export {deleteRecord as main}
