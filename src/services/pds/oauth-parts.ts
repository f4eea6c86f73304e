/** Wires what belongs to OAuth. The rest of the server is in `pds.ts` and `account-parts.ts`. */
import type {Log} from '#std/log.ts'
import type {World} from '#std/world.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {PdsConfig} from './config.ts'
import {AccessTokens} from './oauth/access-tokens.ts'
import {Authorizations} from './oauth/authorizations.ts'
import {ClientAuth} from './oauth/clients/client-auth.ts'
import {Clients} from './oauth/clients/clients.ts'
import {Dpop} from './oauth/dpop.ts'
import {OAuth, type OAuthLimits} from './oauth/oauth.ts'
import {RefreshTokens} from './oauth/refresh-tokens.ts'
import {Resource, type ResourceOptions} from './oauth/resource.ts'
import {TokenEndpoint} from './oauth/token-endpoint.ts'
import type {PermissionSets} from './permissions/permission-sets.ts'
import type {Secrets} from './secrets.ts'
import type {PdsStores} from './store/stores.ts'

export interface OAuthPartsOptions {
  config: Pick<PdsConfig, 'publicUrl' | 'oauthTrustedClients'>
  /** This server's DID. */
  service: Did
  secrets: Pick<Secrets, 'oauthKey' | 'oauthSecret'>
  stores: Pick<PdsStores, 'grants' | 'accounts'>
  limits: OAuthLimits
  world: World
  /** For URLs that strangers name. */
  guarded: World
  permissionSets: Pick<PermissionSets, 'resolve'>
  /** Who vouches for tokens in the place of this server, and knows what they may do. */
  elsewhere?: Pick<ResourceOptions, 'accessTokens' | 'scopeOf'>
  log: Log
}

export interface OAuthParts {
  oauth: OAuth
  authorizations: Authorizations
  /** For calls that come with a token of OAuth. */
  resource: Resource
}

export function oauthParts({
  config,
  service,
  secrets,
  stores,
  limits,
  world,
  guarded,
  permissionSets,
  elsewhere,
  log,
}: OAuthPartsOptions): OAuthParts {
  const {origin: issuer} = new URL(config.publicUrl)
  const {grants: store, accounts} = stores
  const dpop = new Dpop(world)
  const clients = new Clients({guarded, world})
  const accessTokens = new AccessTokens({key: secrets.oauthKey, issuer, service, world})
  const authorizations = new Authorizations({
    issuer,
    clients,
    trusted: new Set(config.oauthTrustedClients),
    store,
    accounts,
    world,
  })
  const tokenEndpoint = new TokenEndpoint({
    store,
    accounts,
    accessTokens,
    refreshTokens: new RefreshTokens(secrets.oauthSecret),
    world,
    takeApp: (did, clientId) => limits.takeApp(did, clientId),
  })
  return {
    oauth: new OAuth({
      issuer,
      authorizations,
      clients,
      clientAuth: new ClientAuth({issuer, clients, store, world}),
      tokenEndpoint,
      accessTokens,
      dpop,
      limits,
      permissionSets,
      log,
    }),
    authorizations,
    resource: new Resource({
      origin: issuer,
      dpop,
      ...(elsewhere ?? {accessTokens, scopeOf: ({grantId, did}) => store.scope(grantId, did, world.now())}),
    }),
  }
}
