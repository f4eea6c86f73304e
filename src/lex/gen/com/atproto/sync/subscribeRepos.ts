// Generated from lexicons/com/atproto/sync/subscribeRepos.json by the lexicon generator. Do not edit.
import type {Cid} from '#atp/data/cid.ts'
import type {Datetime} from '#atp/syntax/datetime.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {Handle} from '#atp/syntax/handle.ts'
import type {Tid} from '#atp/syntax/tid.ts'
import * as lex from '#lex/schema/define.ts'

export type Params = {
  /** The last known event seq number to backfill from. */
  cursor?: number
}
export type Message =
  | lex.Typed<Commit>
  | lex.Typed<Sync>
  | lex.Typed<Identity>
  | lex.Typed<Account>
  | lex.Typed<Info>
  | lex.Other
export type ErrorName = 'FutureCursor' | 'ConsumerTooSlow'
/**
 * Repository event stream, aka Firehose endpoint. Outputs repo commits with diff data, and identity update events, for
 * all repositories on the current server. See the atproto specifications for details around stream sequencing, repo
 * versioning, CAR diff format, and more. Public and does not require auth; implemented by PDS and Relay.
 */
export const subscribeRepos: lex.Subscription<Params, Message, ErrorName, never> = lex.subscription(
  'com.atproto.sync.subscribeRepos',
  {
    params: lex.params({
      cursor: lex.integer(),
    }),
    message: lex.union(() => [commit, sync, identity, account, info]),
    errors: ['FutureCursor', 'ConsumerTooSlow'],
  },
)

/**
 * Represents an update of repository state. Note that empty commits are allowed, which include no repo data changes,
 * but an update to rev and signature.
 */
export type Commit = {
  $type?: 'com.atproto.sync.subscribeRepos#commit'
  /** The stream sequence number of this message. */
  seq: number
  /** DEPRECATED -- unused */
  rebase: boolean
  /**
   * DEPRECATED -- replaced by #sync event and data limits. Indicates that this commit contained too many ops, or data
   * size was too large. Consumers will need to make a separate request to get missing data.
   */
  tooBig: boolean
  /** The repo this event comes from. Note that all other message types name this field 'did'. */
  repo: Did
  /** Repo commit object CID. */
  commit: Cid
  /**
   * The rev of the emitted commit. Note that this information is also in the commit object included in blocks, unless
   * this is a tooBig event.
   */
  rev: Tid
  /** The rev of the last emitted commit from this repo (if any). */
  since: Tid | null
  /**
   * CAR file containing relevant blocks, as a diff since the previous repo state. The commit must be included as a
   * block, and the commit block CID must be the first entry in the CAR header 'roots' list.
   */
  blocks: Uint8Array
  ops: RepoOp[]
  blobs: Cid[]
  /**
   * The root CID of the MST tree for the previous commit from this repo (indicated by the 'since' revision field in
   * this message). Corresponds to the 'data' field in the repo commit object. NOTE: this field is effectively required
   * for the 'inductive' version of firehose.
   */
  prevData?: Cid
  /** Timestamp of when this message was originally broadcast. */
  time: Datetime
}
export const commit: lex.ObjectSchema<Commit> = lex.typed('com.atproto.sync.subscribeRepos#commit', {
  seq: lex.integer(),
  rebase: lex.boolean(),
  tooBig: lex.boolean(),
  repo: lex.string({format: 'did'}),
  commit: lex.cidLink(),
  rev: lex.string({format: 'tid'}),
  since: lex.string({format: 'tid'}),
  blocks: lex.bytes({maxLength: 2000000}),
  ops: lex.array(lex.ref(() => repoOp), {maxLength: 200}),
  blobs: lex.array(lex.cidLink()),
  prevData: lex.cidLink(),
  time: lex.string({format: 'datetime'}),
}, [
  'seq',
  'rebase',
  'tooBig',
  'repo',
  'commit',
  'rev',
  'since',
  'blocks',
  'ops',
  'blobs',
  'time',
], ['since'])

/**
 * Updates the repo to a new state, without necessarily including that state on the firehose. Used to recover from
 * broken commit streams, data loss incidents, or in situations where upstream host does not know recent state of the
 * repository.
 */
