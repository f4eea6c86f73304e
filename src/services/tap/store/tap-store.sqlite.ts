/** What a Tap keeps of the network, in SQLite. */
import type {Did} from '#atp/syntax/did.ts'
import type {AccountEvent, RepoOp} from '#atp/sync/event.ts'
import type {Sql, SqlReader, SqlWriter} from '#engines/sql/sql.ts'
import type {World} from '#std/world.ts'
import type {DueRepo, FetchedRecord, ListedRepo} from '#stream/resync-store.ts'
import type {Cursor, StreamCommit, StreamEvent} from '#stream/verified-events.ts'
import {type Filters, type FilterSettings, isWider} from '../filters.ts'
import {type Change, recordHead} from '../outbox/page.ts'
import {actionOf, cidOfRecord, noteChanges, partsOf, writesOf} from './changes.ts'
import {Held, type HeldCommit} from './held.ts'
import {Pages} from './pages.ts'
import {beginRefetch, isRefetching, refetchSome} from './refetch.ts'
import {
  addRepo,
  forgetSome,
  identityOf,
  infoOf,
  isForgetting,
  type KeptState,
  removeRepo,
  repoOf,
  type RepoRow,
  reposAfter,
  retry,
} from './repo-rows.ts'
import {Resyncs} from './resyncs.ts'
import {Tally} from './tally.ts'
import type {HandleDue, RepoInfo, RepoState, SkipReason, TapStore} from './tap-store.ts'

/** A list of repositories is gone through again after this. */
const listAgainMs = 86_400_000

/** What an event says of whom it is about. */
interface Told {
  readonly t: Exclude<StreamEvent['t'], '#info'>
  readonly did: string
  readonly ops?: readonly Pick<RepoOp, 'path'>[]
}

export interface SqliteTapOptions {
  readonly world: Pick<World, 'now'>
  readonly filters: Filters
  /** Where a stream is noted that has told nothing of interest, no more often than this. */
  readonly cursorSaveMs: number
  /** Whether it is told how each repository gets on, which consumers may not know what to do with. */
  readonly tellsStates: boolean
}

export class SqliteTapStore implements TapStore {
  readonly skipped = new Map<SkipReason, number>()
  readonly #sql: Sql
  readonly #options: SqliteTapOptions
  readonly #pages: Pages
  readonly #held: Held
  readonly #resyncs: Resyncs
  readonly #tally: Tally
  /** How far a stream was read, and when that was noted last. */
  readonly #read = new Map<string, {cursor: Cursor; savedMs: number}>()

  constructor(sql: Sql, options: SqliteTapOptions) {
    const skipped = (reason: SkipReason): void => this.#skip(reason)
    this.#sql = sql
    this.#options = options
    const {world, filters} = options
    this.#tally = new Tally(sql, world)
    this.#pages = new Pages(world, skipped)
    this.#held = new Held({skipped, put: (tx, did, repo, commit) => this.#put(tx, did, repo, commit)})
    const tellState = (tx: SqlWriter, did: Did): void => this.#tellState(tx, did)
    this.#resyncs = new Resyncs({sql, pages: this.#pages, held: this.#held, filters, world, skipped, tellState})
  }

  /** Repositories that are being fetched. */
  get resyncing(): number {
    return this.#resyncs.running
  }

