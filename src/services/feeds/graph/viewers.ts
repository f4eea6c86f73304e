/**
 * Whom those who read personal feeds follow. The stream tells of what changes, and their own servers of what was before:
 * asked when a viewer first reads, and once a day. Who of them follows the viewer, too, an AppView knows.
 */
import type {Did} from '#atp/syntax/did.ts'
import {isDid} from '#atp/syntax/did.ts'
import {parseAtUri} from '#atp/syntax/at-uri.ts'
import {getRelationships} from '#lex/gen/app/bsky/graph/getRelationships.ts'
import type {Log} from '#std/log.ts'
import {mapConcurrent, SingleFlight} from '#std/waiting/async.ts'
import {withDeadline} from '#std/waiting/deadline.ts'
import type {World} from '#std/world.ts'
import {Lru} from '#engines/cache/lru.ts'
import {Client} from '#xrpc/client.ts'
import type {Change} from '../index/changes.ts'
import type {Followed, PostStore} from '../store/post-store.ts'
import type {RepoRecords} from './repo-records.ts'
import {ToldMeanwhile} from './told.ts'

interface Deps {
  readonly store: Pick<PostStore, 'see' | 'forgetViewers' | 'setFollows' | 'addFollowers'>
  readonly records: Pick<RepoRecords, 'list'>
  readonly world: Pick<World, 'now' | 'sleep' | 'fetch'>
  readonly appviewUrl: string
  readonly log: Log
}

const follow = 'app.bsky.graph.follow'
const followsMax = 2_000
const timeoutMs = 8_000
const againMs = 86_400_000
/** Of one that could not be had. */
const failedMs = 60_000
/** Whoever has a DID may be a viewer, and each may take the rows of 2,000 follows. */
const viewersUsual = 20_000
const rememberedMax = 100_000
/** Accounts that an AppView is asked about at a time, and calls at a time. */
const othersMax = 30
const callsMax = 8

export class Viewers {
  readonly #deps: Deps
  readonly #asking = new SingleFlight<string, void>()
  /** Of which all is known, or was just asked for in vain. */
  readonly #known: Lru<string, true>
  readonly #viewersMax: number
  readonly #meanwhile = new ToldMeanwhile<Did>()

  /** Of `viewersMax` viewers, 20,000 unless given, it is known whom they follow: those seen longest ago go first. */
  constructor(deps: Deps, viewersMax: number = viewersUsual) {
    this.#deps = deps
    this.#viewersMax = viewersMax
    this.#known = new Lru({countMax: rememberedMax, ttlMs: againMs, now: deps.world.now})
  }

  /** Once this has resolved the store knows whom the viewer follows, if that can be had within seconds. */
  async know(viewer: Did, withFollowers: boolean): Promise<void> {
    const name = nameOf(viewer, withFollowers)
    if (this.#known.get(name)) return
    await this.#asking.do(name, signal => this.#ask(viewer, withFollowers, name, signal))
  }

  /** Takes in what the stream tells, before the store does. */
  apply(changes: readonly Change[]): void {
    for (const change of changes) {
      if (change.kind === 'follow') this.#meanwhile.note(change.did, change.rkey, change.subject)
      else if (change.kind === 'gone' && change.what === 'follow') {
        this.#meanwhile.note(change.did, change.rkey, undefined)
      }
    }
  }

  async #makeRoom(): Promise<void> {
    for (const did of await this.#deps.store.forgetViewers(this.#viewersMax)) {
      for (const withFollowers of [true, false]) this.#known.delete(nameOf(did, withFollowers))
    }
  }

  async #ask(viewer: Did, withFollowers: boolean, name: string, signal: AbortSignal): Promise<void> {
    const {store, world, log} = this.#deps
    const knownMs = await store.see(viewer, world.now())
    if (knownMs === undefined) await this.#makeRoom()
    if (!withFollowers && knownMs !== undefined && knownMs > world.now() - againMs) {
      return this.#known.set(name, true)
    }
    try {
      await withDeadline(world, timeoutMs, signal, ends => this.#fetch(viewer, withFollowers, ends))
      this.#known.set(name, true)
    } catch (error) {
      log.info('whom a viewer follows cannot be had', {did: viewer, error})
      this.#known.set(name, true, failedMs)
    }
  }

  async #fetch(viewer: Did, withFollowers: boolean, signal: AbortSignal): Promise<void> {
    const {store, records, world} = this.#deps
    using meanwhile = this.#meanwhile.of(viewer)
    const listed = await records.list(viewer, follow, followsMax, signal)
    const before = listed.flatMap(({rkey, value}) => {
      const {subject} = value as {subject?: unknown}
      return typeof subject === 'string' && isDid(subject) ? [{subject: subject as Did, rkey}] : []
    })
    const {told} = meanwhile
    const since = [...told].flatMap(([rkey, subject]) => (subject === undefined ? [] : [{subject, rkey}]))
    const follows = [...since, ...before.filter(({rkey}) => !told.has(rkey))].slice(0, followsMax)
    await store.setFollows(viewer, follows, world.now())
    if (withFollowers) await store.addFollowers(viewer, await this.#followers(viewer, follows, signal))
  }

  /** Those among the accounts that follow the viewer. */
  async #followers(viewer: Did, follows: readonly Followed[], signal: AbortSignal): Promise<Followed[]> {
    const {world, appviewUrl} = this.#deps
    const client = new Client({service: appviewUrl, fetch: world.fetch})
    const groups: Did[][] = []
    for (let at = 0; at < follows.length; at += othersMax) {
      groups.push(follows.slice(at, at + othersMax).map(({subject}) => subject))
    }
    const found: Followed[] = []
    const ask = async (others: Did[]): Promise<void> => {
      const {relationships} = await client.query(getRelationships, {actor: viewer, others}, {signal})
      for (const one of relationships as readonly {did?: Did; followedBy?: string}[]) {
        if (!one.did || !one.followedBy) continue
        found.push({subject: one.did, rkey: parseAtUri(one.followedBy).rkey ?? ''})
      }
    }
    await mapConcurrent(groups, callsMax, ask, signal)
    return found
  }
}

const nameOf = (viewer: Did, withFollowers: boolean): string => `${viewer} ${withFollowers}`
