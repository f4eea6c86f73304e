/**
 * What OAuth keeps: requests for access while people decide on them, the access that was granted, and what accounts have
 * agreed to. Requests and codes are kept as hashes, and of refresh tokens nothing but how often they were renewed, so
 * whoever reads the database can use none of them.
 */
import type {Did} from '#atp/syntax/did.ts'

export interface AuthorizationRequest {
  /** Hash of what the request URI says. */
  id: string
  clientId: string
  /** Thumbprint of the key that the client has shown; null for a client without one. */
  clientKey: string | null
  /** JSON: what was asked for. */
  parameters: string
  createdMs: number
  expiresMs: number
}

/** One that somebody has agreed to, and that waits for the client to come for it. */
export interface AuthorizedRequest extends AuthorizationRequest {
  did: Did
  device: string | null
}

/** Access that a client has. */
export interface Grant {
  id: string
  did: Did
  clientId: string
  clientName: string | null
  /** Thumbprint of the key that the client shows; null for a client without one. */
  clientKey: string | null
  /** Thumbprint of the key that its tokens are bound to. */
  jkt: string
  scope: string
  /** The device on which its account has agreed to it. */
  device: string | null
  createdMs: number
  /** When it ends, however often it is renewed. */
  endsMs: number
  /** When it ends unless it is renewed before. */
  expiresMs: number
  /** How often it was renewed, and when last. */
  generation: number
  renewedMs: number
}

/** What is good for one time, and from when it is good for none anyway. */
export interface Once {
  key: string
  untilMs: number
}

export type NewGrant = Omit<Grant, 'generation' | 'renewedMs'>

export interface GrantStore {
  addRequest(request: AuthorizationRequest): Promise<void>
  /**
   * A request that is still to be decided on, for the browser that opens it: the first has it for itself. Holds it until
   * `holdUntilMs`, and for `heldMaxMs` in all. `other-browser` changes nothing.
   */
  openRequest(
    id: string,
    browser: string,
    nowMs: number,
    holdUntilMs: number,
    heldMaxMs: number,
  ): Promise<AuthorizationRequest | 'gone' | 'other-browser'>
  /**
   * Notes that an account has agreed, and to what its client may have from now on without asking; what it has agreed to
   * is kept of its `consentsMax` newest clients. False, and nothing is changed, when the request was decided on before,
   * has run out, or belongs to another browser, or when all access to the account was ended since its epoch was `epoch`.
   */
  authorize(
    id: string,
    browser: string,
    nowMs: number,
    agreed: {
      did: Did
      device: string
      parameters: string
      code: string
      expiresMs: number
      consent: string
      consentsMax: number
      epoch?: number | undefined
    },
  ): Promise<boolean>
  /** Ends a request that is still to be decided on. False as above. */
  dropRequest(id: string, browser: string, nowMs: number): Promise<boolean>
  /** The request that this code, by its hash, is for; it may have run out. */
  byCode(code: string): Promise<AuthorizedRequest | undefined>
  /**
   * Gives a code's request up for the access that it stands for, and `once` with it; the account keeps `grantsMax`, and
   * the least used ends for a new one. `used` when there is no such request any more, or `once` was used: then the code
   * is used up, and access that was got by it ends.
   */
  exchange(code: string, grant: NewGrant, once: Once, grantsMax: number): Promise<'done' | 'used'>
  /** Uses a code up for nothing, and ends access that was got by it. */
  burnCode(code: string): Promise<void>

  grant(id: string): Promise<Grant | undefined>
  /** What access of this account may do, while it holds. Asked with every call. */
  scope(id: string, did: Did, nowMs: number): Promise<string | undefined>
  /**
   * Renews access for the `generation`-th time if it has not been by now, and uses `once` up with it. Undefined when there
   * is none any more; `used`, and nothing is changed, when `once` was. `survives`: see `Sql.write`.
   */
  renew(
    id: string,
    generation: number,
    renewed: {nowMs: number; expiresMs: number; clientKey: string | null; once?: Once},
    survives: 'power' | 'process',
  ): Promise<Grant | 'used' | undefined>
  endGrant(id: string): Promise<void>
  /** What still holds, the newest first. */
  grants(did: Did, nowMs: number): Promise<readonly Grant[]>
  /** Ends access of an account, and has its client ask again. */
  endGrantOf(did: Did, id: string): Promise<void>
  /** The scope that an account has agreed to for a client. */
  consent(did: Did, clientId: string): Promise<string | undefined>

  /** True the first time for each key until then. */
  useOnce(key: string, untilMs: number): Promise<boolean>
  /** Whether it was used up. */
  wasUsed(key: string): Promise<boolean>
  /**
   * Throws away what has run out, and what was agreed to before `agreedBeforeMs` and opens nothing by now. So many rows
   * at a time that others are not held up: true while there are more.
   */
  sweep(nowMs: number, agreedBeforeMs: number): Promise<boolean>
}
