/**
 * Brings in what the stream of events cannot: the records of repositories that were there before it, or of which
 * something was missed. One loop goes through a service's list of repositories, for those that the view has not; the
 * other fetches each that is due from its account's own server, verifies it whole, and has the difference applied. What
 * is due, and how a repository is swapped for the one that was fetched, is the view's affair (`resync-store.ts`).
 */
import {setImmediate as nextTurn} from 'node:timers/promises'
import type {PublicKey} from '#atp/crypto/key.ts'
import {Cid} from '#atp/data/cid.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {RefusedRepo, RepoRecord, VerifiedRepo} from '#atp/repo/verification.ts'
import {verifyRepo} from '#atp/repo/verify.ts'
import type {Tid} from '#atp/syntax/tid.ts'
import {SpillFile} from '#engines/spill-file.ts'
import {PassingBuffers} from '#engines/young-heap.ts'
import {getRepo} from '#lex/gen/com/atproto/sync/getRepo.ts'
import {listRepos} from '#lex/gen/com/atproto/sync/listRepos.ts'
import {whileDirectoryAway} from '#sdk/directory.ts'
import type {Identities} from '#sdk/identity.ts'
import {Bell, Overloaded} from '#std/waiting/async.ts'
import {TimedOut, withDeadline} from '#std/waiting/deadline.ts'
import {isLoopbackHost} from '#std/wire/loopback.ts'
import {Refused} from '#runtime/strangers/guard.ts'
import type {Log} from '#std/log.ts'
import {OutOfSpace} from '#std/out-of-space.ts'
import type {Places, PlacesOptions} from '#std/waiting/places.ts'
import type {World} from '#std/world.ts'
import {Client} from '#xrpc/client.ts'
import {UpstreamError} from '#xrpc/errors.ts'
import {HostPaces} from './host-paces.ts'
import {RateLimitedHosts} from './rate-limited-hosts.ts'
import type {FetchedRecord, ResyncStore} from './resync-store.ts'

/** Repositories that are fetched at a time: each may hold `heldMax` in memory, and all the rest in a file. */
export const repositoryPlaces = {
  max: 8,
  perKeyMax: 2,
  perGroupMax: 6,
  waitingMax: 200,
  waitingPerKeyMax: 50,
  makesRoom: true,
} as const

/** The same for another number at a time: whoever has a domain, and as many hosts of it as he likes, never has all. */
export const repositoryPlacesFor = (max: number): Omit<PlacesOptions, 'groupOf' | 'onRefused'> => ({
  ...repositoryPlaces,
  max,
  perGroupMax: Math.max(1, Math.min(repositoryPlaces.perGroupMax, max - 1)),
})
/** Those that are fetched or wait for a place at their server: more than may wait, so that one that comes is seen. */
const handMax = 250
/** As many as have room to wait, where all are of one domain. */
const handUsual = 200
/** What was looked up is good for so long where its repository had to wait for a place; there are so many of which that is known. */
const putOffMs = 60_000
const putOffMax = 10_000
const idleMs = 1000
const pageLimit = 1000
const repoSizeMax = 2 ** 31
/**
 * Bytes of records that come again under other paths, beyond which those that were sent are held against them: one block
 * may be the record of a million paths, and what is made of a repository is made of each.
 */
const repeatedSizeMax = 64 * 1024 * 1024
/** Of what was sent. A path alone takes some fifty bytes, so records of a few hundred are never too often the same. */
const repeatedShareMax = 4
/** Bytes of blocks of one repository that come before their turn and are held in memory; more are in a file. */
const heldMax = 2 * 1024 * 1024
const fetchTimeoutMs = 30 * 60_000
/** Bytes of records that wait in memory to be staged: of four times as many, V8 takes what was made of them for old. */
const stageSize = 64 * 1024
/** Bytes of records that are copied into one buffer. */
const roomSize = 64 * 1024
const retryMs = 5_000
const retryMsMax = 86_400_000
/** A list is asked of the one relay that is followed. */
const listRetryMsMax = 30_000

/** A repository is megabytes of buffers, which are garbage as soon as it is staged. */
const passing = new PassingBuffers(2 * 2 ** 20, 3, 1 / 8)

/**
 * Blocks of a repository from elsewhere than its server, which is then asked for the newest commit and what came with or
 * after `since` alone. Nobody need be believed who gave them: the repository is verified as if its server had sent all of
 * it, and is fetched whole where it does not hold with them.
 */
export interface BlocksAtHand {
  /** A revision before the last one that the blocks are of. */
  readonly since: Tid
  /** Sections of a CAR, in any order: the records that there were, and the nodes of their tree. */
  readonly sections: () => AsyncIterable<Uint8Array>
  /** Told whether the repository was verified with them. */
  readonly ended: (isVerified: boolean) => void
}

