/** What this server says of itself to clients that look for it (RFC 8414, RFC 9728; spec: OAuth, "Authorization Servers"). */
import {assertionAlgorithms} from './clients/client.ts'
import {prompts, responseModes} from './authorization-parameters.ts'
import {dpopAlgorithm} from './dpop.ts'

/** `/.well-known/oauth-protected-resource`. `issuer` is the authorization server, `publicUrl` the PDS. */
export const protectedResource = (publicUrl: string, issuer: string) => ({
  resource: publicUrl,
  authorization_servers: [issuer],
  scopes_supported: [],
  bearer_methods_supported: ['header'],
  resource_documentation: 'https://atproto.com',
})

/** `/.well-known/oauth-authorization-server`. */
export const authorizationServer = (issuer: string) => ({
  issuer,
  scopes_supported: ['atproto', 'transition:email', 'transition:generic', 'transition:chat.bsky'],
  subject_types_supported: ['public'],
  response_types_supported: ['code'],
  response_modes_supported: [...responseModes],
  grant_types_supported: ['authorization_code', 'refresh_token'],
  code_challenge_methods_supported: ['S256'],
  ui_locales_supported: ['en-US'],
  display_values_supported: ['page', 'popup', 'touch'],
  prompt_values_supported: [...prompts],
  request_parameter_supported: false,
  request_uri_parameter_supported: true,
  require_request_uri_registration: true,
  request_object_signing_alg_values_supported: [],
  request_object_encryption_alg_values_supported: [],
  request_object_encryption_enc_values_supported: [],
  jwks_uri: `${issuer}/oauth/jwks`,
  authorization_endpoint: `${issuer}/oauth/authorize`,
  token_endpoint: `${issuer}/oauth/token`,
  token_endpoint_auth_methods_supported: ['none', 'private_key_jwt'],
  token_endpoint_auth_signing_alg_values_supported: assertionAlgorithms,
  revocation_endpoint: `${issuer}/oauth/revoke`,
  pushed_authorization_request_endpoint: `${issuer}/oauth/par`,
  require_pushed_authorization_requests: true,
  authorization_response_iss_parameter_supported: true,
  dpop_signing_alg_values_supported: [dpopAlgorithm],
  protected_resources: [issuer],
  client_id_metadata_document_supported: true,
})
