/** Who may rule over other people's accounts: whoever has the admin password, and the moderation service. */
import {basicCredentials} from '#std/wire/basic-auth.ts'
import type {Did} from '#atp/syntax/did.ts'
import {XrpcError} from '#xrpc/errors.ts'
import {bearerToken, requireServiceToken, type VerifyOptions} from '#xrpc/service-auth.ts'
import {isSameSecret} from '#engines/crypto/secrets.ts'

export interface AdminsOptions {
  password: string
  /** The moderation service, if there is one. */
  moderator: Did | undefined
  /** This server's DID. */
  service: Did
  world: VerifyOptions['world']
  keyOf: VerifyOptions['keyOf']
}

export class Admins {
  readonly #options: AdminsOptions
  constructor(options: AdminsOptions) {
    this.#options = options
  }

  /** Throws `XrpcError` unless the request has the admin password (HTTP Basic, user `admin`). */
  demand(request: Request): void {
    const given = basicCredentials(request.headers.get('authorization'))
    if (given?.startsWith('admin:') && this.isPassword(given.slice('admin:'.length))) return
    const headers = {'www-authenticate': 'Basic realm="admin"'}
    throw new XrpcError('AuthenticationRequired', 'The admin password is required.', {headers})
  }

  /** Whether it is the admin password. */
  isPassword(given: string): boolean {
    return given !== '' && isSameSecret(given, this.#options.password)
  }

  /** Whether the request has a token of the moderation service. Throws `XrpcError` for one that is not good. */
  async isModerator(request: Request, nsid: string): Promise<boolean> {
    const {moderator, service, world, keyOf} = this.#options
    if (moderator === undefined || bearerToken(request.headers) === undefined) return false
    await requireServiceToken(request, {
      world,
      keyOf,
      audiences: [service],
      lxm: nsid,
      lowS: true,
      keyNames: ['#atproto', '#atproto_label'],
      trusts: iss => iss === moderator,
    })
    return true
  }
}
