/** Wires what tells who calls: by which tokens and passwords, and whether what they came with still holds. */
import type {World} from '#std/world.ts'
import type {Did} from '#atp/syntax/did.ts'
import {didSetting, type PdsConfig} from '../config.ts'
import type {OwnIdentities} from '../identity/own-identities.ts'
import type {Resource} from '../oauth/resource.ts'
import type {Secrets} from '../secrets.ts'
import type {PdsStores} from '../store/stores.ts'
import {Admins} from './admins.ts'
import {authenticators, recheck, type SessionTokens} from './callers.ts'
import {clientTokens} from './client-tokens.ts'
import {Delegates} from './delegates.ts'
import {newcomers} from './newcomers.ts'
import type {RateLimits} from './rate-limits.ts'

export interface CallerPartsOptions {
  config: Pick<PdsConfig, 'adminPassword' | 'moderatorDid'>
  /** This server's DID. */
  service: Did
  secrets: Pick<Secrets, 'adminPassword'>
  stores: Pick<PdsStores, 'accounts' | 'grants'>
  /** Of sessions: this server's, or those of its entryway, where what apps were granted is kept too. */
  tokens: SessionTokens
  grantsAre: 'here' | 'there'
  resource: Resource
  identities: OwnIdentities
  limits: RateLimits
  world: World
}

export function callerParts(options: CallerPartsOptions) {
  const {config, service, secrets, stores, tokens, grantsAre, resource, identities, limits, world} = options
  const {adminPassword = secrets.adminPassword, moderatorDid} = config
  const moderator = moderatorDid === undefined ? undefined : didSetting('PDS_MODERATOR_DID', moderatorDid)
  const {keyOf} = identities
  const admins = new Admins({password: adminPassword, moderator, service, world, keyOf})
  const delegates = new Delegates({service, world, keyOf})
  return {
    admins,
    auth: authenticators(tokens, stores.accounts, limits, admins, delegates, clientTokens(resource)),
    recheck: recheck(
      stores.accounts,
      // An entryway keeps its own, and is asked as seldom as it allows.
      async ({did, tokenId}) =>
        grantsAre === 'there' || (await stores.grants.scope(tokenId, did, world.now())) !== undefined,
    ),
    newcomers: newcomers({keyOf, current: (did, look) => identities.current(did, look)}, service, world),
  }
}
