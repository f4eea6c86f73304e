/** The keys of accounts: those that sign their repositories, and those that wait for accounts to come. */
import type {Did} from '#atp/syntax/did.ts'

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

export interface KeyStore {
  /** The private key (k256, 32 bytes) that signs the account's repository. */
  signingKey(did: Did): Promise<Uint8Array | undefined>
  /** The private key that was reserved for the account; it goes once the account is made. */
  reserved(did: Did): Promise<Uint8Array | undefined>
  /**
   * Gives the public key that is reserved from now on: this one, or the one that its DID has already. Undefined when
   * its asker has enough of them. When there are too many over all, one goes of the asker who has the most.
   */
  reserve(key: ReservedKey, limits: ReservedKeyLimits): Promise<string | undefined>
}
