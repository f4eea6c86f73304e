/**
 * Follows another directory: reads what it has not seen by `/export`, page by page, then as it comes by `/export/stream`,
 * and by `/export` again where that cannot be had. Whatever comes is judged (`judge.ts`), and what may stand is added
 * together with the cursor. Nothing that the primary sends or does ends it.
 */
import {setImmediate as nextTurn} from 'node:timers/promises'
import type {Counter, Metrics} from '#runtime/health/metrics.ts'
import {assert} from '#std/assert.ts'
import {warnOnce, type Log} from '#std/log.ts'
import type {World} from '#std/world.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {OperationStore} from '../store/operation-store.ts'
import type {Finding, Place, ReplicaStore} from '../store/replica-store.ts'
import {readAudit} from './audit.ts'
import {compareHistories} from './compare.ts'
import {judge, placeOf, readLine} from './judge.ts'
import {pageMax, parsedLine, PrimaryFault, type Primary} from './primary.ts'
import {Progress} from './progress.ts'
import {Recheck} from './recheck.ts'

const retryMsMin = 1_000
const retryMsMax = 60_000
/** How often a primary without a stream is asked. */
const pollMs = 5_000
/** A stream on which nothing came for so long is opened anew, after a look whether there was something. */
const quietMs = 120_000
/** Operations that are judged and added together. */
const actMax = 250
/** So often an act is judged anew when a history has changed meanwhile. */
const triesMax = 8
/** Identities whose whole histories are asked for because of one act. */
const suspectsMax = 10
/** Findings that are told in the log, a minute. */
const shoutsMax = 20

export interface FollowerOptions {
  readonly store: OperationStore
  readonly replicaStore: ReplicaStore
  readonly primary: Primary
  readonly world: Pick<World, 'now' | 'random' | 'sleep'>
  readonly log: Log
  readonly metrics: Metrics
  /** Milliseconds between two pages that are held against the primary again; 0 for never. */
  readonly recheckMs: number
  /** Told when operations were added. */
  readonly took: () => void
}

export class Follower {
  readonly progress: Progress
  readonly #options: FollowerOptions
  readonly #tell: ReturnType<typeof warnOnce>
  readonly #faults: Counter
  readonly #found: Counter
  #shouted = {minute: 0, count: 0}

