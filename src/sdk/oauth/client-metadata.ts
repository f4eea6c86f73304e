/**
 * What an app says of itself: the document at the URL that is its id (spec: OAuth, "Client ID Metadata Document"), or, for
 * one that is being developed, an id that says it all ("Localhost Client Development"). What no server would accept is
 * told here, where its author sees it.
 */
import type {JWK} from 'jose'

export interface OAuthClientMetadata {
  readonly client_id: string
  readonly client_name?: string
  readonly client_uri?: string
  readonly logo_uri?: string
  readonly tos_uri?: string
  readonly policy_uri?: string
  readonly redirect_uris: readonly string[]
  readonly scope: string
  readonly grant_types: readonly ['authorization_code', 'refresh_token']
  readonly response_types: readonly ['code']
  readonly application_type: 'web' | 'native'
  readonly token_endpoint_auth_method: 'none' | 'private_key_jwt'
  readonly token_endpoint_auth_signing_alg?: string
  readonly jwks?: {readonly keys: readonly JWK[]}
  readonly jwks_uri?: string
  readonly dpop_bound_access_tokens: true
}

export interface ClientDescription {
  /** Where the document is served: `https://app.example.com/client-metadata.json`. */
  id: string
  redirectUris: readonly string[]
  /** With `atproto`, which is all that there is by default. */
  scope?: string
  name?: string
  /** The app's home page, which the id is below. */
  uri?: string
  logoUri?: string
  termsUri?: string
  policyUri?: string
  /** An app that is installed: it may be sent back to a scheme of its own, and keeps no secret. */
  isNative?: boolean
  /** Public or private, of which only what is public is shown: the app then shows who it is, and is trusted for longer. */
  keys?: readonly JWK[]
  /** Where the public keys are served, in the place of showing them in the document. */
  keysUri?: string
}

const localUri = 'http://127.0.0.1/'
const scopeDefault = 'atproto'
const fixed = {
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  dpop_bound_access_tokens: true,
} as const

/** The document to serve at `id`, as JSON. Throws `TypeError` for what no server accepts. */
export function clientMetadata(client: ClientDescription): OAuthClientMetadata {
  const {id, redirectUris, scope = scopeDefault, isNative = false, keys, keysUri} = client
  const url = URL.parse(id)
  if (
    url?.protocol !== 'https:' ||
    url.href !== id ||
    url.port !== '' ||
    url.pathname.endsWith('/') ||
    url.hash !== ''
  ) {
    throw new TypeError(`A client id is an https URL of a document, without port and fragment: ${id}`)
  }
  const isSecret = keys !== undefined && keys.length > 0
  if (isSecret && isNative) throw new TypeError('An app that is installed can keep no key secret.')
  if (keysUri !== undefined && !isSecret) throw new TypeError('Public keys are served of an app that has keys.')
  const algorithm = isSecret ? (keys[0].alg ?? 'ES256') : undefined
  return {
    client_id: id,
    client_name: client.name,
    client_uri: client.uri,
    logo_uri: client.logoUri,
    tos_uri: client.termsUri,
    policy_uri: client.policyUri,
    redirect_uris: redirectsOf(redirectUris),
    scope: scopeOf(scope),
    application_type: isNative ? 'native' : 'web',
    token_endpoint_auth_method: isSecret ? 'private_key_jwt' : 'none',
    ...(isSecret && {token_endpoint_auth_signing_alg: algorithm}),
    ...(isSecret && (keysUri === undefined ? {jwks: publicKeys(keys)} : {jwks_uri: keysUri})),
    ...fixed,
  }
}

/** A client on the machine of its user, which needs no document: for development, and for tools. */
export function loopbackMetadata({
  redirectUris = [localUri],
  scope = scopeDefault,
}: {redirectUris?: readonly string[]; scope?: string} = {}): OAuthClientMetadata {
  for (const uri of redirectUris) {
    if (!/^http:\/\/(?:127\.0\.0\.1|\[::1\])(?::\d+)?\//.test(uri)) {
      throw new TypeError(`A client on the user’s machine is sent back to http://127.0.0.1 or http://[::1]: ${uri}`)
    }
  }
  const query = new URLSearchParams(redirectUris.map(uri => ['redirect_uri', uri]))
  query.set('scope', scopeOf(scope))
  return {
    client_id: `http://localhost?${query}`,
    redirect_uris: redirectsOf(redirectUris),
    scope,
    application_type: 'native',
    token_endpoint_auth_method: 'none',
    ...fixed,
  }
}

/** As they may be shown to anyone: the document of `jwks_uri`. */
export const publicKeys = (keys: readonly JWK[]): {keys: readonly JWK[]} => ({
  keys: keys.map(({kty, crv, x, y, n, e, kid, alg = 'ES256'}) => {
    if (kid === undefined) throw new TypeError('Each key of a client needs a kid.')
    return {kty, crv, x, y, n, e, kid, alg, use: 'sig'}
  }),
})

function redirectsOf(redirectUris: readonly string[]): readonly string[] {
  if (redirectUris.length === 0) throw new TypeError('A client needs at least one of redirectUris.')
  return redirectUris
}

function scopeOf(scope: string): string {
  if (!scope.split(' ').includes('atproto')) throw new TypeError(`The scope needs to have atproto in it: ${scope}`)
  return scope
}