interface ListDeps {
  readonly resyncs: Pick<ResyncStore, 'listed' | 'note'>
  readonly world: Pick<World, 'fetch' | 'sleep'>
  readonly log: Log
}

interface FetchDeps {
  readonly resyncs: Omit<ResyncStore, 'listed' | 'note'>
  readonly identities: Pick<Identities, 'account'> & Partial<Pick<Identities, 'directory'>>
  /** By the server that a repository is fetched from. */
  readonly places: Places
  /** For URLs that strangers name. */
  readonly guarded: Pick<World, 'fetch'>
  readonly world: Pick<World, 'now' | 'sleep'>
  readonly log: Log
  /** Rings when repositories may have become due; else that is looked for every second. */
  readonly due?: Bell
  /** What of a repository is at hand before its server is asked, if anything. */
  readonly atHand?: (did: Did, signal: AbortSignal) => Promise<BlocksAtHand | undefined>
  /** How long fetching one repository may take. */
  readonly timeoutMs?: number
  /** The setting without which servers of this machine are not asked: whoever meets that is told its name. */
  readonly localHostsSetting?: string
  /** Told of each fetch that has ended, with what went wrong, if anything. */
  readonly onFetched?: (did: Did, tookMs: number, failure: string | undefined) => void
}

/** Goes through the list of repositories of the relay at `service`, and again when told to (`ResyncStore.listed`). */
export async function listRepositories(service: string, deps: ListDeps, signal: AbortSignal): Promise<void> {
  const {resyncs, world, log} = deps
  const client = new Client({service, fetch: world.fetch})
  for (let failures = 0; ;) {
    const cursor = await resyncs.listed(service)
    if (cursor === null) {
      await world.sleep(idleMs, signal)
      continue
    }
    try {
      const page = await client.query(listRepos, {limit: pageLimit, cursor}, {signal})
      const isLast = page.cursor === undefined || page.cursor === cursor
      await resyncs.note(service, page.repos, isLast ? null : (page.cursor as string))
      if (isLast) log.info('listed all repositories', {relay: service})
      failures = 0
    } catch (error) {
      if (!(error instanceof UpstreamError)) throw error
      log.debug('cannot list repositories', {relay: service, error})
      await world.sleep(Math.min(waitMs(failures++), listRetryMsMax), signal)
    }
  }
}

/**
 * Fetches the repositories that are due, until the signal aborts: the next one as soon as there is a place for it, so
 * that a server which is slow keeps its own places and no other.
 */
export async function fetchRepositories(deps: FetchDeps, signal: AbortSignal): Promise<void> {
  const {resyncs, world, log} = deps
  const limited = new RateLimitedHosts(world)
  const failed = new AbortController()
  const either = AbortSignal.any([signal, failed.signal])
  const inHand = new Map<Did, Promise<void>>()
  const seenTo = deps.due ?? new Bell()
  const paces = new HostPaces(world)
  const putOff = new Set<Did>()
  /**
   * How many may be taken in hand: as many more as have ended, so that a server which is busy has few that it puts off, and
   * some each second, so that those get their turn that are due after all of a slow one.
   */
  let room: number = handUsual
  let toppedMs = world.now()
  const bring = async (did: Did, tries: number): Promise<void> => {
    const startMs = world.now()
    const outcome = await fetchRepository(did, deps, {limited, paces, wasPutOff: putOff.delete(did)}, either)
    if (typeof outcome === 'object') {
      // A server that wants to be left alone has no places to keep in use.
      if (outcome.isLimited) room++
      else if (putOff.size < putOffMax) putOff.add(did)
      return resyncs.putOff(did, outcome.untilMs)
    }
    room++
    const failure = outcome === 'done' ? undefined : outcome
    deps.onFetched?.(did, world.now() - startMs, failure)
    if (failure === undefined) return
    log.debug('cannot fetch a repository', {did, tries, failure})
    await resyncs.postpone(did, world.now() + waitMs(tries), failure)
  }
  const take = (did: Did, tries: number): void => {
    const brought = bring(did, tries)
      .catch((error: unknown) => failed.abort(error))
      .finally(() => {
        inHand.delete(did)
        // One that is put off leaves room for none: the next would be put off as well.
        if (room > 0) seenTo.ring()
      })
    inHand.set(did, brought)
  }
  try {
    while (!either.aborted) {
      const due = (await resyncs.due(handMax)).filter(({did}) => !inHand.has(did))
      const some = due.slice(0, Math.max(0, Math.min(room, handMax - inHand.size)))
      room -= some.length
      for (const {did, tries} of some) take(did, tries)
      await seenTo.waitUpTo(idleMs, world, either)
      if (world.now() - toppedMs < idleMs) continue
      toppedMs = world.now()
      room = Math.max(room, handMax - inHand.size)
    }
  } finally {
    await Promise.all(inHand.values())
  }
  either.throwIfAborted()
}

