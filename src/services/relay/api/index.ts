/** Every method that a relay answers. */
import type {LogEvents} from '#stream/log-events.ts'
import type {Endpoint} from '#xrpc/endpoint.ts'
import type {Callers} from './callers.ts'
import type {Consumers} from '../consumers.ts'
import type {Hosts} from '../hosts/hosts.ts'
import type {IdentityAnswers} from '../identity/identity-answers.ts'
import type {Refusals} from '../intake/refusals.ts'
import type {Siblings} from '../operator/siblings.ts'
import type {CollectionStore} from '../store/collection-store.ts'
import type {RelayStore} from '../store/relay-store.ts'
import type {States} from '../repos/states.ts'
import {endpoint as refreshIdentity} from './com/atproto/identity/refreshIdentity.ts'
import {endpoint as resolveDid} from './com/atproto/identity/resolveDid.ts'
import {endpoint as resolveHandle} from './com/atproto/identity/resolveHandle.ts'
import {endpoint as resolveIdentity} from './com/atproto/identity/resolveIdentity.ts'
import {endpoint as getHostStatus} from './com/atproto/sync/getHostStatus.ts'
import {endpoint as getLatestCommit} from './com/atproto/sync/getLatestCommit.ts'
import {endpoint as getRepo} from './com/atproto/sync/getRepo.ts'
import {endpoint as getRepoStatus} from './com/atproto/sync/getRepoStatus.ts'
import {endpoint as listHosts} from './com/atproto/sync/listHosts.ts'
import {endpoint as listRepos} from './com/atproto/sync/listRepos.ts'
import {endpoint as listReposByCollection} from './com/atproto/sync/listReposByCollection.ts'
import {endpoint as requestCrawl} from './com/atproto/sync/requestCrawl.ts'
import {endpoint as subscribeRepos} from './com/atproto/sync/subscribeRepos.ts'

export interface RelayParts {
  hosts: Hosts
  states: States
  store: RelayStore
  collections: CollectionStore
  events: LogEvents
  consumers: Consumers
  refusals: Refusals
  siblings: Siblings
  identities: IdentityAnswers
}

export const relayEndpoints = (parts: RelayParts): Endpoint<Callers>[] => [
  refreshIdentity(parts),
  resolveDid(parts),
  resolveHandle(parts),
  resolveIdentity(parts),
  getHostStatus(parts),
  getLatestCommit(parts),
  getRepo(parts),
  getRepoStatus(parts),
  listHosts(parts),
  listRepos(parts),
  listReposByCollection(parts),
  requestCrawl(parts),
  subscribeRepos(parts),
]