  constructor(options: FollowerOptions) {
    this.#options = options
    this.progress = new Progress(options.world)
    this.progress.observe(options.metrics)
    this.#tell = warnOnce(options.log)
    this.#faults = options.metrics.counter('plc_replica_faults_total', 'Answers of the primary that were none.', [
      'reason',
    ])
    this.#found = options.metrics.counter('plc_replica_findings_total', 'What the primary did that none may.', ['kind'])
  }

  /** Follows until the signal aborts. Rejects only for a fault of our own. */
  async run(signal: AbortSignal): Promise<void> {
    const {world, primary, replicaStore} = this.#options
    for (let failures = 0; !signal.aborted;) {
      const before = (await replicaStore.place(primary.url)).seq
      let waitMs = retryMsMin
      try {
        const isStreaming = await this.#round(signal)
        failures = 0
        if (!isStreaming) waitMs = pollMs
      } catch (error) {
        if (signal.aborted) return
        if (!(error instanceof PrimaryFault)) throw error
        this.progress.state = 'waiting'
        this.#faults.add(1, {reason: error.reason})
        this.#tell(error.reason, 'the primary does not answer as a directory does', {primary: primary.url, error})
        failures = (await replicaStore.place(primary.url)).seq > before ? 1 : failures + 1
        waitMs = Math.min(retryMsMin * 2 ** (failures - 1), retryMsMax)
      }
      // From half of it to the whole, so that the replicas of one primary do not come back in one moment.
      await world.sleep(Math.round((waitMs * (256 + world.random(1)[0])) / 512), signal).catch(() => {})
    }
  }

  /** Holds what is here against the primary again, as long as the signal does not abort. */
  async recheck(signal: AbortSignal): Promise<void> {
    const {world, store, primary, replicaStore, recheckMs} = this.#options
    if (recheckMs === 0) return
    const recheck = new Recheck(store, primary)
    while (!signal.aborted) {
      await world.sleep(recheckMs, signal).catch(() => {})
      if (signal.aborted || this.progress.state !== 'live') continue
      try {
        const {recheckedMs} = await replicaStore.place(primary.url)
        const {findings, nextMs} = await recheck.page(recheckedMs, signal)
        this.#shout(findings)
        await replicaStore.rechecked(primary.url, nextMs, findings, world.now())
      } catch (error) {
        if (signal.aborted) return
        if (!(error instanceof PrimaryFault)) throw error
        this.#faults.add(1, {reason: error.reason})
      }
    }
  }

  /** Catches up, then follows the stream to its end. False when there was none to be had. */
  async #round(signal: AbortSignal): Promise<boolean> {
    const {primary, replicaStore} = this.#options
    await this.#catchUp(signal)
    this.progress.state = 'live'
    const {seq} = await replicaStore.place(primary.url)
    const ending = new AbortController()
    const either = AbortSignal.any([signal, ending.signal])
    const stream = await primary.stream(seq, either)
    if (!stream) return false
    const watch = {heard: true}
    void this.#endWhenQuiet(watch, ending, either)
    try {
      for (;;) {
        const {done, value} = await stream.next()
        if (done) {
          if (value !== undefined) this.#tell(value, 'the stream of the primary ended', {reason: value})
          return true
        }
        watch.heard = true
        await this.#take(value, signal)
      }
    } catch (error) {
      if (ending.signal.aborted && !signal.aborted) return true
      throw error
    } finally {
      ending.abort()
      await stream.return(undefined)
    }
  }

  async #endWhenQuiet(watch: {heard: boolean}, ending: AbortController, ended: AbortSignal): Promise<void> {
    while (watch.heard && !ended.aborted) {
      watch.heard = false
      await this.#options.world.sleep(quietMs, ended).catch(() => {})
    }
    ending.abort()
  }

  /** Reads pages until one is not full, once the last operation that was seen is still where it was. */
  async #catchUp(signal: AbortSignal): Promise<void> {
    const {primary, replicaStore} = this.#options
    const place = await replicaStore.place(primary.url)
    let after = place.seq
    if (after > 0 && !(await this.#isThere(place, signal))) after = await this.#rewind(after, signal)
    for (;;) {
      const lines = await primary.page(after, signal)
      if (lines.length < pageMax) return void (lines.length > 0 && (await this.#take(lines, signal)))
      this.progress.state = 'catching-up'
      const seq = await this.#take(lines, signal)
      if (seq <= after) throw new PrimaryFault('no-progress', `${primary.url} gives the same page again and again.`)
      after = seq
    }
  }

  /** Whether the primary still has at its seq what it had, whatever that was. */
  async #isThere({seq, cid}: Place, signal: AbortSignal): Promise<boolean> {
    const [first] = await this.#options.primary.page(seq - 1, signal, 1)
    const there = placeOf(parsedLine(first ?? ''))
    return there.seq === seq && (cid === null || there.cid === cid)
  }

  async #isKnown(json: unknown): Promise<boolean> {
    const line = readLine(json)
    if (!line) return false
    return (await this.#options.store.history(line.did)).some(({cid}) => cid === line.cid)
  }

  /**
   * The primary's log is no longer what it was: finds the newest operation that is still known here, and goes on from it.
   * What is read twice changes nothing; what has vanished stays here.
   */
  async #rewind(seq: number, signal: AbortSignal): Promise<number> {
    const {primary, replicaStore, world} = this.#options
    let newest = 0
    // The newest seq that there is: the least after which nothing comes.
    for (let over = seq; newest < over;) {
      const middle = Math.ceil((newest + over) / 2)
      if ((await primary.page(middle - 1, signal, 1)).length > 0) newest = middle
      else over = middle - 1
    }
    let after = newest
    let known: Place = {seq: 0, cid: null}
    for (let step = 1; after > 0 && known.seq === 0; step *= 8) {
      after = Math.max(newest - step, 0)
      const [first] = await primary.page(after, signal, 1)
      const json = parsedLine(first ?? '')
      if (await this.#isKnown(json)) known = placeOf(json)
    }
    after = known.seq
    const detail = `the operation at ${seq} is gone or another, the newest is at ${newest}: reading on from ${after}`
    const finding: Finding = {did: '', kind: 'rewound', detail}
    this.#shout([finding])
    await replicaStore.apply(primary.url, known, [], [finding], world.now())
    this.progress.took(known.seq, 0, undefined)
    return after
  }

  /** Judges lines and adds what may stand. Gives the highest seq among them. */
  async #take(lines: readonly string[], signal: AbortSignal): Promise<number> {
    let highest = 0
    for (let i = 0; i < lines.length;) {
      const {seq, count} = await this.#act(lines.slice(i, i + actMax), signal)
      highest = Math.max(highest, seq)
      i += count
    }
    return highest
  }

  /** As many of these as are judged together: the highest seq among them, and how many they are. */
  async #act(lines: readonly string[], signal: AbortSignal): Promise<{seq: number; count: number}> {
    const {store, replicaStore, primary, world, took} = this.#options
    for (let tries = 0; tries < triesMax; tries++) {
      const {count, followed, findings, suspects, last, takenMs} = await judge(
        store,
        lines.values().map(parsedLine),
        world.now(),
        nextTurn,
      )
      const all = [...findings, ...(await this.#compared(suspects, signal))]
      const before = await replicaStore.place(primary.url)
      const place = last.seq > before.seq ? last : before
      const applied = await replicaStore.apply(primary.url, place, followed, all, world.now())
      // Whoever removes operations here changes a history that was just judged.
      if (applied === 'stale') continue
      this.#shout(all)
      this.progress.took(place.seq, followed.length, takenMs)
      if (followed.length > 0) took()
      return {seq: last.seq, count}
    }
    assert(false, 'nobody but the follower adds to a replica')
  }

  /** What has become of histories from which something does not follow. */
  async #compared(suspects: ReadonlySet<Did>, signal: AbortSignal): Promise<Finding[]> {
    const {store, primary} = this.#options
    const findings: Finding[] = []
    for (const did of [...suspects].slice(0, suspectsMax)) {
      try {
        const text = await primary.audit(did, signal)
        const audit = text === undefined ? undefined : await readAudit(did, text, nextTurn)
        findings.push(...compareHistories(did, await store.history(did), audit))
      } catch (error) {
        if (!(error instanceof PrimaryFault)) throw error
        this.#faults.add(1, {reason: error.reason})
      }
    }
    return findings
  }

  /** Says aloud what was found; all of it is counted and kept, and so many a minute are told in the log. */
  #shout(findings: readonly Finding[]): void {
    const minute = Math.floor(this.#options.world.now() / 60_000)
    for (const {did, kind, detail} of findings) {
      this.#found.add(1, {kind})
      if (this.#shouted.minute !== minute) this.#shouted = {minute, count: 0}
      if (this.#shouted.count++ >= shoutsMax) continue
      this.#options.log.error('THE PRIMARY HAS REWRITTEN HISTORY, or took what no directory may', {did, kind, detail})
    }
  }
}