const waitMs = (tries: number): number => Math.min(retryMs * 4 ** tries, retryMsMax)

/** `done`, what went wrong, or until when nothing is to be tried, by no fault of the repository. */
type Outcome = 'done' | (string & {}) | {readonly untilMs: number; readonly isLimited: boolean}

async function fetchRepository(
  did: Did,
  deps: FetchDeps,
  {limited, paces, wasPutOff}: {limited: RateLimitedHosts; paces: HostPaces; wasPutOff: boolean},
  signal: AbortSignal,
): Promise<Outcome> {
  const {identities, places, world} = deps
  // This may take minutes, in which a key may become another.
  const atHand = await deps.atHand?.(did, signal)
  // Documents are looked up anew: a signature of a new key, or a new server, may be why something was missed.
  const look = (maxAgeMs: number) => identities.account(did, {maxAgeMs, signal})
  const account = await whileDirectoryAway(
    did,
    await look(wasPutOff ? putOffMs : retryMs),
    () => look(0),
    world,
    signal,
    identities.directory,
  )
  if (!account.ok) return account.reason
  const {pds, key} = account.value
  if (!pds || !key) return 'no-server-or-key'
  const {host} = new URL(pds)
  const limitedNow = (): Outcome | undefined => {
    const untilMs = limited.until(host)
    return untilMs === undefined ? undefined : {untilMs, isLimited: true}
  }
  try {
    // Whoever has waited for a place may find that the server wants to be left alone by now.
    const fetch = async () => limitedNow() ?? fetchFrom({pds, did, key, atHand}, deps, limited, signal)
    const outcome = limitedNow() ?? (await places.with(host, fetch, signal))
    paces.ended(host)
    return outcome
  } catch (error) {
    if (error instanceof Overloaded) return {untilMs: paces.until(host), isLimited: false}
    throw error
  }
}

interface Fetched {
  readonly pds: string
  readonly did: Did
  readonly key: PublicKey
  readonly atHand: BlocksAtHand | undefined
}

async function fetchFrom(
  fetched: Fetched,
  deps: FetchDeps,
  limited: RateLimitedHosts,
  signal: AbortSignal,
): Promise<Outcome> {
  const {pds, did, atHand} = fetched
  const {resyncs, localHostsSetting} = deps
  const {host} = new URL(pds)
  try {
    const withThem = atHand && (await fetchWith(atHand, fetched, deps, limited, signal))
    const repo = withThem?.ok ? withThem : await fetchAll(fetched, deps, limited, signal)
    if (!repo.ok) return `${repo.reason}: ${repo.detail}`
    // Who is gone meanwhile is not missed.
    return (await resyncs.finish(did, repo.rev)) === 'behind' ? 'behind' : 'done'
  } catch (error) {
    if (error instanceof UpstreamError) {
      limited.note(host, error.status, error.headers)
      const untilMs = limited.until(host)
      // It says that it was asked too often, and nothing of the repository.
      if (untilMs !== undefined && (error.status === 429 || error.status === 503)) return {untilMs, isLimited: true}
    }
    const refused = error instanceof UpstreamError ? error.cause : undefined
    if (refused instanceof Refused) {
      const isHere = isLoopbackHost(new URL(pds).hostname) && localHostsSetting !== undefined
      return isHere
        ? `${host} is of this machine, and is asked only with ${localHostsSetting}=true.`
        : `${host} is not asked: ${refused.message}`
    }
    // A repository that there is no room for has its turn again later, as one that is at fault, and others have theirs.
    if (error instanceof UpstreamError || error instanceof TimedOut || error instanceof OutOfSpace) return error.message
    throw error
  }
}

/** With what is at hand. Nothing where the server does not give the rest of it; rejects where it wants to be left alone. */
async function fetchWith(
  atHand: BlocksAtHand,
  fetched: Fetched,
  deps: FetchDeps,
  limited: RateLimitedHosts,
  signal: AbortSignal,
): Promise<VerifiedRepo | RefusedRepo | undefined> {
  try {
    const repo = await fetchAll(fetched, deps, limited, signal, atHand)
    atHand.ended(repo.ok)
    return repo
  } catch (error) {
    if (!(error instanceof UpstreamError) || error.status === 429 || error.status === 503) throw error
    if (error.cause instanceof Refused) throw error
    atHand.ended(false)
    return undefined
  }
}

