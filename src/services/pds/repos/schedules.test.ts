/**
 * A thousand random schedules of writers to one repository each, with a model to judge them: whatever comes at once, each
 * call is answered as if the calls had come one by one in some order that fits when they came; the commits follow one
 * from the other, and the firehose tells all of them, once and in order.
 */
import assert from 'node:assert/strict'
import {test, type TestContext} from 'node:test'
import {setImmediate as turn} from 'node:timers/promises'
import {addRepo, pdsRepo, type PdsRepo} from '../../../../test/pds-repo.ts'
import {cidFor, runSeed, seeded} from '../../../../test/random.ts'
import {modelled, replayed, shown, type State} from '../../../../test/write-model.ts'
import type {Cid} from '#atp/data/cid.ts'
import type {ValueMap} from '#atp/data/value.ts'
import {pathOf, type RepoWrite} from '#atp/repo/repo.ts'
import {readRepoFrame} from '#atp/sync/verify.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {Nsid} from '#atp/syntax/nsid.ts'
import type {RecordKey} from '#atp/syntax/record-key.ts'
import {OutOfSpace} from '#std/out-of-space.ts'
import {mapConcurrent} from '#std/waiting/async.ts'
import {realWorld} from '#std/world.ts'
import type {RepoCommit, RepoStore} from '../store/repos/repo-store.ts'
import {Repos, type WriteOptions, type Written} from './repos.ts'

const schedules = 1_000
/** Schedules that run at the same time, and so share the groups of the store. */
const atOnce = 10

const post = 'app.bsky.feed.post' as Nsid
const like = 'app.bsky.feed.like' as Nsid
const actions: readonly RepoWrite['action'][] = ['create', 'update', 'put', 'put', 'delete', 'remove']

interface Call {
  readonly writes: readonly RepoWrite[]
  readonly options: WriteOptions
  /** Commits that had been made when the call began, and when it ended. */
  readonly from: number
  to: number
  /** What came of it; undefined when it failed. */
  written: Written | undefined
}

/** One schedule: a few writers of one repository, each doing one thing after the other. */
class Schedule {
  readonly did: Did
  readonly made: RepoCommit[] = []
  readonly calls: Call[] = []
  readonly #random: () => number
  readonly #known: Cid[] = [cidFor('never')]
  /** How likely the store is to find the disk full. */
  readonly fullRate: number

  constructor(did: Did, seed: number) {
    this.did = did
    this.#random = seeded(seed)
    this.fullRate = this.#random() < 0.2 ? 0.15 : 0
  }

  get random(): number {
    return this.#random()
  }

  async run(repos: Repos): Promise<void> {
    const writers = this.#below(5) + 2
    await Promise.all(
      Array.from({length: writers}, async () => {
        for (let left = this.#below(4) + 1; left > 0; left--) {
          await this.#pause()
          await this.#call(repos)
        }
      }),
    )
  }

