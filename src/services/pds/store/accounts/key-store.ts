/** The keys of accounts: those that sign their repositories, and those that wait for accounts to come. */
import type {Cid} from '#atp/data/cid.ts'
import type {Block} from '#atp/mst/blocks.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {Unsequenced} from '../events/event-store.ts'
import type {RepoHead} from '../repos/repo-store.ts'

/** A key for an account that is to come. */
export interface ReservedKey {
  /** did:key */
  publicKey: string
  privateKey: Uint8Array
  did: Did | null
  /** Who asked for it, as addresses are counted. */
  asker: string
  reservedMs: number
}

/** How many keys may be reserved, and until when one is good. */
export interface ReservedKeyLimits {
  ofAsker: number
  all: number
  /** Keys from before go first. */
  beforeMs: number
}

/** Another key for an account, with the commit that it signs first. */
export interface KeyExchange {
  did: Did
  /** did:key of one that waits here for this account, or for nobody yet. */
  publicKey: string
  /** The commit at which the repository stands. */
  prev: Cid
  /** The one that says the same, signed by the new key. */
  head: RepoHead
  commit: Block
  /** What is told of it: of the identity always, of the repository while it is served. */
  identity: Unsequenced
  sync: Unsequenced
}

export interface KeyStore {
  /** The private key (k256, 32 bytes) that signs the account's repository. */
  signingKey(did: Did): Promise<Uint8Array | undefined>
  /** The private key that was reserved for the account; it goes once the account is made. */
  reserved(did: Did): Promise<Uint8Array | undefined>
  /** The private key of a public one (did:key) that waits here for this account, or for nobody yet. */
  waiting(did: Did, publicKey: string): Promise<Uint8Array | undefined>
  /** Makes all of it true in one act, or nothing when the repository is not at `prev` any more, or no such key waits. */
  exchange(exchange: KeyExchange): Promise<'done' | 'stale'>
  /**
   * Gives the public key that is reserved from now on: this one, or the one that its DID has already. Undefined when
   * its asker has enough of them. When there are too many over all, one goes of the asker who has the most.
   */
  reserve(key: ReservedKey, limits: ReservedKeyLimits): Promise<string | undefined>
  /** Throws away keys that were reserved before then. */
  sweep(beforeMs: number): Promise<void>
}
