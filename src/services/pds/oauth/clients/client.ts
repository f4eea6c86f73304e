/**
 * A client: an app that asks for access. Nobody registers; its id is the URL of a document in which it says what it is
 * (spec: OAuth, "Client ID Metadata Document"), and which is held to here. A client that is being developed has no URL
 * yet: its id says it all, and it may only lead back to the user's own machine ("Localhost Client Development").
 */
import type {JWK} from 'jose'
import {scopeLengthMax} from '#atp/scope/scope.ts'
import {hostFault, redirectFault, redirectUriLengthMax} from './redirect-uris.ts'
import {OAuthError} from '../oauth-error.ts'

export const clientIdLengthMax = 2_048
const redirectsMax = 64
const keysMax = 32
/** Characters: 4,096 bits in base64url are 683. */
const keyMemberLengthMax = 1_400
const nameLengthMax = 200
const uriLengthMax = 2_048

/** How clients sign their assertions; the first is the one that the spec asks for. */
export const assertionAlgorithms = ['ES256', 'ES384', 'ES512', 'RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512']

export interface Client {
  id: string
  /** As it calls itself: shown to people, and not to be believed. */
  name: string | undefined
  uri: string | undefined
  logoUri: string | undefined
  tosUri: string | undefined
  policyUri: string | undefined
  redirectUris: readonly string[]
  /** What it may ask for at most. */
  scopes: ReadonlySet<string>
  refreshes: boolean
  isLoopback: boolean
  /** How it shows that it is itself; `undefined` for one that cannot keep a secret. */
  auth: {algorithm: string | undefined; keys: readonly JWK[] | undefined; keysUri: string | undefined} | undefined
}

/** A client shows who it is by a key of its own. */
export const isConfidential = ({auth}: Client): boolean => auth !== undefined

const loopbackRedirects = ['http://127.0.0.1/', 'http://[::1]/']

export const isLoopbackId = (id: string): boolean => /^http:\/\/localhost\/?(?:\?|$)/.test(id)

/** The client that a loopback id describes. Throws `OAuthError`. */
export function loopbackClient(id: string): Client {
  const query = new URLSearchParams(id.replace(/^[^?]*\??/, ''))
  for (const name of query.keys()) {
    if (name !== 'scope' && name !== 'redirect_uri')
      throw unfit(id, `has ${name} in its query: only scope and redirect_uri`)
  }
  if (id.includes('#')) throw unfit(id, 'has a fragment')
  const [scope = 'atproto', another] = query.getAll('scope')
  if (another !== undefined) throw unfit(id, 'says scope twice')
  const asked = query.getAll('redirect_uri')
  for (const uri of asked) {
    const fault = redirectFault(uri, {clientUrl: undefined, isNative: true})
    if (fault !== undefined || !uri.startsWith('http:')) {
      throw unfit(
        id,
        `has the redirect_uri ${uri}, which ${fault ?? 'does not lead to http://127.0.0.1 or http://[::1]'}`,
      )
    }
  }
  if (asked.length > redirectsMax) throw unfit(id, `has more than ${redirectsMax} redirect_uri`)
  return {
    id,
    name: undefined,
    uri: undefined,
    logoUri: undefined,
    tosUri: undefined,
    policyUri: undefined,
    redirectUris: asked.length > 0 ? asked : loopbackRedirects,
    scopes: scopesOf(id, scope),
    refreshes: true,
    isLoopback: true,
    auth: undefined,
  }
}

/** The URL that an id is. Throws `OAuthError` for one at which no client can be found. */
export function clientUrlOf(id: string): URL {
  const url = id.length <= clientIdLengthMax ? URL.parse(id) : null
  if (!url || url.protocol !== 'https:') throw unfit(id, 'is no https URL')
  const fault = clientUrlFault(url, id)
  if (fault !== undefined) throw unfit(id, fault)
  return url
}

