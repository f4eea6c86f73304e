// Generated from lexicons/network/bsky/jetstream/subscribeEvents.json by the lexicon generator. Do not edit.
import type {CidString} from '#atp/syntax/cid-string.ts'
import type {Datetime} from '#atp/syntax/datetime.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {Nsid} from '#atp/syntax/nsid.ts'
import type {RecordKey} from '#atp/syntax/record-key.ts'
import type {Tid} from '#atp/syntax/tid.ts'
import * as lex from '#lex/schema/define.ts'
import * as syncSubscribeRepos from '../../../com/atproto/sync/subscribeRepos.ts'

export type Params = {
  /**
   * The first event wanted: its seq or, from 1e15 on, a time in microseconds since 1970. Without one the stream begins
   * now.
   */
  cursor?: number
  /** The kinds of events to send. */
  kinds?: ('commit' | 'identity' | 'account' | 'sync')[]
  /** The accounts whose events to send, of whatever kind. */
  dids?: Did[]
  /**
   * Of commits, the collections whose changes to send: NSIDs, or all under one, as in app.bsky.feed.*. Other kinds
   * pass. Refused with kinds that have no commit among them.
   */
  collections?: string[]
  /** Leaves out events whose frame is longer, before it is compressed; 0 for no limit. */
  maxMessageSizeBytes?: number
  /**
   * The ID of a dictionary of getZstdDictionary: each frame then comes as a binary message, one zstd frame made with
   * it.
   */
  zstdDictionary?: number
}
export type Message =
  | lex.Typed<Commit>
  | lex.Typed<Identity>
  | lex.Typed<Account>
  | lex.Typed<Sync>
  | lex.Typed<Info>
  | lex.Other
export type ErrorName = 'ConsumerTooSlow' | 'CursorTooOld' | 'UnknownZstdDictionary'
/**
 * Every event that the server keeps, from a cursor on, then each new one, as JSON in the frames of xrpc.v1.json. An
 * event is sent that passes each of kinds, dids and collections; one that is left out lets everything pass.
 */
export const subscribeEvents: lex.Subscription<Params, Message, ErrorName, 'maxMessageSizeBytes'> = lex.subscription(
  'network.bsky.jetstream.subscribeEvents',
  {
    params: lex.params({
      cursor: lex.integer(),
      kinds: lex.array(lex.string({enum: ['commit', 'identity', 'account', 'sync']}), {maxLength: 4}),
      dids: lex.array(lex.string({format: 'did'}), {maxLength: 10000}),
      collections: lex.array(lex.string(), {maxLength: 100}),
      maxMessageSizeBytes: lex.integer({minimum: 0, maximum: 4294967295, default: 0}),
      zstdDictionary: lex.integer({minimum: 1}),
    }),
    message: lex.union(() => [commit, identity, account, sync, info]),
    errors: ['ConsumerTooSlow', 'CursorTooOld', 'UnknownZstdDictionary'],
  },
)

/** One change of one record. */
export type Commit = {
  $type?: 'network.bsky.jetstream.subscribeEvents#commit'
  /** The number of the event at this server, and a cursor. */
  seq: number
  did: Did
  /** When the server took the event, to the microsecond. */
  time: Datetime
  /** The same, which no later import of times changes: what a cursor that is a time goes by. */
  witnessedAt?: Datetime
  /** The revision of the repository that the change came with. */
  rev: Tid
  operation: 'create' | 'update' | 'delete' | (string & {})
  collection: Nsid
  rkey: RecordKey
  /** Not there for a delete. */
  record?: lex.Unknown
  /** Of the record; not there for a delete. */
  cid?: CidString
}
export const commit: lex.ObjectSchema<Commit> = lex.typed('network.bsky.jetstream.subscribeEvents#commit', {
  seq: lex.integer(),
  did: lex.string({format: 'did'}),
  time: lex.string({format: 'datetime'}),
  witnessedAt: lex.string({format: 'datetime'}),
  rev: lex.string({format: 'tid'}),
  operation: lex.string({knownValues: ['create', 'update', 'delete']}),
  collection: lex.string({format: 'nsid'}),
  rkey: lex.string({format: 'record-key'}),
  record: lex.unknown(),
  cid: lex.string({format: 'cid'}),
}, ['seq', 'did', 'time', 'rev', 'operation', 'collection', 'rkey'])