  async #call(repos: Repos): Promise<void> {
    const count = this.random < 0.7 ? 1 : this.#below(4) + 1
    const writes = Array.from({length: count}, () => this.#write())
    const {made} = this
    const options: WriteOptions = {
      onePerSubject: this.random < 0.9,
      ...(this.random < 0.2 && {swapCommit: this.#pick(made.slice(-3))?.head.root ?? cidFor('never')}),
      ...(this.random < 0.2 && {
        swapRecords: new Map([[pathOf(writes[0]), this.random < 0.3 ? null : (this.#pick(this.#known) as Cid)]]),
      }),
    }
    const call: Call = {writes, options, from: made.length, to: 0, written: undefined}
    this.calls.push(call)
    try {
      call.written = await repos.write(this.did, writes, options)
      if (call.written.ok) this.#known.push(...call.written.cids.values())
    } catch (error) {
      if (!(error instanceof OutOfSpace)) throw error
    }
    call.to = made.length
  }

  #write(): RepoWrite {
    const action = this.#pick(actions) as RepoWrite['action']
    const isPost = this.random < 0.5
    const collection = isPost ? post : like
    const rkey = this.#pick(isPost ? ['a', 'b', 'c'] : ['x', 'y', 'z']) as RecordKey
    if (action === 'delete' || action === 'remove') return {action, collection, rkey}
    const content: ValueMap = isPost
      ? {text: this.#pick(['1', '2', `${this.calls.length}`]) as string}
      : {subject: {uri: this.#pick(['at://p/1', 'at://p/2']) as string}}
    return {action, collection, rkey, record: {$type: collection, ...content}}
  }

  /** Nothing, some jobs, or some turns of the event loop. */
  async #pause(): Promise<void> {
    const isLong = this.random < 0.3
    for (let left = this.#below(4); left > 0; left--) await (isLong ? turn() : undefined)
  }

  #below(end: number): number {
    return Math.floor(this.random * end)
  }

  #pick<T>(items: readonly T[]): T | undefined {
    return items[this.#below(items.length)]
  }
}

/** The store, of which the schedules see each commit as it is made; some are told that the disk is full. */
const watched = (store: RepoStore, of: ReadonlyMap<Did, Schedule>): RepoStore => ({
  ...store,
  commit: async change => {
    const schedule = of.get(change.did)
    assert.ok(schedule)
    const {made, fullRate} = schedule
    if (fullRate === 0) {
      made.push(change)
      return store.commit(change)
    }
    if (schedule.random < fullRate) {
      await turn()
      throw new OutOfSpace()
    }
    const committed = await store.commit(change)
    if (committed.ok) made.push(change)
    return committed
  },
})

const outcome = (written: Written): string =>
  written.ok ? (written.commit ? 'written' : 'nothing to do') : written.reason

/** Where no commit was lost, each answer is one that a model gives, at a moment between question and answer. */
function judge({made, calls, fullRate}: Schedule, states: readonly State[]): void {
  const byRoot = new Map(made.map(({head}, i) => [head.root.key, i]))
  let commits = 0
  for (const {writes, options, from, to, written} of calls) {
    if (!written) continue
    if (written.ok && written.commit) {
      commits++
      const at = byRoot.get(written.commit.cid.key)
      assert.ok(at !== undefined && at >= from && at < to, 'a commit is made while its call is under way')
      const expected = modelled(states[at], writes, options)
      assert.ok(expected.state, `${expected.answers}: ${JSON.stringify(writes)}`)
      assert.deepEqual(shown(states[at + 1]), shown(expected.state))
    } else if (fullRate === 0) {
      const answers = states.slice(from, to + 1).flatMap(state => modelled(state, writes, options).answers)
      assert.ok(answers.includes(outcome(written)), `${outcome(written)} is not one of ${answers}`)
    }
  }
  assert.equal(commits, made.length, 'each commit is one call’s, and none was made in vain')
}

/** Every commit event of the firehose, by account. */
async function told({stores}: PdsRepo): Promise<Map<Did, {rev: string; since: string | null; commit: string}[]>> {
  const byDid = new Map<Did, {rev: string; since: string | null; commit: string}[]>()
  for (let after = 0, last = 0; ;) {
    const page = await stores.events.pageAfter(after)
    if (!page.frames) return byDid
    for (const frame of page.frames.frames()) {
      const read = readRepoFrame(frame)
      assert.ok(read.ok && read.event?.t === '#commit')
      const {seq, did, rev, since, commit} = read.event
      assert.ok(seq > last)
      last = seq
      const of = byDid.get(did) ?? []
      of.push({rev, since, commit: commit.toString()})
      byDid.set(did, of)
    }
    after = page.lastSeq
  }
}

async function recordsOf(store: RepoStore, did: Did): Promise<string[]> {
  const found: string[] = []
  for (const collection of [post, like]) {
    const {records} = await store.records(did, {collection, after: undefined, limit: 100, ascending: true})
    found.push(...records.toArray().map(({path, cid}) => `${path} ${cid}`))
  }
  return found.toSorted()
}

test(`a thousand schedules of concurrent writers do what a model does (seed ${runSeed})`, async (context: TestContext) => {
  const parts = await pdsRepo(context)
  const {store, accounts, keys, blobRows} = parts
  const all = new Map<Did, Schedule>()
  const firsts = new Map<Did, Cid>()
  for (let at = 0; at < schedules; at++) {
    const did = `did:web:writer-${at}.test` as Did
    all.set(did, new Schedule(did, runSeed + at))
    firsts.set(did, await addRepo(accounts, did))
  }
  const repos = new Repos(watched(store, all), keys, blobRows, realWorld, 1, () => {})
  await mapConcurrent(all.values(), atOnce, schedule => schedule.run(repos))
  const events = await told(parts)
  let commits = 0
  for (const [at, schedule] of [...all.values()].entries()) {
    const {did, made} = schedule
    const states = replayed(made, firsts.get(did))
    try {
      judge(schedule, states)
      assert.deepEqual(await recordsOf(store, did), shown(states.at(-1) as State))
      const expected = made.map(({head, event}) => ({
        rev: head.rev,
        since: event.since,
        commit: head.root.toString(),
      }))
      assert.deepEqual(events.get(did) ?? [], expected, 'the firehose tells each commit, in order')
      for (const [i, {since}] of expected.entries()) if (i > 0) assert.equal(since, expected[i - 1].rev)
      commits += made.length
    } catch (error) {
      throw new Error(`schedule ${at} (SEED=${runSeed})`, {cause: error})
    }
  }
  context.diagnostic(`${commits} commits`)
  assert.ok(commits > schedules)
})
