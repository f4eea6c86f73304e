/**
 * How an account stands: active, at rest because its owner wants it so or is moving, taken down, or gone. Each change
 * is one act with the event that tells of it.
 */
import type {World} from '#std/world.ts'
import {Keypair} from '#atp/crypto/key.ts'
import {encodeCar} from '#atp/repo/car-write.ts'
import {datetimeOf} from '#atp/syntax/datetime.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {Account, AccountStore} from '../store/accounts/account-store.ts'
import type {Blobs} from '../blobs/blobs.ts'
import type {EventStore, Unsequenced} from '../store/events/event-store.ts'
import type {KeyStore} from '../store/accounts/key-store.ts'
import type {OwnIdentities} from '../identity/own-identities.ts'
import type {PreferenceStore} from '../store/accounts/preference-store.ts'
import type {RepoStore} from '../store/repos/repo-store.ts'
import type {MailCode} from '../store/sessions/session-store.ts'
import {wrongCode} from '../mail/email-tokens.ts'
import type {Repos} from '../repos/repos.ts'
import {noRepo, Refusal} from '../refusal.ts'

const duePerSweep = 100
const atOnceMs = 0
/** Events that are deleted in one act, so that none holds up other writers. */
const eventsPerAct = 100

/** Where an account stands, as events and lexicons spell it. */
export function statusOf({takedownRef, deactivatedMs}: Pick<Account, 'takedownRef' | 'deactivatedMs'>) {
  if (takedownRef !== null) return {active: false, status: 'takendown'}
  return deactivatedMs === null ? {active: true} : {active: false, status: 'deactivated'}
}

export interface StandingOptions {
  accounts: Pick<AccountStore, 'byDid' | 'contents' | 'deactivate' | 'activate' | 'setTakedown' | 'remove' | 'due'>
  repoStore: Pick<RepoStore, 'head' | 'blocks'>
  keys: Pick<KeyStore, 'signingKey'>
  repos: Pick<Repos, 'forget'>
  preferences: Pick<PreferenceStore, 'countPreferences'>
  blobs: Pick<Blobs, 'settleAll'>
  identities: Pick<OwnIdentities, 'fault'>
  events: Pick<EventStore, 'forget' | 'tell'>
  world: Pick<World, 'now'>
  /** Called after an event is durable. */
  onEvent: () => void
}

export class Standing {
  readonly #options: StandingOptions

  constructor(options: StandingOptions) {
    this.#options = options
  }

  /** The did:key that signs the account's repository. */
  async signingKey(did: Did): Promise<string> {
    const key = await this.#options.keys.signingKey(did)
    if (!key) throw noRepo(did)
    return Keypair.import('k256', key).didKey
  }

  /** How far an account is that moves here, and what speaks against activating it. */
  async check(did: Did) {
    const {accounts, repoStore, preferences, identities} = this.#options
    const [account, head, contents] = await Promise.all([
      accounts.byDid(did),
      repoStore.head(did),
      accounts.contents(did),
    ])
    if (!account || !head || !contents) throw noRepo(did)
    return {
      activated: account.deactivatedMs === null,
      validDid: (await identities.fault(did, await this.signingKey(did))) === undefined,
      repoCommit: head.root.toString(),
      repoRev: head.rev,
      repoBlocks: contents.blocks,
      indexedRecords: contents.records,
      privateStateValues: await preferences.countPreferences(did),
      expectedBlobs: contents.blobsReferred,
      importedBlobs: contents.blobsKept,
    }
  }

  /**
   * Puts an account at rest. Nothing of it is served, and nothing deleted unless `deleteAfterMs` comes. Throws `Refusal`
   * when there is no such account. Like each of these it tells the firehose also when nothing changes: who says it again
   * has a reason to.
   */
  async deactivate(did: Did, deleteAfterMs: number | null): Promise<void> {
    const {accounts, world, onEvent} = this.#options
    const nowMs = world.now()
    const account = await accounts.byDid(did)
    if (!account) throw noRepo(did)
    // One that is taken down is told of as that, whatever its owner does meanwhile.
    const event = this.#statusEvent({...account, deactivatedMs: nowMs})
    await accounts.deactivate(did, nowMs, deleteAfterMs, [event])
    onEvent()
  }

