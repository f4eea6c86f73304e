/** What the app is to servers that sign people in: on this machine a client for development, else one with a key. */
import {exportJWK, generateKeyPair, type JWK} from 'jose'
import {ConfigError} from '#std/config.ts'
import {clientMetadata, loopbackMetadata, type OAuthClientMetadata} from '#sdk/mod.ts'
import type {StatusphereConfig} from './config.ts'
import {rating} from './gen/xyz/statusphere/rating.ts'
import {status} from './gen/xyz/statusphere/status.ts'
import type {SignInStore} from './store/sign-in-store.ts'

/** To know who it is, and to write the two kinds of record; nothing else. */
export const scope = `atproto repo:${status.nsid} repo:${rating.nsid}`

export const metadataPath = '/oauth-client-metadata.json'
export const keysPath = '/.well-known/jwks.json'

export interface ClientParts {
  readonly metadata: OAuthClientMetadata
  readonly keys: readonly JWK[]
}

/** Throws `ConfigError` for a key that is none, and an address that no client has. */
export async function clientParts(
  {publicUrl, privateKey}: Pick<StatusphereConfig, 'publicUrl' | 'privateKey'>,
  signIns: Pick<SignInStore, 'secret'>,
): Promise<ClientParts> {
  const redirectUris = [`${publicUrl}/oauth/callback`]
  if (!publicUrl.startsWith('https:')) {
    return {metadata: orRefuse(() => loopbackMetadata({redirectUris, scope})), keys: []}
  }
  const keys = [keyOf(privateKey ?? (await signIns.secret('client-key', await newKey())))]
  const id = `${publicUrl}${metadataPath}`
  const keysUri = `${publicUrl}${keysPath}`
  const about = {id, redirectUris, scope, name: 'Statusphere', uri: publicUrl, keys, keysUri}
  return {metadata: orRefuse(() => clientMetadata(about)), keys}
}

/** What no server would accept is told by the setting that it comes from. */
function orRefuse(make: () => OAuthClientMetadata): OAuthClientMetadata {
  try {
    return make()
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    throw new ConfigError('statusphere', [`STATUSPHERE_PUBLIC_URL is for no client. ${error.message}`])
  }
}

async function newKey(): Promise<() => string> {
  const {privateKey} = await generateKeyPair('ES256', {extractable: true})
  const key = {...(await exportJWK(privateKey)), alg: 'ES256', kid: 'statusphere'}
  return () => JSON.stringify(key)
}

function keyOf(text: string): JWK {
  try {
    const key = JSON.parse(text) as JWK
    if (key.kty === 'EC' && key.crv === 'P-256' && typeof key.d === 'string' && typeof key.kid === 'string') return key
  } catch {
    // Told below.
  }
  throw new ConfigError('statusphere', ['STATUSPHERE_PRIVATE_KEY is no private ES256 key as a JWK with a "kid".'])
}
