/**
 * Whose a call is that comes with an access token of OAuth. Every call looks whether the access still holds: what was
 * ended by its client, by the account, or with a new password, is over at once.
 */
import type {Did} from '#atp/syntax/did.ts'
import type {AccessTokenClaims, AccessTokens} from './access-tokens.ts'
import type {Dpop} from './dpop.ts'
import {OAuthError} from './oauth-error.ts'

/** A call of an app, before it is known what that may do. */
export interface OAuthCall {
  did: Did
  clientId: string
  /** The access that it has: the same however often its tokens are renewed. */
  tokenId: string
  /** What it may do. */
  scope: string
}

export interface ResourceOptions {
  /** The origin of the public URL, which proofs name. */
  origin: string
  accessTokens: Pick<AccessTokens, 'verify'>
  dpop: Pick<Dpop, 'check'>
  /** What a token stands for may do; undefined once that has ended. */
  scopeOf(claims: AccessTokenClaims): Promise<string | undefined>
}

/** The token of a request that comes with one of OAuth; `undefined` for any other request. */
function dpopToken(headers: Headers): string | undefined {
  const [, token] = /^dpop +([^\s]+) *$/i.exec(headers.get('authorization') ?? '') ?? []
  return token
}

export class Resource {
  readonly #options: ResourceOptions

  constructor(options: ResourceOptions) {
    this.#options = options
  }

  /**
   * Who calls. Throws `OAuthError`: `invalid_token`, `invalid_dpop_proof`, or `use_dpop_nonce`, after which the client
   * tries again with the nonce of the answer.
   */
  async verifyDpop(request: Request): Promise<OAuthCall> {
    const {origin, accessTokens, dpop, scopeOf} = this.#options
    const token = dpopToken(request.headers)
    if (token === undefined) throw invalid('The header Authorization needs an access token after DPoP.')
    const proof = request.headers.get('dpop')
    if (proof === null)
      throw new OAuthError('invalid_dpop_proof', 'A proof in the header DPoP is needed with this token.')
    const claims = await accessTokens.verify(token)
    const {did, clientId, grantId, jkt, ath} = claims
    const {pathname} = new URL(request.url)
    const shown = await dpop.check({method: request.method, url: new URL(pathname, origin), proof, ath})
    if (shown.jkt !== jkt) throw invalid('The access token is bound to another DPoP key.')
    const scope = await scopeOf(claims)
    if (scope === undefined) throw invalid('The session has ended.')
    return {did, clientId, tokenId: grantId, scope}
  }
}

const invalid = (description: string): OAuthError => new OAuthError('invalid_token', description, {status: 401})
