/**
 * Many acts, one transaction, one sync. A sync to disk costs half a millisecond and a transaction some tens of
 * microseconds, while an act costs a few; so acts are gathered. Those that wait run one after the other in one
 * transaction, each in a savepoint of its own. While the sync of one group runs off the event loop, the next gathers:
 * the group grows with the load, and nobody waits for more than two syncs. Acts that are told of before their sync wait
 * for none: where only such wait, they are committed while a sync is under way, and the next one is for all of them.
 */
import type {DatabaseSync} from 'node:sqlite'
import {setImmediate as nextTurn} from 'node:timers/promises'
import {assert, AssertionError} from '#std/assert.ts'
import {Bell, Overloaded} from '#std/waiting/async.ts'
import {OutOfSpace} from '#std/out-of-space.ts'
import type {SqlValue, SqlWriter} from './sql.ts'
import {sqliteFault} from './sqlite-fault.ts'
import {Statements} from './statements.ts'

/** Acts that may wait; at some ten microseconds each, well under a second's work. */
const waitingMax = 10_000
/**
 * Jobs by another connection that are under way at a time. One takes it a millisecond or two, and the event loop, which
 * hands over the next, may be at something else for longer. Acts wait for no more than these.
 */
export const externalJobsMax = 4
/**
 * After an act, for so long, only one of them at a time: who writes one act after the other would wait for four before
 * each of his.
 */
const sharedMs = 100
/** After this long a group is committed with what it has, so that the event loop gets its turn. */
const groupMsMax = 10

interface Act {
  readonly run: (tx: SqlWriter) => unknown
  readonly resolve: (result: unknown) => void
  readonly reject: (error: unknown) => void
  /** Told of once it is committed, while it is being synced. */
  readonly early: boolean
  /** Does nothing but by its writer, and so may be run a second time after a rollback. */
  readonly again: boolean
}

interface ExternalJob {
  readonly job: () => Promise<void>
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/** While it lasts, external jobs write and groups wait: for as long as no act does. */
interface ExternalTurn {
  begun: number
  underWay: number
  /** What comes after a commit is still under way. */
  isHeld: boolean
  readonly end: () => void
}

export interface CommitHooks {
  /** Milliseconds, to see how long a group has taken. */
  readonly now?: () => number
  /** Before each group; what it throws fails the group. */
  readonly beforeGroup?: () => void
  /** Makes durable what is committed, if that takes more than a commit. `alone`: for one act, and none waits. */
  readonly sync?: (alone: boolean) => Promise<void>
  /** After each commit and its sync; the next one waits for it, if it takes time. `external`: another connection has
   * committed, without one. */
  readonly committed: (external: boolean) => Promise<void> | undefined
  /** How many acts were committed together, and how long that took with the sync. */
  readonly onGroup?: (acts: number, elapsedMs: number) => void
  /** The disk is full: an act was refused, which may go through later. */
  readonly onFull?: () => void
  /** The sync failed, and no act succeeds any more. */
  readonly failed: (error: Error) => void
}

export class GroupCommit {
  readonly #db: DatabaseSync
  readonly #statements: Statements
  readonly #tx: ActWriter
  readonly #hooks: CommitHooks
  readonly #now: () => number
  #waiting: Act[] = []
  #externalJobs: ExternalJob[] = []
  #turn: ExternalTurn | undefined
  /** When acts last came. */
  #actsAtMs = -Infinity
  #busy: Promise<void> | undefined
  #fault: Error | undefined
  /** See `Sql.version`. */
  version = 0
  /** Another connection has committed more than one act would, which the next sync is for as well. */
  #isMuchUnsynced = false
  /** The sync of what is committed, while it is under way. */
  #syncing: Promise<void> | undefined
  /** Settles with the sync of what was committed since that one began, if anything was. */
  #next: PromiseWithResolvers<void> | undefined
  readonly #called = new Bell()

  constructor(db: DatabaseSync, hooks: CommitHooks) {
    this.#db = db
    this.#statements = new Statements(db)
    this.#tx = new ActWriter(this.#statements)
    this.#hooks = hooks
    this.#now = hooks.now ?? (() => performance.now())
  }

