/**
 * Which browser is signed in to which accounts. A browser holds a random secret, of which only a hash is kept; it can
 * be signed in to several accounts, and each of them can end that for itself.
 */
import type {Did} from '#atp/syntax/did.ts'
import type {Handle} from '#atp/syntax/handle.ts'

/** Where a browser was seen last: shown to whoever owns the account, to tell his own from those of others. */
export interface Seen {
  seenMs: number
  /** The network that it came from, not the address itself: `192.0.2.0/24`, `2001:db8:1::/48`, `local`. */
  address: string
  /** As the browser calls itself, cut: a stranger's text. */
  userAgent: string
}

export interface DeviceAccount {
  did: Did
  handle: Handle | null
  /** When its owner last showed who he is. */
  signedInMs: number
  /** The account's (`Account.sessionEpoch`), when the browser was found to be signed in to it. */
  sessionEpoch: number
}

export interface Device extends Seen {
  id: string
  createdMs: number
  /** In the order of signing in, the newest first; never empty. */
  accounts: readonly DeviceAccount[]
}

/** A browser as one account sees it. */
export type OwnDevice = Omit<Device, 'accounts'> & Pick<DeviceAccount, 'signedInMs'>

/** How much is kept; what is over goes, the oldest first. */
export interface DeviceBounds {
  accountsOfDevice: number
  devicesOfAccount: number
}

export interface DeviceStore {
  /**
   * Notes that an account has signed in. The device whose secret has the hash `before` gets the new hash and keeps its
   * accounts; without one, `id` is a new device. Gives the id of the device, or undefined where there is no such account,
   * or where what was signed in with has ended: `epoch` is the account's when it was looked at (`Account.sessionEpoch`).
   */
  signIn(
    device: Seen & {id: string; secretHash: string; before: string | undefined},
    did: Did,
    bounds: DeviceBounds,
    epoch?: number,
  ): Promise<string | undefined>
  /** The device whose secret has this hash, if it is signed in to any account. */
  find(secretHash: string): Promise<Device | undefined>
  see(id: string, seen: Seen): Promise<void>
  /** Signs an account out of one device. */
  signOut(id: string, did: Did): Promise<void>
  /** The devices that are signed in to an account, the last seen first. */
  ofAccount(did: Did): Promise<readonly OwnDevice[]>
  /** Throws away devices that were not seen since, and those that no account is signed in to. */
  sweep(beforeMs: number): Promise<void>
}
