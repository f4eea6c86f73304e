// Generated from lexicons/com/atproto/repo/putRecord.json by the lexicon generator. Do not edit.
import type {AtIdentifier} from '#atp/syntax/at-identifier.ts'
import type {AtUri} from '#atp/syntax/at-uri.ts'
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
  /**
   * Can be set to 'false' to skip Lexicon schema validation of record data, 'true' to require it, or leave unset to
   * validate only for known Lexicons.
   */
  validate?: boolean
  /** The record to write. */
  record: lex.Unknown
  /**
   * Compare and swap with the previous record by CID. WARNING: nullable and optional field; may cause problems with
   * golang implementation
   */
  swapRecord?: CidString | null
  /** Compare and swap with the previous commit by CID. */
  swapCommit?: CidString
}
export type Output = {
  uri: AtUri
  cid: CidString
  commit?: repoDefs.CommitMeta
  validationStatus?: 'valid' | 'unknown' | (string & {})
}
export type ErrorName = 'InvalidSwap'
/** Write a repository record, creating or updating it as needed. Requires auth, implemented by PDS. */
export const putRecord: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'com.atproto.repo.putRecord',
  {
    input: lex.body('application/json', lex.object({
      repo: lex.string({format: 'at-identifier'}),
      collection: lex.string({format: 'nsid'}),
      rkey: lex.string({format: 'record-key', maxLength: 512}),
      validate: lex.boolean(),
      record: lex.unknown(),
      swapRecord: lex.string({format: 'cid'}),
      swapCommit: lex.string({format: 'cid'}),
    }, ['repo', 'collection', 'rkey', 'record'], ['swapRecord'])),
    output: lex.body('application/json', lex.object({
      uri: lex.string({format: 'at-uri'}),
      cid: lex.string({format: 'cid'}),
      commit: lex.ref(() => repoDefs.commitMeta),
      validationStatus: lex.string({knownValues: ['valid', 'unknown']}),
    }, ['uri', 'cid'])),
    errors: ['InvalidSwap'],
  },
)

export {putRecord as main}
