/** Who may call a Jetstream: anyone, and for what changes the archive who has the token of its operator. */
import {endpointsFor} from '#xrpc/endpoint.ts'
import {isSameSecret} from '#engines/crypto/secrets.ts'
import {XrpcError} from '#xrpc/errors.ts'
import type {Authenticator} from '#xrpc/router.ts'
import type {Archive} from '../archive/archive.ts'
import type {TimestampImports} from '../imports/timestamp-import.ts'

export interface Callers {
  readonly operator: 'operator'
}
export const {query, procedure} = endpointsFor<Callers>()

/** By the bearer token of the settings; where there is none nobody may, and nobody learns which it is. */
export const operatorBy =
  (token: string | undefined): Authenticator<'operator'> =>
  async request => {
    const [, given] = /^bearer (.+)$/i.exec(request.headers.get('authorization') ?? '') ?? []
    if (isSameSecret(given ?? '', token ?? '') && token && given) return 'operator'
    throw new XrpcError('AuthenticationRequired', 'The token of the operator is needed.')
  }

/** What the endpoints of imports need: there are none where there is no archive. */
export interface ImportDeps {
  readonly imports: TimestampImports | undefined
}

/** What the endpoints of the archive need: there may be none. */
export interface ArchiveDeps {
  readonly archive: Archive | undefined
}
