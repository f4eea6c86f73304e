/**
 * The states of all repositories and the cursors of all hosts: in memory those that matter now, in the store all of
 * them as they were a moment ago. What is saved is never ahead of what the log has made durable; what the log has and
 * the store lacks is told again from the log at the next start. So a crash at any moment loses and repeats nothing.
 */
import type {Did} from '#atp/syntax/did.ts'
import type {Nsid} from '#atp/syntax/nsid.ts'
import {readRepoFrame} from '#atp/sync/verify.ts'
import {Lru} from '#engines/cache/lru.ts'
import type {EventLog, Seq} from '#engines/event-log/event-log.ts'
import {assert} from '#std/assert.ts'
import {isErased} from '#stream/log-events.ts'
import {changeBy, factsOf, toldAll, together, type CollectionChange} from '../collections/collection-change.ts'
import {frameOfRecord, originOfRecord} from '../log/log-record.ts'
import type {RelayStore} from '../store/relay-store.ts'
import {packed, type PackedState, unpacked} from './packed-state.ts'
import {changed, type RepoState} from './repo-state.ts'

/** Records read at a time when the log's tail is told again. */
const replayCount = 1_000

/** What has changed and is not saved yet. */
class Unsaved {
  applied: Seq = 0
  /** Resolves when the log has made `applied` durable. */
  durable: Promise<unknown> = Promise.resolve()
  readonly repos = new Map<Did, RepoState>()
  readonly cursors = new Map<number, number>()
  readonly collections = new Map<Did, CollectionChange>()

  get isEmpty(): boolean {
    return this.repos.size === 0 && this.cursors.size === 0 && this.collections.size === 0
  }

  /** Adds what was to be saved before, where nothing newer has come since. */
  putBack(before: Unsaved): void {
    for (const [did, state] of before.repos) if (!this.repos.has(did)) this.repos.set(did, state)
    for (const [host, seq] of before.cursors) if (!this.cursors.has(host)) this.cursors.set(host, seq)
    for (const [did, change] of before.collections) {
      const since = this.collections.get(did)
      this.collections.set(did, since ? together(change, since) : change)
    }
    if (this.applied === before.applied) this.durable = before.durable
  }
}

export class States {
  readonly #store: RelayStore
  readonly #held: Lru<Did, PackedState | null>
  #unsaved = new Unsaved()
  #saving = new Unsaved()
  /** Accounts whose servers are being asked for their collections, with what has changed of these meanwhile. */
  readonly #asked = new Map<Did, CollectionChange | undefined>()

  /** `reposMax` states are held beside those that are to be saved. */
  constructor(store: RelayStore, reposMax: number) {
    this.#store = store
    this.#held = new Lru({countMax: reposMax, now: () => 0})
  }

  /** The states of `dids`, each at hand for `get` until the next `await`. */
  async load(dids: readonly Did[]): Promise<Map<Did, RepoState | undefined>> {
    const missing = dids.filter(did => !this.#isAtHand(did))
    const found = missing.length > 0 ? await this.#store.repos(missing) : new Map<Did, RepoState>()
    // An event of the same account may have come by another host meanwhile: what is at hand is newer.
    for (const did of missing) if (!this.#isAtHand(did)) this.#hold(did, found.get(did) ?? null)
    return new Map(dids.map(did => [did, this.#find(did) ?? found.get(did)]))
  }

  async one(did: Did): Promise<RepoState | undefined> {
    return (await this.load([did])).get(did)
  }

  /** The newest state if it is in memory, `undefined` if it is not, null if there is none. */
  #find(did: Did): RepoState | null | undefined {
    const changed = this.#unsaved.repos.get(did) ?? this.#saving.repos.get(did)
    if (changed) return changed
    const held = this.#held.get(did)
    return held == null ? held : unpacked(held)
  }

  #isAtHand(did: Did): boolean {
    return this.#unsaved.repos.has(did) || this.#saving.repos.has(did) || this.#held.get(did) !== undefined
  }

  #hold(did: Did, state: RepoState | null): void {
    this.#held.set(did, state && packed(state))
  }

  /** The state as it is now, where `before` is what `load` gave for it. */
  now(did: Did, before: RepoState | undefined): RepoState | undefined {
    return this.#find(did) ?? before
  }

  set(did: Did, state: RepoState): void {
    this.#unsaved.repos.set(did, state)
    this.#hold(did, state)
  }

  /** What of an account's collections has changed, with the state that `set` is given for it. */
  collectionsChanged(did: Did, change: CollectionChange): void {
    this.#unsaved.collections.set(did, together(this.#unsaved.collections.get(did), change))
    if (this.#asked.has(did)) this.#asked.set(did, together(this.#asked.get(did), change))
  }

  /**
   * Takes the collections of an account as its server tells them. What it was asked before an event that came meanwhile
   * may be told as it was after it or before: what the event says is put over it.
   */
  async lookUpCollections(did: Did, ask: () => Promise<readonly Nsid[]>): Promise<void> {
    this.#asked.set(did, undefined)
    try {
      const told = toldAll(await ask())
      const since = this.#asked.get(did)
      const {collections} = this.#unsaved
      collections.set(did, together(collections.get(did), since ? together(told, since) : told))
    } finally {
      this.#asked.delete(did)
    }
  }

  /** A host has been followed up to `seq`. */
  followed(host: number, seq: number): void {
    this.#unsaved.cursors.set(host, seq)
  }

  /** Everything up to `seq` of the log is in the states, once `durable` resolves. */
  appended(seq: Seq, durable: Promise<unknown>): void {
    this.#unsaved.applied = seq
    this.#unsaved.durable = durable
  }

  /** Saves what has changed. One at a time. What could not be saved is left for the next time. */
  async save(): Promise<void> {
    const changes = this.#unsaved
    if (changes.isEmpty) return
    this.#unsaved = new Unsaved()
    this.#unsaved.applied = changes.applied
    this.#saving = changes
    try {
      await changes.durable
      await this.#store.save(changes)
    } catch (error) {
      this.#unsaved.putBack(changes)
      throw error
    } finally {
      this.#saving = new Unsaved()
    }
  }

  /** Brings the states to where the log is. Before anything else is done with them. */
  async recover(log: EventLog): Promise<{events: number}> {
    const from = await this.#store.applied()
    assert(log.bounds().last >= from, 'the log has all that the database says of it')
    let at = from
    for (;;) {
      const {first, events} = await log.read(at, replayCount)
      if (events.length === 0) break
      await this.#apply(events)
      at = first + events.length - 1
      this.appended(at, Promise.resolve())
      await this.save()
    }
    this.#unsaved.applied = at
    return {events: at - from}
  }

  async #apply(records: readonly Uint8Array[]): Promise<void> {
    for (const record of records) {
      const {host, hostSeq} = originOfRecord(record)
      if (isErased(frameOfRecord(record))) {
        this.followed(host, hostSeq)
        continue
      }
      const read = readRepoFrame(frameOfRecord(record))
      assert(read.ok && read.event && read.event.t !== '#info', 'the log holds events')
      const {event} = read
      const before = await this.one(event.did)
      const after = changed(before, event, host)
      const change = changeBy(event, before, after, event.t === '#commit' ? factsOf(event) : undefined)
      this.set(event.did, after)
      if (change) this.collectionsChanged(event.did, change)
      this.followed(host, hostSeq)
    }
  }
}
