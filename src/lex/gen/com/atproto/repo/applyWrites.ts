// Generated from lexicons/com/atproto/repo/applyWrites.json by the lexicon generator. Do not edit.
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
  /**
   * Can be set to 'false' to skip Lexicon schema validation of record data across all operations, 'true' to require it,
   * or leave unset to validate only for known Lexicons.
   */
  validate?: boolean
  writes: (lex.Typed<Create> | lex.Typed<Update> | lex.Typed<Delete>)[]
  /**
   * If provided, the entire operation will fail if the current repo commit CID does not match this value. Used to
   * prevent conflicting repo mutations.
   */
  swapCommit?: CidString
}
export type Output = {
  commit?: repoDefs.CommitMeta
  results?: (lex.Typed<CreateResult> | lex.Typed<UpdateResult> | lex.Typed<DeleteResult>)[]
}
export type ErrorName = 'InvalidSwap'
/** Apply a batch transaction of repository creates, updates, and deletes. Requires auth, implemented by PDS. */
export const applyWrites: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'com.atproto.repo.applyWrites',
  {
    input: lex.body('application/json', lex.object({
      repo: lex.string({format: 'at-identifier'}),
      validate: lex.boolean(),
      writes: lex.array(lex.union(() => [create, update, delete_], 'closed')),
      swapCommit: lex.string({format: 'cid'}),
    }, ['repo', 'writes'])),
    output: lex.body('application/json', lex.object({
      commit: lex.ref(() => repoDefs.commitMeta),
      results: lex.array(lex.union(() => [createResult, updateResult, deleteResult], 'closed')),
    })),
    errors: ['InvalidSwap'],
  },
)

/** Operation which creates a new record. */
export type Create = {
  $type?: 'com.atproto.repo.applyWrites#create'
  collection: Nsid
  /** NOTE: maxLength is redundant with record-key format. Keeping it temporarily to ensure backwards compatibility. */
  rkey?: RecordKey
  value: lex.Unknown
}
export const create: lex.ObjectSchema<Create> = lex.typed('com.atproto.repo.applyWrites#create', {
  collection: lex.string({format: 'nsid'}),
  rkey: lex.string({maxLength: 512, format: 'record-key'}),
  value: lex.unknown(),
}, ['collection', 'value'])

/** Operation which updates an existing record. */
export type Update = {
  $type?: 'com.atproto.repo.applyWrites#update'
  collection: Nsid
  rkey: RecordKey
  value: lex.Unknown
}
export const update: lex.ObjectSchema<Update> = lex.typed('com.atproto.repo.applyWrites#update', {
  collection: lex.string({format: 'nsid'}),
  rkey: lex.string({format: 'record-key'}),
  value: lex.unknown(),
}, ['collection', 'rkey', 'value'])

/** Operation which deletes an existing record. */
export type Delete = {
  $type?: 'com.atproto.repo.applyWrites#delete'
  collection: Nsid
  rkey: RecordKey
}
export const delete_: lex.ObjectSchema<Delete> = lex.typed('com.atproto.repo.applyWrites#delete', {
  collection: lex.string({format: 'nsid'}),
  rkey: lex.string({format: 'record-key'}),
}, ['collection', 'rkey'])

export type CreateResult = {
  $type?: 'com.atproto.repo.applyWrites#createResult'
  uri: AtUri
  cid: CidString
  validationStatus?: 'valid' | 'unknown' | (string & {})
}
export const createResult: lex.ObjectSchema<CreateResult> = lex.typed('com.atproto.repo.applyWrites#createResult', {
  uri: lex.string({format: 'at-uri'}),
  cid: lex.string({format: 'cid'}),
  validationStatus: lex.string({knownValues: ['valid', 'unknown']}),
}, ['uri', 'cid'])

export type UpdateResult = {
  $type?: 'com.atproto.repo.applyWrites#updateResult'
  uri: AtUri
  cid: CidString
  validationStatus?: 'valid' | 'unknown' | (string & {})
}
export const updateResult: lex.ObjectSchema<UpdateResult> = lex.typed('com.atproto.repo.applyWrites#updateResult', {
  uri: lex.string({format: 'at-uri'}),
  cid: lex.string({format: 'cid'}),
  validationStatus: lex.string({knownValues: ['valid', 'unknown']}),
}, ['uri', 'cid'])

export type DeleteResult = {
  $type?: 'com.atproto.repo.applyWrites#deleteResult'
}
export const deleteResult: lex.ObjectSchema<DeleteResult> = lex.typed('com.atproto.repo.applyWrites#deleteResult', {})

export {applyWrites as main}
export {delete_ as delete}