export type Sync = {
  $type?: 'com.atproto.sync.subscribeRepos#sync'
  /** The stream sequence number of this message. */
  seq: number
  /** The account this repo event corresponds to. Must match that in the commit object. */
  did: Did
  /**
   * CAR file containing the commit, as a block. The CAR header must include the commit block CID as the first 'root'.
   */
  blocks: Uint8Array
  /** The rev of the commit. This value must match that in the commit object. */
  rev: string
  /** Timestamp of when this message was originally broadcast. */
  time: Datetime
}
export const sync: lex.ObjectSchema<Sync> = lex.typed('com.atproto.sync.subscribeRepos#sync', {
  seq: lex.integer(),
  did: lex.string({format: 'did'}),
  blocks: lex.bytes({maxLength: 10000}),
  rev: lex.string(),
  time: lex.string({format: 'datetime'}),
}, ['seq', 'did', 'blocks', 'rev', 'time'])

/**
 * Represents a change to an account's identity. Could be an updated handle, signing key, or pds hosting endpoint.
 * Serves as a prod to all downstream services to refresh their identity cache.
 */
export type Identity = {
  $type?: 'com.atproto.sync.subscribeRepos#identity'
  seq: number
  did: Did
  time: Datetime
  /**
   * The current handle for the account, or 'handle.invalid' if validation fails. This field is optional, might have
   * been validated or passed-through from an upstream source. Semantics and behaviors for PDS vs Relay may evolve in
   * the future; see atproto specs for more details.
   */
  handle?: Handle
}
export const identity: lex.ObjectSchema<Identity> = lex.typed('com.atproto.sync.subscribeRepos#identity', {
  seq: lex.integer(),
  did: lex.string({format: 'did'}),
  time: lex.string({format: 'datetime'}),
  handle: lex.string({format: 'handle'}),
}, ['seq', 'did', 'time'])

/**
 * Represents a change to an account's status on a host (eg, PDS or Relay). The semantics of this event are that the
 * status is at the host which emitted the event, not necessarily that at the currently active PDS. Eg, a Relay takedown
 * would emit a takedown with active=false, even if the PDS is still active.
 */
export type Account = {
  $type?: 'com.atproto.sync.subscribeRepos#account'
  seq: number
  did: Did
  time: Datetime
  /** Indicates that the account has a repository which can be fetched from the host that emitted this event. */
  active: boolean
  /** If active=false, this optional field indicates a reason for why the account is not active. */
  status?:
    | 'takendown'
    | 'suspended'
    | 'deleted'
    | 'deactivated'
    | 'desynchronized'
    | 'throttled'
    | (string & {})
}
export const account: lex.ObjectSchema<Account> = lex.typed('com.atproto.sync.subscribeRepos#account', {
  seq: lex.integer(),
  did: lex.string({format: 'did'}),
  time: lex.string({format: 'datetime'}),
  active: lex.boolean(),
  status: lex.string({
    knownValues: [
      'takendown',
      'suspended',
      'deleted',
      'deactivated',
      'desynchronized',
      'throttled',
    ],
  }),
}, ['seq', 'did', 'time', 'active'])

export type Info = {
  $type?: 'com.atproto.sync.subscribeRepos#info'
  name: 'OutdatedCursor' | (string & {})
  message?: string
}
export const info: lex.ObjectSchema<Info> = lex.typed('com.atproto.sync.subscribeRepos#info', {
  name: lex.string({knownValues: ['OutdatedCursor']}),
  message: lex.string(),
}, ['name'])

/** A repo operation, ie a mutation of a single record. */
export type RepoOp = {
  $type?: 'com.atproto.sync.subscribeRepos#repoOp'
  action: 'create' | 'update' | 'delete' | (string & {})
  path: string
  /** For creates and updates, the new record CID. For deletions, null. */
  cid: Cid | null
  /**
   * For updates and deletes, the previous record CID (required for inductive firehose). For creations, field should not
   * be defined.
   */
  prev?: Cid
}
export const repoOp: lex.ObjectSchema<RepoOp> = lex.typed('com.atproto.sync.subscribeRepos#repoOp', {
  action: lex.string({knownValues: ['create', 'update', 'delete']}),
  path: lex.string(),
  cid: lex.cidLink(),
  prev: lex.cidLink(),
}, ['action', 'path', 'cid'], ['cid'])

export {subscribeRepos as main}