/** All of it from its server, or with what is at hand the rest of it. */
async function fetchAll(
  {pds, did, key}: Fetched,
  {resyncs, guarded, world, timeoutMs = fetchTimeoutMs}: FetchDeps,
  limited: RateLimitedHosts,
  signal: AbortSignal,
  atHand?: BlocksAtHand,
): Promise<VerifiedRepo | RefusedRepo> {
  const client = new Client({service: pds, fetch: guarded.fetch})
  await resyncs.begin(did)
  return withDeadline(world, timeoutMs, signal, async ends => {
    const asked = atHand ? {did, since: atHand.since} : {did}
    const {status, headers, output} = await client.queryAnswer(getRepo, asked, {signal: ends})
    limited.note(new URL(pds).host, status, Object.fromEntries(headers))
    const bounds = new Bounds()
    const stager = new Stager(records => resyncs.stage(did, records))
    const onRecord = (record: RepoRecord): void | Promise<void> => {
      bounds.hand(record.bytes.length)
      return stager.take(record)
    }
    using spill = new SpillFile()
    const chunks = bounds.reading(output, atHand?.sections())
    const verified = await verifyRepo(chunks, {key, did, heldMax, spill, onRecord})
    await stager.flush()
    return verified
  })
}

/** What another server sends, and what comes of it, as long as it is not too much. */
class Bounds {
  #sent = 0
  #handed = 0

  /** What it sends, and then what is at hand. */
  async *reading(
    body: ReadableStream<Uint8Array>,
    atHand?: AsyncIterable<Uint8Array>,
  ): AsyncGenerator<Uint8Array, void> {
    for await (const chunk of sentOf(body)) yield this.#counted(chunk)
    if (atHand) for await (const chunk of atHand) yield this.#counted(chunk)
  }

  #counted(chunk: Uint8Array): Uint8Array {
    this.#sent += chunk.length
    passing.passed(chunk.length)
    if (this.#sent > repoSizeMax) throw tooLarge()
    return chunk
  }

  /** A record, which may have been handed out before. */
  hand(size: number): void {
    this.#handed += size
    if (this.#handed > repoSizeMax) throw tooLarge()
    if (this.#handed > this.#sent * (repeatedShareMax + 1) + repeatedSizeMax) {
      throw new UpstreamError('InvalidResponse', 'Large records of the repository are repeated too often.')
    }
  }
}

/** A connection that breaks is its fault and not ours. */
async function* sentOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  const chunks = body[Symbol.asyncIterator]()
  try {
    for (;;) {
      const {done, value} = await chunks.next().catch((cause: unknown) => {
        throw new UpstreamError('UpstreamFailure', 'The repository broke off.', {cause})
      })
      if (done) return
      yield value
    }
  } finally {
    await chunks.return?.().catch(() => {})
  }
}

const tooLarge = (): UpstreamError =>
  new UpstreamError('InvalidResponse', `The repository is larger than ${repoSizeMax} bytes.`)

/** Gathers records, which come one by one, to be staged many at a time. */
class Stager {
  readonly #stage: (records: readonly FetchedRecord[]) => Promise<void>
  #records: FetchedRecord[] = []
  #size = 0
  /** Copies stand side by side, in buffers that are used again: one for each costs more than what is in it. */
  readonly #rooms: Uint8Array[] = []
  #room = -1
  #roomAt = roomSize

  constructor(stage: (records: readonly FetchedRecord[]) => Promise<void>) {
    this.#stage = stage
  }

  /** Waits only when enough has come together. */
  take({path, cid, bytes}: RepoRecord): void | Promise<void> {
    const slash = path.indexOf('/')
    const [collection, rkey] = [path.slice(0, slash), path.slice(slash + 1)]
    this.#records.push({collection, rkey, cid: new Cid(this.#copy(cid.bytes)), bytes: this.#copy(bytes)})
    this.#size += bytes.length
    // Those that were early come from where they were kept, all of them in a moment.
    passing.passed(bytes.length)
    // What comes from a file, and differs in nothing from what is there, would be one turn for millions of records.
    return this.#size < stageSize ? undefined : this.flush().then(() => nextTurn())
  }

  #copy(bytes: Uint8Array): Uint8Array {
    const size = bytes.length
    if (size > roomSize) return bytes.slice()
    if (this.#roomAt + size > roomSize) {
      this.#rooms[++this.#room] ??= new Uint8Array(roomSize)
      this.#roomAt = 0
    }
    const room = this.#rooms[this.#room]
    room.set(bytes, this.#roomAt)
    const copy = room.subarray(this.#roomAt, this.#roomAt + size)
    this.#roomAt += size
    return copy
  }

  async flush(): Promise<void> {
    const records = this.#records
    this.#records = []
    this.#size = 0
    if (records.length > 0) await this.#stage(records)
    this.#room = -1
    this.#roomAt = roomSize
  }
}
