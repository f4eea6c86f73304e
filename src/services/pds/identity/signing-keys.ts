/**
 * Another signing key for an account, as when one may have been seen by others. The identity says it first, then the
 * repository stands under a commit that the new key signs; a crash in between is made good by asking for the same again.
 */
import {formatDidKey, Keypair} from '#atp/crypto/key.ts'
import {withIdentity} from '#atp/plc/build.ts'
import {encodeCar} from '#atp/repo/car-write.ts'
import {commitBlock, repoVersion, signCommit} from '#atp/repo/commit.ts'
import {datetimeOf} from '#atp/syntax/datetime.ts'
import {didMethod, type Did} from '#atp/syntax/did.ts'
import type {World} from '#std/world.ts'
import type {ServiceTokens} from '../proxy/service-tokens.ts'
import {noRepo, Refusal} from '../refusal.ts'
import type {Repos} from '../repos/repos.ts'
import type {AccountStore} from '../store/accounts/account-store.ts'
import type {KeyStore} from '../store/accounts/key-store.ts'
import type {RepoStore} from '../store/repos/repo-store.ts'
import type {OwnIdentities} from './own-identities.ts'
import type {PlcOperations} from './plc-operations.ts'

/** Writers may come in between; so often it is tried again. */
const triesMax = 10

export interface SigningKeysParts {
  accounts: Pick<AccountStore, 'byDid'>
  keys: Pick<KeyStore, 'signingKey' | 'waiting' | 'exchange'>
  store: Pick<RepoStore, 'head'>
  repos: Pick<Repos, 'nextRev' | 'forget'>
  plc: Pick<PlcOperations, 'sign' | 'submit'>
  identities: Pick<OwnIdentities, 'current' | 'forget'>
  tokens: Pick<ServiceTokens, 'forget'>
  world: Pick<World, 'now'>
  /** Called after an event is durable. */
  onEvent: () => void
}

export class SigningKeys {
  readonly #parts: SigningKeysParts

  constructor(parts: SigningKeysParts) {
    this.#parts = parts
  }

  /**
   * Gives the account the key `next` (did:key), which waits here (`reserveSigningKey`), or makes its identity say the one
   * that it has. Throws `Refusal`.
   */
  async exchange(did: Did, next: string): Promise<void> {
    const {keys, identities, tokens} = this.#parts
    const now = await keys.signingKey(did)
    if (!now) throw noRepo(did)
    const isHere = Keypair.import('k256', now).didKey === next
    const waiting = isHere ? undefined : await keys.waiting(did, next)
    if (!isHere && !waiting) {
      throw new Refusal('key-unknown', `No key ${next} waits here for ${did}: reserve one (reserveSigningKey).`)
    }
    if (didMethod(did) === 'plc') await this.#publish(did, next)
    else await this.#demandPublished(did, next)
    if (waiting) await this.#take(did, next, Keypair.import('k256', waiting))
    identities.forget(did)
    tokens.forget()
  }

  async #publish(did: Did, next: string): Promise<void> {
    const {plc} = this.#parts
    let isSaid = false
    const operation = await plc.sign(did, data => {
      isSaid = data.verificationMethods.atproto === next
      return withIdentity(data, {signingKey: next})
    })
    if (!isSaid) await plc.submit(did, operation)
  }

  /** What is not in the directory only its owner changes. */
  async #demandPublished(did: Did, next: string): Promise<void> {
    const found = await this.#parts.identities.current(did, {maxAgeMs: 0})
    if (!found.ok) throw new Refusal(found.passing ? 'directory-failed' : 'not-here', found.detail)
    const {key} = found.value
    if (key && formatDidKey(key) === next) return
    throw new Refusal('not-here', `Put ${next} into the document of ${did} first, as its key #atproto.`)
  }

  async #take(did: Did, next: string, signer: Keypair): Promise<void> {
    const {accounts, keys, store, repos, world, onEvent} = this.#parts
    for (let tries = 0; tries < triesMax; tries++) {
      const [account, head] = await Promise.all([accounts.byDid(did), store.head(did)])
      if (!account || !head) throw noRepo(did)
      const {data} = head
      const rev = repos.nextRev(head.rev)
      const commit = commitBlock(signCommit({did, version: repoVersion, data, rev, prev: null}, signer))
      const time = datetimeOf(world.now())
      const {handle} = account
      const outcome = await keys.exchange({
        did,
        publicKey: next,
        prev: head.root,
        head: {root: commit.cid, data, rev},
        commit,
        identity: {t: '#identity', did, time, ...(handle !== null && {handle})},
        sync: {t: '#sync', did, time, rev, blocks: encodeCar([commit.cid], [commit])},
      })
      if (outcome === 'stale') continue
      repos.forget(did)
      onEvent()
      return
    }
    throw new Refusal('repo-busy', 'Too much is being written to this repository; try again.')
  }
}