/** The handle or the DID document of an account may have changed. */
export type Identity = {
  $type?: 'network.bsky.jetstream.subscribeEvents#identity'
  /** The number of the event at this server, and a cursor. */
  seq: number
  did: Did
  /** When the server took the event, to the microsecond. */
  time: Datetime
  /** The same, which no later import of times changes: what a cursor that is a time goes by. */
  witnessedAt?: Datetime
  /** The event as the upstream told it, with the number and the time that it had there. */
  identity: syncSubscribeRepos.Identity
}
export const identity: lex.ObjectSchema<Identity> = lex.typed('network.bsky.jetstream.subscribeEvents#identity', {
  seq: lex.integer(),
  did: lex.string({format: 'did'}),
  time: lex.string({format: 'datetime'}),
  witnessedAt: lex.string({format: 'datetime'}),
  identity: lex.ref(() => syncSubscribeRepos.identity),
}, ['seq', 'did', 'time', 'identity'])

/** Whether an account is active has changed. */
export type Account = {
  $type?: 'network.bsky.jetstream.subscribeEvents#account'
  /** The number of the event at this server, and a cursor. */
  seq: number
  did: Did
  /** When the server took the event, to the microsecond. */
  time: Datetime
  /** The same, which no later import of times changes: what a cursor that is a time goes by. */
  witnessedAt?: Datetime
  /** The event as the upstream told it, with the number and the time that it had there. */
  account: syncSubscribeRepos.Account
}
export const account: lex.ObjectSchema<Account> = lex.typed('network.bsky.jetstream.subscribeEvents#account', {
  seq: lex.integer(),
  did: lex.string({format: 'did'}),
  time: lex.string({format: 'datetime'}),
  witnessedAt: lex.string({format: 'datetime'}),
  account: lex.ref(() => syncSubscribeRepos.account),
}, ['seq', 'did', 'time', 'account'])

/** What was told of a repository before does not lead to its state: it is to be fetched anew. */
export type Sync = {
  $type?: 'network.bsky.jetstream.subscribeEvents#sync'
  /** The number of the event at this server, and a cursor. */
  seq: number
  did: Did
  /** When the server took the event, to the microsecond. */
  time: Datetime
  /** The same, which no later import of times changes: what a cursor that is a time goes by. */
  witnessedAt?: Datetime
  /** The event as the upstream told it, with the number and the time that it had there. */
  sync: syncSubscribeRepos.Sync
}
export const sync: lex.ObjectSchema<Sync> = lex.typed('network.bsky.jetstream.subscribeEvents#sync', {
  seq: lex.integer(),
  did: lex.string({format: 'did'}),
  time: lex.string({format: 'datetime'}),
  witnessedAt: lex.string({format: 'datetime'}),
  sync: lex.ref(() => syncSubscribeRepos.sync),
}, ['seq', 'did', 'time', 'sync'])

/**
 * Where the stream begins, when that is not where it was asked to: OutdatedCursor for a time before the oldest event,
 * FutureCursor for a seq that has not come yet. It has no seq.
 */
export type Info = {
  $type?: 'network.bsky.jetstream.subscribeEvents#info'
  name: 'OutdatedCursor' | 'FutureCursor' | (string & {})
  message?: string
}
export const info: lex.ObjectSchema<Info> = lex.typed('network.bsky.jetstream.subscribeEvents#info', {
  name: lex.string({knownValues: ['OutdatedCursor', 'FutureCursor']}),
  message: lex.string(),
}, ['name'])

export {subscribeEvents as main}
