/**
 * Who is on the lists that feeds are made of. The account whose list it is is asked for all of it, when the feed is first
 * read and once an hour; the stream tells of what changes meanwhile. A starter pack is the list that it names.
 */
import {type AtUri, parseAtUri} from '#atp/syntax/at-uri.ts'
import {type Did, isDid} from '#atp/syntax/did.ts'
import {Lru} from '#engines/cache/lru.ts'
import type {Log} from '#std/log.ts'
import {SingleFlight} from '#std/waiting/async.ts'
import {withDeadline} from '#std/waiting/deadline.ts'
import type {World} from '#std/world.ts'
import type {Change} from '../index/changes.ts'
import type {RepoRecords} from './repo-records.ts'
import {ToldMeanwhile} from './told.ts'

interface Deps {
  readonly records: Pick<RepoRecords, 'list' | 'get'>
  readonly world: Pick<World, 'now' | 'sleep'>
  readonly log: Log
}

interface Members {
  /** By the record keys of the items. */
  readonly dids: Map<string, Did>
  askedMs: number
}

const listsMax = 1_000
const itemsMax = 10_000
const timeoutMs = 20_000
const againMs = 3_600_000
const failedMs = 60_000
const listItem = 'app.bsky.graph.listitem'

export class Lists {
  readonly #deps: Deps
  /** By the URI of the list; the one asked for last at the end. */
  readonly #members = new Map<string, Members>()
  /** The lists of starter packs. */
  readonly #packs: Lru<string, AtUri>
  readonly #asking = new SingleFlight<string, void>()
  readonly #meanwhile = new ToldMeanwhile<{readonly list: AtUri; readonly subject: Did}>()

  constructor(deps: Deps) {
    this.#deps = deps
    this.#packs = new Lru({countMax: listsMax, ttlMs: againMs, now: deps.world.now})
  }

  /** Who is on the list, or in the starter pack, as far as that can be had within seconds; 10,000 at most. */
  async members(uri: AtUri): Promise<readonly Did[]> {
    const known = this.#used(this.#packs.get(uri) ?? uri)
    if (!known) await this.#asking.do(uri, signal => this.#ask(uri, signal))
    // What is known is good enough until the answer is there.
    else if (known.askedMs < this.#deps.world.now() - againMs)
      void this.#asking.do(uri, signal => this.#ask(uri, signal))
    return [...(this.#members.get(this.#packs.get(uri) ?? uri)?.dids.values() ?? [])]
  }

  /** Takes in what the stream tells. */
  apply(changes: readonly Change[]): void {
    for (const change of changes) {
      if (change.kind === 'listed') {
        const {did, list, rkey, subject} = change
        this.#meanwhile.note(did, rkey, {list, subject})
        const dids = this.#members.get(list)?.dids
        if (dids && dids.size < itemsMax) dids.set(rkey, subject)
      } else if (change.kind === 'gone' && change.what === 'listed') this.#drop(change.did, change.rkey)
    }
  }

  #drop(did: Did, rkey: string): void {
    this.#meanwhile.note(did, rkey, undefined)
    for (const [uri, {dids}] of this.#members) if (uri.startsWith(`at://${did}/`)) dids.delete(rkey)
  }

  #used(list: string): Members | undefined {
    const known = this.#members.get(list)
    if (known) this.#keep(list, known)
    return known
  }

  #keep(list: string, members: Members): void {
    this.#members.delete(list)
    this.#members.set(list, members)
    const [oldest] = this.#members.keys()
    if (this.#members.size > listsMax) this.#members.delete(oldest)
  }

  async #ask(uri: AtUri, signal: AbortSignal): Promise<void> {
    const {world, log} = this.#deps
    try {
      await withDeadline(world, timeoutMs, signal, ends => this.#fetch(uri, ends))
    } catch (error) {
      log.warn('the members of a list cannot be had', {uri, error})
      const list = this.#packs.get(uri) ?? uri
      const known = this.#members.get(list)
      const askedMs = world.now() - againMs + failedMs
      if (known) known.askedMs = askedMs
      else this.#keep(list, {dids: new Map(), askedMs})
    }
  }

  async #fetch(uri: AtUri, signal: AbortSignal): Promise<void> {
    const {records, world} = this.#deps
    const list = parseAtUri(uri).collection === 'app.bsky.graph.starterpack' ? await this.#listOf(uri, signal) : uri
    const {authority: owner} = parseAtUri(list)
    if (!isDid(owner)) throw new Error('A list is named by the DID of its account.')
    using meanwhile = this.#meanwhile.of(owner)
    const dids = new Map<string, Did>()
    for (const {rkey, value} of await records.list(owner, listItem, itemsMax, signal)) {
      const {list: of, subject} = value as {list?: unknown; subject?: unknown}
      if (of === list && typeof subject === 'string' && isDid(subject)) dids.set(rkey, subject)
    }
    for (const [rkey, told] of meanwhile.told) {
      dids.delete(rkey)
      if (told?.list === list && dids.size < itemsMax) dids.set(rkey, told.subject)
    }
    this.#keep(list, {dids, askedMs: world.now()})
  }

  async #listOf(uri: AtUri, signal: AbortSignal): Promise<AtUri> {
    const {authority, collection = '', rkey = ''} = parseAtUri(uri)
    if (!isDid(authority)) throw new Error('A starter pack is named by the DID of its account.')
    const {list} = (await this.#deps.records.get(authority, collection, rkey, signal)) as {list?: unknown}
    if (typeof list !== 'string' || parseAtUri(list).rkey === undefined) throw new Error('It names no list.')
    this.#packs.set(uri, list as AtUri)
    return list as AtUri
  }
}
