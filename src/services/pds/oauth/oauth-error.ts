/**
 * What the machine side of OAuth refuses with: one of the names that its specifications list, and a sentence that tells
 * the developer of a client what to do (RFC 6749, section 5.2). People never see it; pages refuse by `Refusal`.
 */

export type OAuthErrorName =
  | 'access_denied'
  | 'invalid_client'
  | 'invalid_client_metadata'
  | 'invalid_dpop_proof'
  | 'invalid_grant'
  | 'invalid_redirect_uri'
  | 'invalid_request'
  | 'invalid_scope'
  | 'invalid_token'
  | 'server_error'
  | 'slow_down'
  | 'temporarily_unavailable'
  | 'unauthorized_client'
  | 'unsupported_grant_type'
  | 'unsupported_response_type'
  | 'use_dpop_nonce'

export class OAuthError extends Error {
  override readonly name = 'OAuthError'
  readonly error: OAuthErrorName
  /** HTTP status at the authorization server; a resource answers 401 in any case. */
  readonly status: number
  /** That go out with it, such as `Retry-After`. */
  readonly headers: Readonly<Record<string, string>>

  /** `description` leaves the machine. */
  constructor(
    error: OAuthErrorName,
    description: string,
    {
      status = 400,
      headers = {},
      cause,
    }: {status?: number; headers?: Readonly<Record<string, string>>; cause?: unknown} = {},
  ) {
    super(description, cause === undefined ? undefined : {cause})
    this.error = error
    this.status = status
    this.headers = headers
  }
}
