/** What an account has beside its password, and how often codes were tried for it. Each method is one act. */
import type {Did} from '#atp/syntax/did.ts'

export interface Totp {
  /** Sealed: see `factors/totp.ts`. */
  secret: Uint8Array
  createdMs: number
  /** Null until a first code has shown that the app has the secret. */
  confirmedMs: number | null
}

export interface Passkey {
  /** Of the credential, base64url. */
  id: string
  did: Did
  /** COSE */
  publicKey: Uint8Array
  /** How often the authenticator says that it was used; 0 for those that do not count. */
  counter: number
  transports: readonly string[]
  /** As its owner calls it. */
  name: string
  createdMs: number
  lastUsedMs: number | null
}

export interface KeptFactors {
  totp: Totp | undefined
  /** The oldest first. */
  passkeys: readonly Passkey[]
  recoveryCodesLeft: number
}

/** How long who has failed so often is to wait: see `waitMs`. */
export interface BackOff {
  /** So many failures cost nothing. */
  free: number
  firstMs: number
  /** Each failure more doubles the time, up to this one. */
  maxMs: number
  /** After this long without a try all is forgotten. */
  forgetMs: number
}

/** A code that somebody tries. */
export interface Try {
  did: Did
  /** Whoever asks, as addresses are counted. */
  asker: string
  /** Counts for all together who were never let in as well, since the code could be guessed by many. */
  shared: boolean
}

export interface FactorStore {
  of(did: Did): Promise<KeptFactors>

  /** Keeps a secret that is to be confirmed, in the place of one that never was. False when there is a confirmed one. */
  putTotp(did: Did, secret: Uint8Array, nowMs: number): Promise<boolean>
  /**
   * Takes the code of this step, unless that or a later one was taken before; the first one confirms the secret.
   * `secret` is the one that the code was held against: false when it is another's turn by now.
   */
  takeTotp(did: Did, secret: Uint8Array, step: number, nowMs: number): Promise<boolean>
  removeTotp(did: Did): Promise<void>

  addPasskey(passkey: Passkey, countMax: number): Promise<'done' | 'taken' | 'too-many'>
  passkey(id: string): Promise<Passkey | undefined>
  /** Notes a use. False when the counter has not grown, where the authenticator counts at all. */
  usePasskey(id: string, counter: number, nowMs: number): Promise<boolean>
  /** False when the account has no such passkey. */
  renamePasskey(did: Did, id: string, name: string): Promise<boolean>
  /** The same, and for the last one of an account that has no password. */
  removePasskey(did: Did, id: string): Promise<boolean>

  /** Puts these in the place of all that there were. */
  putRecoveryCodes(did: Did, hashes: readonly Uint8Array[]): Promise<void>
  /** Takes a code away. False when the account has none of this hash. */
  takeRecoveryCode(did: Did, hash: Uint8Array): Promise<boolean>

  /** Counts a try, before it is looked at. Gives 0, or for how long none may be made: then it is not counted. */
  begin(tried: Try, backOff: BackOff, nowMs: number): Promise<number>
  /** The try was right: whoever made it is known from now on, and held up by no failures of others. */
  right(tried: Try, nowMs: number): Promise<void>

  /**
   * Throws away secrets of authenticator apps that were never confirmed, and who tried codes: who was let in when that was
   * long ago, who was not when no failure counts any more. So many rows at a time: true while there are more.
   */
  sweep(before: {unconfirmedMs: number; strangersMs: number; knownMs: number}): Promise<boolean>
}

/** How long after the last failure the next try may be made. */
export const waitMs = (failures: number, {free, firstMs, maxMs}: BackOff): number =>
  failures < free ? 0 : Math.min(maxMs, firstMs * 2 ** Math.min(failures - free, 30))