function clientUrlFault(url: URL, id: string): string | undefined {
  if (url.username !== '' || url.password !== '') return 'holds a user or a password'
  if (id.includes('#')) return 'has a fragment'
  if (url.pathname.endsWith('/')) return 'needs a path that ends in a name, such as /client-metadata.json'
  if (url.port !== '') return 'names a port'
  if (/^(?:\d+\.){3}\d+$|^\[/.test(url.hostname)) return 'names an address in the place of a host'
  return url.href === id ? hostFault(url.hostname) : `is not as browsers write it: ${url.href}`
}

type Fields = Readonly<Record<string, unknown>>

/** The client that this document, found at its id, describes. Throws `OAuthError` `invalid_client_metadata`. */
export function clientOf(id: string, document: unknown): Client {
  if (typeof document !== 'object' || document === null || Array.isArray(document))
    throw unfit(id, 'has no JSON object as its metadata')
  const fields = document as Fields
  const clientUrl = clientUrlOf(id)
  const text = (name: string, lengthMax: number): string | undefined => {
    const value = fields[name]
    if (value === undefined || value === null) return undefined
    if (typeof value !== 'string' || value.length > lengthMax)
      throw unfit(id, `needs a text of at most ${lengthMax} characters as ${name}`)
    return value
  }
  const texts = (name: string, lengthMax: number): readonly string[] | undefined => {
    const value = fields[name]
    if (value === undefined) return undefined
    const isList = Array.isArray(value) && value.length <= redirectsMax
    if (!isList || !value.every(one => typeof one === 'string' && one.length <= lengthMax)) {
      throw unfit(id, `needs a list of at most ${redirectsMax} texts as ${name}`)
    }
    return value as string[]
  }
  const link = (name: string): string | undefined => {
    const value = text(name, uriLengthMax)
    if (value !== undefined && URL.parse(value)?.protocol !== 'https:') throw unfit(id, `needs an https URL as ${name}`)
    return value
  }

  if (fields.client_id !== id) throw unfit(id, 'has another client_id in its metadata')
  if (fields.dpop_bound_access_tokens !== true)
    throw unfit(id, 'needs "dpop_bound_access_tokens": true in its metadata')
  const kind = text('application_type', 20) ?? 'web'
  if (kind !== 'web' && kind !== 'native') throw unfit(id, 'needs web or native as application_type')
  const grants = texts('grant_types', 100) ?? ['authorization_code']
  const strange = grants.find(grant => grant !== 'authorization_code' && grant !== 'refresh_token')
  if (strange !== undefined) throw unfit(id, `has the grant type ${strange}, which is not allowed`)
  if (!grants.includes('authorization_code')) throw unfit(id, 'needs authorization_code among its grant_types')
  if (!(texts('response_types', 100) ?? ['code']).includes('code'))
    throw unfit(id, 'needs code among its response_types')
  const redirectUris = texts('redirect_uris', redirectUriLengthMax) ?? []
  if (redirectUris.length === 0) throw unfit(id, 'needs at least one of redirect_uris')
  for (const uri of redirectUris) {
    const fault = redirectFault(uri, {clientUrl, isNative: kind === 'native'})
    if (fault !== undefined) {
      throw new OAuthError('invalid_redirect_uri', `The redirect URI ${uri} of the client ${id} ${fault}.`)
    }
  }
  const uri = link('client_uri')
  if (uri !== undefined && !isAbove(new URL(uri), clientUrl))
    throw unfit(id, 'needs a client_uri that its client_id is below')
  return {
    id,
    // Only shown, and so no reason to refuse.
    name: text('client_name', 10_000)?.slice(0, nameLengthMax),
    uri,
    logoUri: link('logo_uri'),
    tosUri: link('tos_uri'),
    policyUri: link('policy_uri'),
    redirectUris,
    scopes: scopesOf(id, text('scope', scopeLengthMax)),
    refreshes: grants.includes('refresh_token'),
    isLoopback: false,
    auth: authOf(id, fields, kind, text, link),
  }
}

function authOf(
  id: string,
  fields: Fields,
  kind: string,
  text: (name: string, lengthMax: number) => string | undefined,
  link: (name: string) => string | undefined,
): Client['auth'] {
  const method = text('token_endpoint_auth_method', 100)
  const algorithm = text('token_endpoint_auth_signing_alg', 20)
  if (method === 'none') {
    if (algorithm !== undefined) throw unfit(id, 'signs nothing: leave out token_endpoint_auth_signing_alg')
    return undefined
  }
  if (method !== 'private_key_jwt') throw unfit(id, 'needs none or private_key_jwt as token_endpoint_auth_method')
  if (kind === 'native') throw unfit(id, 'is native, and so needs none as token_endpoint_auth_method')
  if (algorithm === undefined || !assertionAlgorithms.includes(algorithm)) {
    throw unfit(id, `needs one of ${assertionAlgorithms.join(', ')} as token_endpoint_auth_signing_alg`)
  }
  const keysUri = link('jwks_uri')
  const keys = fields.jwks === undefined ? undefined : keySetOf(id, fields.jwks)
  if ((keys === undefined) === (keysUri === undefined)) throw unfit(id, 'needs either jwks or jwks_uri')
  return {algorithm, keys, keysUri}
}

/** The public keys in a key set. Throws `OAuthError` `invalid_client_metadata`. */
export function keySetOf(id: string, set: unknown): readonly JWK[] {
  const {keys} = (typeof set === 'object' && set !== null ? set : {}) as {keys?: unknown}
  if (!Array.isArray(keys) || keys.length === 0 || keys.length > keysMax)
    throw unfit(id, `needs 1 to ${keysMax} keys in its key set`)
  return (keys as unknown[]).map(key => publicKeyOf(id, key))
}

/** What a key is made of and known by; certificates and the like are left out. */
const keyMembers = ['kty', 'crv', 'x', 'y', 'n', 'e', 'kid', 'alg', 'use'] as const

function publicKeyOf(id: string, key: unknown): JWK {
  if (typeof key !== 'object' || key === null) throw unfit(id, 'has something in its key set that is no key')
  if ('d' in key || 'k' in key) {
    throw unfit(id, 'shows a private key in its key set. It is not secret any more: make another')
  }
  const given = key as Fields
  const kept: Record<string, unknown> = {}
  for (const name of keyMembers) {
    const value = given[name]
    if (value === undefined || value === null) continue
    if (typeof value !== 'string' || value.length > keyMemberLengthMax) {
      throw unfit(id, `has a key whose ${name} is no text of at most ${keyMemberLengthMax} characters`)
    }
    kept[name] = value
  }
  if (typeof kept.kty !== 'string') throw unfit(id, 'has something in its key set that is no key')
  const {key_ops: uses} = given
  if (Array.isArray(uses) && !uses.includes('verify')) kept.use = 'enc'
  return kept as unknown as JWK
}

function scopesOf(id: string, scope: string | undefined): ReadonlySet<string> {
  const all = (scope ?? '').split(' ').filter(one => one !== '')
  const scopes = new Set(all)
  if (!scopes.has('atproto')) throw unfit(id, 'needs atproto in the scope of its metadata')
  if (scopes.size < all.length) throw unfit(id, 'says a scope twice')
  return scopes
}

/** Whether `below` is of the same site as `above`, and not above it. */
const isAbove = (above: URL, below: URL): boolean =>
  above.origin === below.origin &&
  (above.pathname === below.pathname || below.pathname.startsWith(above.pathname.replace(/\/?$/, '/')))

export const unfit = (id: string, what: string, cause?: unknown): OAuthError =>
  new OAuthError('invalid_client_metadata', `The client ${id.slice(0, 300)} ${what}.`, {cause})
