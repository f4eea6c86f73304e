/**
 * What a Tap keeps of the network: which repositories it follows and how far it has come with each, which records of them
 * it has told of, and the events that follow from that, which go into the outbox in the same act. Who delivers them has
 * `outbox-store.ts`.
 */
import type {AccountStatus} from '#atp/sync/event.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {ResyncStore} from '#stream/resync-store.ts'
import type {ViewStore} from '#stream/view.ts'
import type {FilterSettings} from '../filters.ts'

/**
 * `pending` has not been fetched yet, `desynchronized` has to be fetched again because something was missed, `resyncing`
 * is being fetched, `error` could not be and will be tried again, `paused` is left alone until somebody says otherwise.
 */
export const repoStates = ['pending', 'desynchronized', 'resyncing', 'active', 'error', 'paused'] as const
export type RepoState = (typeof repoStates)[number]

export interface RepoInfo {
  readonly did: Did
  /** As it was confirmed last; null before that. */
  readonly handle: string | null
  readonly state: RepoState
  readonly status: AccountStatus
  readonly rev: string | null
  /** Why it could not be fetched, if that is so. */
  readonly error: string | null
  readonly tries: number
}

/** An account whose handle is to be confirmed. */
export interface HandleDue {
  readonly did: Did
  readonly dueMs: number
}

/** Why something that the network sent was not told of. */
export const skipReasons = [
  'untracked',
  'replayed',
  'paused',
  'bad-path',
  'unreadable-record',
  'held-too-much',
] as const
export type SkipReason = (typeof skipReasons)[number]

export interface TapStore extends ViewStore, ResyncStore {
  readonly skipped: ReadonlyMap<SkipReason, number>
  /** Follows these; those that are followed already stay as they are, but one in error is due at once. Gives how many are new. */
  track(dids: readonly Did[]): Promise<number>
  /** Follows these no more, and forgets them and what is yet to be told of them. */
  untrack(dids: readonly Did[]): Promise<void>
  /** Leaves these alone, or takes them up again, by fetching them. Gives how many there are. */
  pause(dids: readonly Did[], isPaused: boolean): Promise<number>
  info(did: Did): Promise<(RepoInfo & {readonly records: number}) | undefined>
  /** In the order of their numbers, which are cursors. */
  list(query: {
    readonly after: number
    readonly limit: number
    readonly state?: RepoState
  }): Promise<{readonly repos: readonly RepoInfo[]; readonly cursor: number | undefined}>
  /** How many of what there are; these and the next two may be of a moment ago where there are very many. */
  counts(): Promise<{readonly repos: number; readonly records: number; readonly held: number}>
  /** How many repositories there are in each state. */
  states(): Promise<ReadonlyMap<RepoState, number>>
  /** Why repositories could not be fetched that are to be tried again: the commonest reasons, and how often each. */
  faults(limit: number): Promise<readonly {readonly reason: string; readonly count: number}[]>
  /** Accounts whose handle is due, longest due first. */
  handlesDue(limit: number): Promise<readonly HandleDue[]>
  /**
   * Notes what was found, tells it if it is another, and when to look again, unless it has become due anew meanwhile.
   * Without `handle` nothing could be found out.
   */
  setHandle(did: Did, handle: string | undefined, nextMs: number, dueMs: number): Promise<void>
  /** The filters that were set at run time over these of the configuration. */
  filters(configured: FilterSettings): Promise<FilterSettings | undefined>
  /** Sets the filters. What they let pass that they did not before makes every repository due: some now, see `tidySome`. */
  setFilters(filters: FilterSettings, configured: FilterSettings): Promise<void>
  /**
   * Goes on with making every repository due, and with deleting what large ones that are gone have left. False when there
   * is nothing to go on with.
   */
  tidySome(): Promise<boolean>
  /** A list is to be gone through from its beginning. */
  listAnew(list: string): Promise<void>
  /** How far a list was gone through; see `ResyncStore.listed`. */
  noteListed(list: string, dids: readonly Did[], cursor: string | null): Promise<number>
}