  /**
   * Lets an account serve. Throws `Refusal` while its document does not lead here, or cannot be had, and of an account
   * that is taken down: that has to end first.
   */
  async activate(did: Did): Promise<void> {
    const {accounts, identities, onEvent} = this.#options
    const fault = await identities.fault(did, await this.signingKey(did))
    if (fault) throw new Refusal(fault.passing ? 'directory-failed' : 'not-here', fault.detail)
    const account = await accounts.byDid(did)
    if (!account) throw noRepo(did)
    if (account.takedownRef !== null) {
      throw new Refusal('account-gone', `${did} is taken down: it can be activated once that has ended.`)
    }
    await accounts.activate(did, await this.#returnEvents(account))
    onEvent()
  }

  /** Tells the firehose how the account stands. */
  async tell(did: Did): Promise<void> {
    const {accounts, events, onEvent} = this.#options
    const account = await accounts.byDid(did)
    if (!account) return
    await events.tell([this.#statusEvent(account)])
    onEvent()
  }

  /** Tells the firehose that the account's document may have changed. */
  async announceIdentity(did: Did): Promise<void> {
    const {accounts, events, world, onEvent} = this.#options
    const handle = (await accounts.byDid(did))?.handle
    await events.tell([{t: '#identity', did, time: datetimeOf(world.now()), ...(handle && {handle})}])
    onEvent()
  }

  /** Hides an account from everyone for a reason of this server's, or with null lets it be seen again. */
  async takeDown(did: Did, ref: string | null): Promise<void> {
    const {accounts, onEvent} = this.#options
    const account = await accounts.byDid(did)
    if (!account) return
    await accounts.setTakedown(did, ref, [this.#statusEvent({...account, takedownRef: ref})])
    onEvent()
  }

  /**
   * Removes an account with all it has, and all that the firehose told of it but its end. That it goes is decided before
   * the first of its events does: whatever comes in between, the next `sweep` brings it to its end. A `code` that was
   * mailed for it is spent by that decision. Throws `Refusal` `wrong-code`.
   */
  async remove(did: Did, code?: MailCode): Promise<void> {
    const {accounts, repos, blobs, events, world, onEvent} = this.#options
    if ((await accounts.deactivate(did, world.now(), atOnceMs, [], code)) === 'wrong-code') throw wrongCode()
    while ((await events.forget(did, eventsPerAct)) === eventsPerAct);
    const time = datetimeOf(world.now())
    await accounts.remove(did, [{t: '#account', did, time, active: false, status: 'deleted'}])
    repos.forget(did)
    onEvent()
    blobs.settleAll()
  }

  /** Removes the accounts at rest whose time has come. */
  async sweep(): Promise<void> {
    const {accounts, world} = this.#options
    for (let due; due === undefined || due.length === duePerSweep;) {
      due = await accounts.due(world.now(), duePerSweep)
      for (const did of due) await this.remove(did)
    }
  }

  #statusEvent(account: Account): Unsequenced {
    const time = datetimeOf(this.#options.world.now())
    return {t: '#account', did: account.did, time, ...statusOf(account)} as Unsequenced
  }

  /** What the firehose is told of an account that is back, with the commit at which it stands. */
  async #returnEvents({did, handle}: Account): Promise<Unsequenced[]> {
    const {repoStore, world} = this.#options
    const time = datetimeOf(world.now())
    const head = await repoStore.head(did)
    const [commit] = head ? await repoStore.blocks(did, [head.root]) : []
    if (!head || !commit) throw noRepo(did)
    return [
      {t: '#account', did, time, active: true},
      {t: '#identity', did, time, ...(handle !== null && {handle})},
      {t: '#sync', did, time, rev: head.rev, blocks: encodeCar([head.root], [commit])},
    ]
  }
}