  #skip(reason: SkipReason): void {
    this.skipped.set(reason, (this.skipped.get(reason) ?? 0) + 1)
  }

  // The stream.

  async cursor(source: string): Promise<Cursor | undefined> {
    return this.#read.get(source)?.cursor ?? this.#sql.read(tx => savedCursor(tx, source))
  }

  async apply(source: string, events: readonly StreamEvent[], cursor: Cursor): Promise<void> {
    const {world, cursorSaveMs} = this.#options
    const {savedMs = -Infinity, cursor: before} = this.#read.get(source) ?? {}
    const wanted = this.#sql.read(tx => events.filter(event => this.#isWanted(tx, event)))
    const isDue = world.now() - savedMs >= cursorSaveMs || (before !== undefined && cursor < before)
    if (wanted.length === 0 && !isDue) return void this.#read.set(source, {cursor, savedMs})
    await this.#sql.write(
      tx => {
        for (const event of wanted) this.#take(tx, event)
        tx.run('INSERT INTO place VALUES (?, ?) ON CONFLICT DO UPDATE SET cursor = excluded.cursor', source, cursor)
      },
      {survives: wanted.length > 0 ? 'power' : 'process'},
    )
    this.#read.set(source, {cursor, savedMs: world.now()})
  }

  /** Whether an event is of any interest, as far as can be told without a look at what it carries. */
  isWanted(event: Told): boolean {
    return this.#sql.read(tx => this.#isWanted(tx, event))
  }

  #isWanted(tx: SqlReader, event: Told | Extract<StreamEvent, {t: '#info'}>): boolean {
    if (event.t === '#info' || this.#options.filters.settings.fullNetwork) return true
    if (event.ops && this.#isSignal(event.ops)) return true
    const isTracked = tx.get('SELECT 1 FROM repo WHERE did = ?', event.did) !== undefined
    if (!isTracked) this.#skip('untracked')
    return isTracked
  }

  #isSignal(ops: readonly Pick<RepoOp, 'path'>[]): boolean {
    const {filters} = this.#options
    return filters.discovers && ops.some(({path}) => filters.isSignal(path.slice(0, path.indexOf('/'))))
  }

  #take(tx: SqlWriter, event: StreamEvent): void {
    if (event.t === '#info') {
      // Events are gone that it has not had: which repositories they were of nobody can tell.
      if (event.name === 'OutdatedCursor') beginRefetch(tx, this.#refetch(tx))
      return
    }
    const repo = repoOf(tx, event.did) ?? this.#discover(tx, event)
    if (!repo) return this.#skip('untracked')
    const nowMs = this.#options.world.now()
    switch (event.t) {
      case '#commit':
        return this.#takeCommit(tx, repo, event)
      case '#sync':
        if (event.rev <= (repo.rev ?? '')) return this.#skip('replayed')
        return this.#miss(tx, repo, event.rev)
      case '#identity':
        tx.run('UPDATE repo SET handleDueMs = ? WHERE id = ?', nowMs, repo.id)
        return
      case '#account':
        return this.#takeAccount(tx, repo, event)
    }
  }

  /** Follows an account of which something is told, if it is of interest. */
  #discover(tx: SqlWriter, event: Exclude<StreamEvent, {t: '#info'}>): RepoRow | undefined {
    const {filters, world} = this.#options
    const isOfInterest = event.t === '#commit' && this.#isSignal(event.ops)
    if (!isOfInterest && !filters.settings.fullNetwork) return undefined
    if (event.t === '#account' && !event.active) return undefined
    const nowMs = world.now()
    // Of an account that writes for the first time all is known already.
    const isFirst = event.t === '#commit' && event.since === null
    addRepo(tx, event.did, isFirst ? 'active' : 'pending', isFirst ? null : nowMs, nowMs)
    return repoOf(tx, event.did)
  }

  #takeCommit(tx: SqlWriter, repo: RepoRow, event: StreamCommit): void {
    const {id, did, rev, state, isPaused} = repo
    if (event.rev <= (rev ?? '')) return this.#skip('replayed')
    if (isPaused === 1) return this.#skip('paused')
    const commit = {rev: event.rev, since: event.since, writes: writesOf(event)}
    const isFirst = rev === null && event.since === null
    const isFollowed = state === 'active' || (isFirst && state === 'pending')
    if (isFollowed && event.since === rev && !this.#resyncs.isRunning(did)) {
      this.#put(tx, did, id, commit)
      if (state === 'pending') this.#setState(tx, repo, 'active', null)
      return
    }
    if (state === 'active') this.#miss(tx, repo, null)
    this.#held.keep(tx, repo, commit)
  }

  /** Tells what a commit writes, which carries on from what there is. */
  #put(tx: SqlWriter, did: Did, repo: number, {rev, writes}: HeldCommit): void {
    const {filters} = this.#options
    const changes: Change[] = []
    for (const write of writes) {
      const parts = partsOf(write.path)
      if (!parts) this.#skip('bad-path')
      if (!parts || !filters.passes(parts.collection)) continue
      const action = actionOf(write, cidOfRecord(tx, repo, write.path))
      if (action === undefined) continue
      const version = action === 'delete' ? {} : {cid: write.cid ?? undefined, bytes: write.bytes}
      changes.push({...parts, action, ...version})
    }
    const dropped = new Set<Change>()
    const bodies = this.#pages.bodiesOf(changes, change => dropped.add(change))
    for (const body of bodies) this.#pages.put(tx, did, true, recordHead(true, did, rev), body)
    const told = changes.flatMap(change => {
      if (!dropped.has(change)) return [change]
      return change.action === 'update' ? [{...change, action: 'delete' as const}] : []
    })
    noteChanges(tx, repo, told)
    tx.run('UPDATE repo SET rev = ? WHERE id = ?', rev, repo)
  }

  /** Something of it was missed: it is to be fetched, at `rev` or later. */
  #miss(tx: SqlWriter, repo: RepoRow, rev: string | null): void {
    if (rev !== null) tx.run('UPDATE repo SET missed = max(coalesce(missed, ?), ?) WHERE id = ?', rev, rev, repo.id)
    if (repo.state !== 'active' || repo.status !== 'active') return
    this.#setState(tx, repo, 'desynchronized', this.#options.world.now())
  }

  #setState(tx: SqlWriter, {id, did}: RepoRow, state: KeptState, dueMs: number | null): void {
    tx.run('UPDATE repo SET state = ?, dueMs = ? WHERE id = ?', state, dueMs, id)
    this.#tellState(tx, did)
  }

  #tellState(tx: SqlWriter, did: Did): void {
    if (!this.#options.tellsStates) return
    const row = repoOf(tx, did)
    if (!row) return
    const {state, status, rev, error, tries} = infoOf(row, false)
    const said = {did, state, status, rev: rev ?? '', error: error ?? '', retries: tries}
    this.#pages.putPlain(tx, did, 'repo', said, true)
  }

  #takeAccount(tx: SqlWriter, repo: RepoRow, {did, active, status: told}: AccountEvent): void {
    const status = active ? 'active' : told
    // What a relay says of itself, such as that it throttles an account, says nothing of the account.
    if (status === undefined || !statuses.has(status) || status === repo.status) return
    this.#pages.putPlain(tx, did, 'identity', identityOf(did, repo.handle, status), true)
    if (status === 'deleted') {
      this.#resyncs.forget(did)
      return removeRepo(tx, repo.id)
    }
    const nowMs = this.#options.world.now()
    // What it wrote while it was away nobody has told.
    const isBack = status === 'active' && repo.state !== 'pending'
    if (isBack) this.#setState(tx, repo, 'desynchronized', nowMs)
    const dueMs = status === 'active' ? nowMs : null
    tx.run('UPDATE repo SET status = ?, dueMs = ?, handleDueMs = ? WHERE id = ?', status, dueMs, nowMs, repo.id)
  }

  // Fetching repositories.

  async listed(service: string): Promise<string | null | undefined> {
    const row = this.#sql.read(tx =>
      tx.get<{cursor: string | null; endedMs: number | null}>(
        'SELECT cursor, endedMs FROM listing WHERE service = ?',
        service,
      ),
    )
    if (row?.endedMs != null && this.#options.world.now() - row.endedMs >= listAgainMs) return undefined
    return row?.cursor
  }

  async note(service: string, repos: readonly ListedRepo[], cursor: string | null): Promise<void> {
    const nowMs = this.#options.world.now()
    await this.#sql.write(tx => {
      for (const {did, rev, active, status} of repos) {
        if (status === 'deleted' || active === false) continue
        const known = repoOf(tx, did)
        if (!known) addRepo(tx, did, 'pending', nowMs, nowMs)
        else if ((known.rev ?? '') < rev) this.#miss(tx, known, rev)
      }
      noteListing(tx, service, cursor, nowMs)
    })
  }

  async listAnew(list: string): Promise<void> {
    await this.#sql.write(tx => void tx.run('DELETE FROM listing WHERE service = ?', list))
  }

  async noteListed(list: string, dids: readonly Did[], cursor: string | null): Promise<number> {
    const nowMs = this.#options.world.now()
    return this.#sql.write(tx => {
      noteListing(tx, list, cursor, nowMs)
      return dids.filter(did => addRepo(tx, did, 'pending', nowMs, nowMs)).length
    })
  }

  async due(limit: number): Promise<readonly DueRepo[]> {
    return this.#resyncs.due(limit)
  }

  begin(did: Did): Promise<void> {
    return this.#resyncs.begin(did)
  }

  stage(did: Did, records: readonly FetchedRecord[]): Promise<void> {
    return this.#resyncs.stage(did, records)
  }

  finish(did: Did, rev: string): Promise<'done' | 'behind' | 'gone'> {
    return this.#resyncs.finish(did, rev)
  }

  putOff(did: Did, dueMs: number): Promise<void> {
    return this.#resyncs.putOff(did, dueMs)
  }

  postpone(did: Did, dueMs: number, reason?: string): Promise<void> {
    return this.#resyncs.postpone(did, dueMs, reason)
  }

  // What people ask for.

  async track(dids: readonly Did[]): Promise<number> {
    const nowMs = this.#options.world.now()
    return this.#sql.write(
      tx => dids.filter(did => addRepo(tx, did, 'pending', nowMs, nowMs) || retry(tx, did, nowMs)).length,
    )
  }

  async untrack(dids: readonly Did[]): Promise<void> {
    await this.#sql.write(tx => {
      for (const did of dids) {
        const repo = repoOf(tx, did)
        if (repo) removeRepo(tx, repo.id)
        this.#resyncs.forget(did)
        tx.run('DELETE FROM outbox WHERE did = ?', did)
      }
    })
  }

  async pause(dids: readonly Did[], isPaused: boolean): Promise<number> {
    const nowMs = this.#options.world.now()
    return this.#sql.write(tx => {
      let count = 0
      for (const did of dids) {
        const repo = repoOf(tx, did)
        if (!repo) continue
        count++
        if ((repo.isPaused === 1) === isPaused) continue
        tx.run('UPDATE repo SET isPaused = ? WHERE id = ?', isPaused ? 1 : 0, repo.id)
        if (isPaused) this.#resyncs.forget(did)
        else if (repo.state !== 'pending') this.#setState(tx, repo, 'desynchronized', nowMs)
        if (isPaused) this.#tellState(tx, did)
      }
      return count
    })
  }

  async info(did: Did): Promise<(RepoInfo & {records: number}) | undefined> {
    const row = this.#sql.read(tx => repoOf(tx, did))
    return row && {...infoOf(row, this.#resyncs.isRunning(did)), records: row.records}
  }

  async list({after, limit, state}: {after: number; limit: number; state?: RepoState}): Promise<{
    repos: readonly RepoInfo[]
    cursor: number | undefined
  }> {
    const rows = this.#sql.read(tx => reposAfter(tx, after, limit))
    const repos = rows.map(row => infoOf(row, this.#resyncs.isRunning(row.did)))
    return {
      repos: state === undefined ? repos : repos.filter(repo => repo.state === state),
      cursor: rows.length === limit ? rows[limit - 1].id : undefined,
    }
  }

  async counts(): Promise<{repos: number; records: number; held: number}> {
    const {repos, records} = await this.#tally.totals()
    const held = this.#sql.read(tx => tx.get<{held: number}>('SELECT count(*) AS held FROM held'))?.held ?? 0
    return {repos, records, held}
  }

  async states(): Promise<ReadonlyMap<RepoState, number>> {
    return (await this.#tally.totals()).states
  }

  async faults(limit: number): Promise<readonly {reason: string; count: number}[]> {
    const {faults} = await this.#tally.totals()
    const all = Array.from(faults, ([reason, count]) => ({reason, count}))
    return all.toSorted((a, b) => b.count - a.count).slice(0, limit)
  }

  async handlesDue(limit: number): Promise<readonly HandleDue[]> {
    const sql = 'SELECT did, handleDueMs AS dueMs FROM repo WHERE handleDueMs <= ? ORDER BY handleDueMs LIMIT ?'
    return this.#sql.read(tx => tx.all<HandleDue>(sql, this.#options.world.now(), limit))
  }

  async setHandle(did: Did, handle: string | undefined, nextMs: number, dueMs: number): Promise<void> {
    await this.#sql.write(tx => {
      const repo = repoOf(tx, did)
      if (!repo) return
      if (handle !== undefined && handle !== repo.handle) {
        tx.run('UPDATE repo SET handle = ? WHERE id = ?', handle, repo.id)
        this.#pages.putPlain(tx, did, 'identity', identityOf(did, handle, repo.status), false)
      }
      tx.run('UPDATE repo SET handleDueMs = ? WHERE id = ? AND handleDueMs = ?', nextMs, repo.id, dueMs)
    })
  }

  async filters(configured: FilterSettings): Promise<FilterSettings | undefined> {
    const row = this.#sql.read(tx => tx.get<{value: string}>(`SELECT value FROM setting WHERE name = 'filters'`))
    if (!row) return undefined
    const {over, set} = JSON.parse(row.value) as {over: FilterSettings; set: FilterSettings}
    // A configuration that was changed since goes before what was said at run time.
    return JSON.stringify(over) === JSON.stringify(configured) ? set : undefined
  }

  async setFilters(set: FilterSettings, configured: FilterSettings): Promise<void> {
    const {filters} = this.#options
    const before = filters.settings
    try {
      await this.#sql.write(tx => {
        const value = JSON.stringify({over: configured, set})
        tx.run(`INSERT INTO setting VALUES ('filters', ?) ON CONFLICT DO UPDATE SET value = excluded.value`, value)
        // Within the act: what is fetched by the filters before may not be put in place after it.
        filters.set(set)
        if (!isWider(before, set)) return
        this.#resyncs.forgetAll()
        beginRefetch(tx, this.#refetch(tx))
      })
    } catch (error) {
      filters.set(before)
      throw error
    }
  }

  async tidySome(): Promise<boolean> {
    if (!this.#sql.read(tx => isRefetching(tx) || isForgetting(tx))) return false
    await this.#sql.write(tx => {
      refetchSome(tx, this.#refetch(tx))
      forgetSome(tx)
    })
    return true
  }

  #refetch(tx: SqlWriter): (repo: RepoRow) => void {
    const nowMs = this.#options.world.now()
    return repo => this.#setState(tx, repo, 'desynchronized', nowMs)
  }
}

const statuses: ReadonlySet<string> = new Set(['active', 'takendown', 'suspended', 'deactivated', 'deleted'])

const savedCursor = (tx: SqlReader, source: string): Cursor | undefined =>
  tx.get<{cursor: Cursor}>('SELECT cursor FROM place WHERE source = ?', source)?.cursor

function noteListing(tx: SqlWriter, service: string, cursor: string | null, nowMs: number): void {
  const endedMs = cursor === null ? nowMs : null
  tx.run('INSERT OR REPLACE INTO listing (service, cursor, endedMs) VALUES (?, ?, ?)', service, cursor, endedMs)
}
