/**
 * Finds repositories that nobody named: all that the relay lists, or those that have a record of a collection, which a
 * relay that keeps an index of them says at once. Of one that does not, each repository's own server is asked.
 */
import type {Did} from '#atp/syntax/did.ts'
import type {Nsid} from '#atp/syntax/nsid.ts'
import {describeRepo} from '#lex/gen/com/atproto/repo/describeRepo.ts'
import {listRepos} from '#lex/gen/com/atproto/sync/listRepos.ts'
import {listReposByCollection} from '#lex/gen/com/atproto/sync/listReposByCollection.ts'
import type {Identities} from '#sdk/identity.ts'
import {abortable, type Bell, mapConcurrent, Overloaded} from '#std/waiting/async.ts'
import type {Log} from '#std/log.ts'
import type {Places} from '#std/waiting/places.ts'
import type {World} from '#std/world.ts'
import {listRepositories} from '#stream/resync.ts'
import {Client} from '#xrpc/client.ts'
import {UpstreamError} from '#xrpc/errors.ts'
import type {Filters} from '../filters.ts'
import type {TapStore} from '../store/tap-store.ts'

const idleMs = 5_000
const pageLimit = 1_000
const retryMs = 5_000
const retryMsMax = 600_000
const asksMax = 16

/**
 * Where the stream of events begins, as far as lists have to know: what happened before is for them. They are read only
 * once the stream is open, and anew when it has begun at what happens from then on once more.
 */
export class StreamStart {
  /** Whether there is a place to go on from. */
  hasPlace = false
  /** How often it has begun at what happens from then on. */
  count = 0
  readonly #opened = Promise.withResolvers<void>()

  /** The stream is open. */
  opened(): void {
    if (!this.hasPlace) this.count++
    this.#opened.resolve()
  }

  /** Resolves once it has been. */
  get isOpened(): Promise<void> {
    return this.#opened.promise
  }
}

interface Deps {
  readonly relay: string
  readonly start: StreamStart
  readonly store: Pick<TapStore, 'listed' | 'note' | 'noteListed' | 'listAnew'>
  readonly filters: Filters
  readonly identities: Pick<Identities, 'account'>
  /** By the server that is asked about its repositories. */
  readonly places: Places
  readonly guarded: Pick<World, 'fetch'>
  readonly world: Pick<World, 'fetch' | 'now' | 'sleep'>
  readonly log: Log
  /** Rings when the filters are others. */
  readonly changed: Bell
  readonly discovered: (count: number) => void
  readonly stirred: () => Promise<void>
}

/** Follows all that the relay lists, for as long as that is asked for. */
export function crawlNetwork(deps: Deps, signal: AbortSignal): Promise<void> {
  const {relay, start, store, filters, world, log, stirred} = deps
  let begun = 0
  const resyncs: Pick<TapStore, 'listed' | 'note'> = {
    async listed(service) {
      // Nothing is left to list where nothing is asked for.
      if (!filters.settings.fullNetwork) return null
      await abortable(start.isOpened, signal)
      if (start.count > begun) await store.listAnew(service)
      begun = start.count
      return store.listed(service)
    },
    async note(service, repos, cursor) {
      // The stream has begun anew since, and the list has to.
      if (start.count !== begun) return
      await store.note(service, repos, cursor)
      await stirred()
    },
  }
  return listRepositories(relay, {resyncs, world, log}, signal)
}

/** Follows those that have records of the collections that are asked for. */
export async function crawlSignals(deps: Deps, signal: AbortSignal): Promise<void> {
  const {filters, world, changed, log, relay} = deps
  for (let failures = 0; ;) {
    let isIdle = true
    try {
      for (const collection of filters.settings.signals) {
        if (await crawlPage(deps, collection as Nsid, signal)) isIdle = false
      }
      failures = 0
    } catch (error) {
      if (!(error instanceof UpstreamError)) throw error
      log.debug('cannot list repositories by collection', {relay, error})
      await world.sleep(Math.min(retryMs * 2 ** failures++, retryMsMax), signal)
    }
    if (isIdle) await changed.waitUpTo(idleMs, world, signal)
  }
}

/** Goes on with a list by one page. False when it is at its end. */
async function crawlPage(deps: Deps, collection: Nsid, signal: AbortSignal): Promise<boolean> {
  const {relay, store, world, discovered, stirred} = deps
  const list = `${relay} ${collection}`
  const cursor = await store.listed(list)
  if (cursor === null) return false
  const client = new Client({service: relay, fetch: world.fetch})
  const page = await byCollection(deps, client, collection, cursor, signal)
  const isLast = page.cursor === undefined || page.cursor === cursor
  const count = await store.noteListed(list, page.dids, isLast ? null : (page.cursor as string))
  discovered(count)
  if (count > 0) await stirred()
  return !isLast
}

interface DidPage {
  readonly dids: readonly Did[]
  readonly cursor?: string
}

/** What a cursor of the list begins with that is gone through where the relay has no index. */
const allOf = 'all:'

async function byCollection(
  deps: Deps,
  client: Client,
  collection: Nsid,
  cursor: string | undefined,
  signal: AbortSignal,
): Promise<DidPage> {
  if (!cursor?.startsWith(allOf)) {
    try {
      const page = await client.query(listReposByCollection, {collection, limit: pageLimit, cursor}, {signal})
      return {dids: page.repos.map(({did}) => did), cursor: page.cursor}
    } catch (error) {
      if (!(error instanceof UpstreamError) || !hasNoIndex(error)) throw error
      deps.log.info('the relay has no index of collections, each repository is asked', {collection})
    }
  }
  const after = cursor?.startsWith(allOf) ? cursor.slice(allOf.length) : undefined
  const page = await client.query(listRepos, {limit: pageLimit, cursor: after}, {signal})
  const active = page.repos.filter(({active}) => active !== false).map(({did}) => did)
  const has = await mapConcurrent(active, asksMax, (did, ends) => hasCollection(deps, did, collection, ends), signal)
  return {
    dids: active.filter((_, i) => has[i]),
    cursor: page.cursor === undefined || page.cursor === after ? undefined : allOf + page.cursor,
  }
}

const hasNoIndex = ({status, error}: UpstreamError): boolean =>
  status === 404 || status === 501 || error === 'MethodNotImplemented' || error === 'XRPCNotSupported'

/** Whether an account's own server says that it has records of a collection. One that says nothing is passed over. */
async function hasCollection(
  {identities, places, guarded}: Deps,
  did: Did,
  collection: Nsid,
  signal: AbortSignal,
): Promise<boolean> {
  const account = await identities.account(did, {signal})
  if (!account.ok || !account.value.pds) return false
  const {pds} = account.value
  const client = new Client({service: pds, fetch: guarded.fetch})
  try {
    const ask = () => client.query(describeRepo, {repo: did}, {signal})
    const {collections} = await places.with(new URL(pds).host, ask, signal)
    return collections.includes(collection)
  } catch (error) {
    if (error instanceof UpstreamError || error instanceof Overloaded) return false
    throw error
  }
}
