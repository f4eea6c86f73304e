/** What a relay notes beside its log: the hosts it follows, and how far it has followed each repository. */
import type {Did} from '#atp/syntax/did.ts'
import type {Seq} from '#engines/event-log/event-log.ts'
import type {CollectionChange} from '../collections/collection-change.ts'
import type {RepoState} from '../repos/repo-state.ts'

/** How strictly a host is held to Sync 1.1, in the order in which it is held to more. */
export const syncStages = ['observe', 'warn', 'enforce'] as const
export type SyncStage = (typeof syncStages)[number]

export interface HostRow {
  readonly id: number
  readonly hostname: string
  /** The last event of the host that was dealt with; 0 before the first. */
  readonly cursor: number
  /** When it was added, in milliseconds since 1970. */
  readonly addedMs: number
  /** Whether it was taken because it asked, which is counted by the day. */
  readonly asked: boolean
  readonly banned: boolean
  /** How many of its accounts are passed on, as the operator has set it; null where that follows from the settings. */
  readonly accountLimit: number | null
  /** Whether nothing is said when it comes near that. */
  readonly alertsSilenced: boolean
  /** What it was found to deserve, and since when, in milliseconds since 1970. */
  readonly stage: SyncStage
  readonly stageSinceMs: number
  /** What the operator has set in its place; null for nothing. */
  readonly stageSet: SyncStage | null
}

/** What an operator sets of a host. */
export type HostSettings = Pick<HostRow, 'banned' | 'accountLimit' | 'alertsSilenced' | 'stageSet'>

export interface RepoRow {
  /** In the order in which they were first seen. */
  readonly id: number
  readonly did: Did
  readonly state: RepoState
}

/** What has changed since the last `save`. */
export interface Changes {
  /** The last event of the log that these changes include. */
  readonly applied: Seq
  readonly repos: ReadonlyMap<Did, RepoState>
  /** By the host's id. */
  readonly cursors: ReadonlyMap<number, number>
  /** What of their collections has changed (`collection-store.ts`), of accounts that are among the states by then. */
  readonly collections?: ReadonlyMap<Did, CollectionChange>
}

export interface RelayStore {
  hosts(): Promise<readonly HostRow[]>
  /** The host of that name, which is added if it is new. */
  addHost(hostname: string, nowMs: number, asked?: boolean): Promise<HostRow>
  /** Changes what is given; the rest stays. */
  setHost(id: number, changes: Partial<HostSettings>): Promise<void>
  /** Notes what a host was found to deserve. */
  setStage(id: number, stage: SyncStage, nowMs: number): Promise<void>
  /** Accounts last seen on each of the hosts, by id. */
  accountCounts(hosts: readonly number[]): Promise<ReadonlyMap<number, number>>
  /** As `accountCounts`, of those that are active. */
  activeCounts(hosts: readonly number[]): Promise<ReadonlyMap<number, number>>
  /** Keeps an account for which its host has no room; not when so many of the host are kept already. */
  wait(host: number, did: Did, countMax: number): Promise<void>
  /** The hosts of which accounts wait for room. */
  waiting(): Promise<readonly number[]>
  /** Up to `limit` of those of a host, in the order in which they came; they wait no more. */
  takeWaiting(host: number, limit: number): Promise<readonly Did[]>
  /** Those of the repositories that are known. */
  repos(dids: readonly Did[]): Promise<ReadonlyMap<Did, RepoState>>
  /** Up to `limit` repositories that have a commit, after the one with this id. */
  reposAfter(id: number, limit: number): Promise<readonly RepoRow[]>
  /** All of the changes, in one act, or none. Rejects for a state on a host that was never added. */
  save(changes: Changes): Promise<void>
  /** The last event of the log that the states include; 0 for none. */
  applied(): Promise<Seq>
  close(): Promise<void>
}
