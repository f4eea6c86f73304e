/** Endpoints of a PDS by tables (`endpoint-tables.ts`), called by the account of `did` with its own password. */
import type {Did} from '../src/atp/syntax/did.ts'
import type {Handle} from '../src/atp/syntax/handle.ts'
import {Asker} from '../src/services/pds/permissions/asker.ts'
import {xrpcErrorOf} from '../src/services/pds/api/errors.ts'
import type {Callers} from '../src/services/pds/api/callers.ts'
import type {Session} from '../src/services/pds/accounts/logins.ts'
import {Refusal, type Reason} from '../src/services/pds/refusal.ts'
import type {Account} from '../src/services/pds/store/accounts/account-store.ts'
import {endpointTables} from './endpoint-tables.ts'

export const did = 'did:plc:ewvi7nxzyoun6zhxrhs64oiz' as Did
export const otherDid = 'did:plc:44ybard66vv44zksje25o7dz' as Did
export const cid = 'bafyreibvjvcv745gig4mvqs4hctx4zfkono4rjejm2ta6gtyzkqxfjeily'
export const rev = '3jui7kd54zh2y'

/** The account of `did`, as its row is. */
export const accountOf = (more: Partial<Account> = {}): Account => ({
  did,
  handle: 'alice.test' as Handle,
  email: 'alice@example.com',
  emailConfirmedMs: null,
  emailFactorMs: null,
  passwordHash: 'hash',
  createdMs: 0,
  deactivatedMs: null,
  deleteAfterMs: null,
  takedownRef: null,
  sessionEpoch: 0,
  ...more,
})

/** A part that refuses for this reason. */
export const refuses = (reason: Reason) => (): Promise<never> => Promise.reject(new Refusal(reason, 'No.'))

/** A session of that account, whose document leads here. */
export const session: Session = {account: accountOf(), accessJwt: 'access', refreshJwt: 'refresh'}
export const didDocs = {documentHere: async () => ({id: did})}

export type {EndpointRow} from './endpoint-tables.ts'

const owner = {did, scope: 'com.atproto.access'} as const
const callers: Readonly<Record<keyof Callers | 'none', unknown>> = {
  session: owner,
  delegate: {did},
  full: owner,
  leaver: owner,
  anyone: owner,
  sessionOrClient: owner,
  delegateOrClient: {did},
  fullOrClient: owner,
  leaverOrClient: owner,
  anyoneOrClient: owner,
  visitor: undefined,
  overseer: owner,
  admin: undefined,
  moderator: undefined,
  refresh: {token: 'refresh token'},
  none: undefined,
}

export const {askEndpoint, endpointTable} = endpointTables<Callers>({
  callers,
  // Rows say who calls; that an app may not do all of it is shown for all methods together, in client-calls.test.ts.
  asCaller: (kind, caller) =>
    caller !== undefined && /OrClient$|^overseer$/.test(kind) ? new Asker(caller as {did: Did}) : caller,
  errorOf: xrpcErrorOf,
})