  /** See `Sql.write`. */
  do(run: (tx: SqlWriter) => unknown, {early = false, again = false} = {}): Promise<unknown> {
    if (this.#fault) return Promise.reject(this.#fault)
    if (this.#waiting.length >= waitingMax)
      return Promise.reject(new Overloaded('Too many acts wait for the database.'))
    return new Promise((resolve, reject) => {
      this.#waiting.push({run, resolve, reject, early, again})
      this.#called.ring()
      this.#busy ??= this.#work()
    })
  }

  /**
   * Runs `job`, which writes and commits by another connection, while no group of this one does. It settles as `job`
   * does; what it committed is durable with the next group.
   */
  external(job: () => Promise<void>): Promise<void> {
    if (this.#fault) return Promise.reject(this.#fault)
    if (this.#externalJobs.length >= waitingMax)
      return Promise.reject(new Overloaded('Too much waits for the database.'))
    return new Promise((resolve, reject) => {
      this.#externalJobs.push({job, resolve, reject})
      if (this.#turn) this.#beginExternal(this.#turn)
      else this.#busy ??= this.#work()
    })
  }

  /** See `Sql.durable`. */
  durable(): Promise<void> {
    return this.#fault ? Promise.reject(this.#fault) : (this.#next?.promise ?? this.#syncing ?? Promise.resolve())
  }

  /** Resolves when no act waits. */
  async idle(): Promise<void> {
    while (this.#busy) await this.#busy
  }

  async #work(): Promise<void> {
    while (this.#waiting.length > 0 || this.#externalJobs.length > 0 || this.#next) {
      // At once: who has called for it may work on for a while before the event loop has its turn.
      if (this.#externalJobs.length > 0) await this.#runExternal()
      await nextTurn() // lets the acts of this turn of the event loop come together
      if (this.#waiting.length === 0 && !this.#next) continue
      const began = this.#now()
      const {settleEarly, settle, count, alone} = this.#runGroup()
      settleEarly()
      // In the step that committed: nobody reads what was not yet on its way to the disk.
      await this.#sync(alone)
      settle(this.#fault)
      if (count > 0) this.#hooks.onGroup?.(count, this.#now() - began)
      await this.#hooks.committed(false)
    }
    // In the same step that saw the queue empty, or an act called in between would be left lying.
    this.#busy = undefined
  }

  async #runExternal(): Promise<void> {
    const {promise, resolve: end} = Promise.withResolvers<void>()
    this.#turn = {begun: 0, underWay: 0, isHeld: false, end}
    this.#beginExternal(this.#turn)
    await promise
    this.#turn = undefined
  }

  #beginExternal(turn: ExternalTurn): void {
    if (turn.isHeld) return
    // Without end, but for those who wait.
    const isAwaited = this.#waiting.length > 0 || this.#next !== undefined
    const isShared = isAwaited || this.#now() - this.#actsAtMs < sharedMs
    const turnMax = isAwaited ? 1 : Infinity
    while (turn.underWay < (isShared ? 1 : externalJobsMax) && turn.begun < turnMax) {
      const next = this.#externalJobs.shift()
      if (!next) break
      turn.begun++
      turn.underWay++
      const ended = (): void => {
        turn.underWay--
        // Before it is told: who hears of it may work for a while.
        this.#beginExternal(turn)
      }
      next.job().then(
        () => {
          this.version++
          this.#isMuchUnsynced = true
          this.#hold(turn)
          ended()
          next.resolve()
        },
        (error: unknown) => {
          ended()
          next.reject(this.#faultOf(error))
        },
      )
    }
    if (turn.underWay === 0) turn.end()
  }

  /** Lets nothing more begin until what comes after a commit is over. */
  #hold(turn: ExternalTurn): void {
    const after = turn.isHeld ? undefined : this.#hooks.committed(true)
    if (!after) return
    turn.isHeld = true
    const over = (): void => {
      turn.isHeld = false
      this.#beginExternal(turn)
    }
    after.then(over, over)
  }

  /** Makes durable what is committed. Meanwhile acts are committed that are told of before that; the next one is theirs. */
  async #sync(alone: boolean): Promise<void> {
    const since = this.#next
    this.#next = undefined
    const syncing = this.#hooks.sync?.(alone)
    if (!syncing) return since?.resolve()
    this.#syncing = syncing
    try {
      // That is over when it is called, on a quick disk.
      if (!alone) await this.#during(syncing)
      await syncing
      since?.resolve()
    } catch (error) {
      // What the system had cached may be gone, and asking again would wrongly succeed: no act is safe any more.
      this.#fail(new AssertionError('Broken invariant: what is written can be synced to disk', {cause: error}))
      for (const one of [since, this.#next]) one?.reject(this.#fault)
      this.#next = undefined
    }
    this.#syncing = undefined
  }

  async #during(syncing: Promise<void>): Promise<void> {
    const disk = {isAtIt: true}
    const over = (): void => void (disk.isAtIt = false)
    const end = syncing.then(over, over)
    while (disk.isAtIt) {
      if (this.#waiting.length === 0 || this.#waiting.some(({early}) => !early)) {
        await Promise.race([end, this.#called.wait()])
        continue
      }
      await nextTurn()
      if (!disk.isAtIt || this.#waiting.some(({early}) => !early)) continue
      const began = this.#now()
      const {settleEarly, settle, count} = this.#runGroup()
      this.#next ??= durableSoon()
      settleEarly()
      settle(undefined)
      this.#hooks.onGroup?.(count, this.#now() - began)
      await this.#hooks.committed(false)
    }
  }

  /**
   * Runs and commits what waits. `settle` tells each act its outcome, to be called once that is durable; those that need
   * not wait for it are told by `settleEarly`. `alone`: somebody waits for the sync, and nobody else.
   */
  #runGroup(): {settleEarly: () => void; settle: (fault: Error | undefined) => void; count: number; alone: boolean} {
    const acts = this.#waiting
    if (acts.length === 0) return {settleEarly: () => {}, settle: () => {}, count: 0, alone: false}
    this.#actsAtMs = this.#now()
    let outcomes: (() => void)[] = []
    let done = 0
    const runSome = (run: (act: Act) => () => void): void => {
      const deadline = this.#now() + groupMsMax
      outcomes = []
      done = 0
      this.#statements.run('BEGIN IMMEDIATE')
      while (done < acts.length && (done === 0 || this.#now() < deadline)) outcomes.push(run(acts[done++]))
    }
    const bare = (act: Act): (() => void) => this.#run(act)
    try {
      this.#hooks.beforeGroup?.()
      // A lone act needs no savepoint: when it throws, the transaction is rolled back.
      if (acts.length === 1) runSome(bare)
      else if (!acts.every(({again}) => again) || !this.#went(() => runSome(bare))) {
        runSome(act => this.#runInSavepoint(act))
      }
      this.#statements.run('COMMIT')
      this.version++
    } catch (error) {
      // The transaction itself failed (disk full, I/O error): none of the group has happened.
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK')
      if (done === 0) done = acts.length
      const fault = this.#faultOf(error)
      outcomes = acts.slice(0, done).map(act => () => act.reject(fault))
    }
    this.#waiting = acts.slice(done)
    const settleEarly = (): void => outcomes.forEach((tell, i) => acts[i].early && tell())
    const settle = (fault: Error | undefined): void => {
      for (const [i, tell] of outcomes.entries()) {
        if (acts[i].early) continue
        if (fault) acts[i].reject(fault)
        else tell()
      }
    }
    const alone = acts.length === 1 && !acts[0].early && !this.#isMuchUnsynced
    this.#isMuchUnsynced = false
    return {settleEarly, settle, count: done, alone}
  }

  #run(act: Act): () => void {
    const result = this.#tx.during(act.run)
    return () => act.resolve(result)
  }

  /** Whether `run` came to its end; if not, nothing of its transaction has happened. */
  #went(run: () => void): boolean {
    try {
      run()
      return true
    } catch {
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK')
      return false
    }
  }

  /** Runs one of several acts. Throws only when the whole transaction is lost. */
  #runInSavepoint(act: Act): () => void {
    this.#statements.run('SAVEPOINT act')
    try {
      const settle = this.#run(act)
      this.#statements.run('RELEASE act')
      return settle
    } catch (error) {
      if (!this.#db.isTransaction) throw error
      this.#statements.run('ROLLBACK TO act')
      this.#statements.run('RELEASE act')
      const fault = this.#faultOf(error)
      return () => act.reject(fault)
    }
  }

  #faultOf(error: unknown): unknown {
    const fault = sqliteFault(error)
    if (fault instanceof OutOfSpace) this.#hooks.onFull?.()
    return fault
  }

  #fail(fault: Error): void {
    this.#fault = fault
    for (const {reject} of [...this.#waiting.splice(0), ...this.#externalJobs.splice(0)]) reject(fault)
    this.#hooks.failed(fault)
  }
}

/** Whoever asks for it waits for it; where nobody does, its failure is told by all else. */
function durableSoon(): PromiseWithResolvers<void> {
  const made = Promise.withResolvers<void>()
  made.promise.catch(() => {})
  return made
}

/** The writer that acts get: it works only while an act runs, so that one kept past its act cannot write alone. */
class ActWriter implements SqlWriter {
  readonly #statements: Statements
  #running = false

  constructor(statements: Statements) {
    this.#statements = statements
  }

  during<T>(act: (tx: SqlWriter) => T): T {
    this.#running = true
    try {
      const result = act(this)
      assert(!(result instanceof Promise), 'an act on the database is synchronous')
      return result
    } finally {
      this.#running = false
    }
  }

  get<Row extends object>(sql: string, ...values: SqlValue[]): Row | undefined {
    return this.#during().get<Row>(sql, ...values)
  }

  all<Row extends object>(sql: string, ...values: SqlValue[]): Row[] {
    return this.#during().all<Row>(sql, ...values)
  }

  arrays<Row extends readonly SqlValue[]>(sql: string, ...values: SqlValue[]): Row[] {
    return this.#during().arrays<Row>(sql, ...values)
  }

  run(sql: string, ...values: SqlValue[]): {changes: number; lastRowId: number} {
    return this.#during().run(sql, ...values)
  }

  #during(): Statements {
    assert(this.#running, 'a writer is used only while its act runs')
    return this.#statements
  }
}
