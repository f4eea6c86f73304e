/**
 * What the explorer asks of servers. The server of an account is whichever its DID document names, so all of this goes
 * through the guarded world, every answer is bounded and has a deadline, and a failure is a sentence for a person.
 */
import {refused, type Explained, type Result} from '#std/result.ts'
import type {Cid} from '#atp/data/cid.ts'
import type {Value} from '#atp/data/value.ts'
import type {BlockMap} from '#atp/mst/blocks.ts'
import {readCar} from '#atp/repo/car-read.ts'
import type {AtIdentifier} from '#atp/syntax/at-identifier.ts'
import type {Did} from '#atp/syntax/did.ts'
import {invalidHandle} from '#atp/syntax/handle.ts'
import {describeRepo} from '#lex/gen/com/atproto/repo/describeRepo.ts'
import {getRecord} from '#lex/gen/com/atproto/repo/getRecord.ts'
import {listRecords} from '#lex/gen/com/atproto/repo/listRecords.ts'
import {describeServer} from '#lex/gen/com/atproto/server/describeServer.ts'
import {getBlob} from '#lex/gen/com/atproto/sync/getBlob.ts'
import {getBlocks} from '#lex/gen/com/atproto/sync/getBlocks.ts'
import {getLatestCommit} from '#lex/gen/com/atproto/sync/getLatestCommit.ts'
import {getRecord as getProof} from '#lex/gen/com/atproto/sync/getRecord.ts'
import {getRepo} from '#lex/gen/com/atproto/sync/getRepo.ts'
import {getRepoStatus} from '#lex/gen/com/atproto/sync/getRepoStatus.ts'
import {listBlobs} from '#lex/gen/com/atproto/sync/listBlobs.ts'
import {listRepos} from '#lex/gen/com/atproto/sync/listRepos.ts'
import type {OutputOf} from '#lex/schema/method.ts'
import {Identities, type Identity} from '#sdk/identity.ts'
import {dnsOverHttps} from '#sdk/handle-lookup.ts'
import {mapConcurrent} from '#std/waiting/async.ts'
import {TimedOut, withDeadline} from '#std/waiting/deadline.ts'
import {Malformed} from '#std/malformed.ts'
import {fromUtf8} from '#std/text.ts'
import type {World} from '#std/world.ts'
import {letGo, readBytes} from '#xrpc/body.ts'
import {Client} from '#xrpc/client.ts'
import {UpstreamError} from '#xrpc/errors.ts'
import {isLoopbackHost} from '#std/wire/loopback.ts'

/** An answer, or a sentence that says why there is none. */
export type Told<T> = Result<{value: T}, Untold>
/** `absent`: the server says that there is no such thing. */
export type Untold = Explained<'absent' | 'failed'>

/** An account whose server is known. */
export interface Home extends Identity {
  readonly pds: string
}

export interface ReaderOptions {
  /** For the servers that the configuration names. */
  world: World
  /** For all others. */
  guarded: World
  plcUrl: string
  /** Knows the identities that this network's own directory does not. */
  publicPlcUrl: string
  pdsUrl: string
  timeoutMs?: number
}

const timeoutMsDefault = 8_000
const namingMs = 2_000
/** Bytes: what a proof, or a hundred tree nodes, can take; and of a blob that is shown. */
const carSizeMax = 8 * 2 ** 20
/** Of an answer in JSON, which is read and checked while nobody else is served; and of a page of records. */
const answerSizeMax = 4 * 2 ** 20
const recordsSizeMax = 10_000_000
const blobSizeMax = 10 * 2 ** 20
const auditSizeMax = 4 * 2 ** 20
/** What one page asks for. A server may answer more, which is not shown. */
export const blobsPageSize = 100
export const reposPageSize = 100
/** CIDs in one call of getBlocks: as many as an URL easily holds. */
const blocksMax = 50

const untold = (detail: string, isAbsent = false): Untold => refused(isAbsent ? 'absent' : 'failed', detail)

export class RepoReader {
  readonly identities: Identities
  readonly #options: ReaderOptions
  readonly #timeoutMs: number

  constructor(options: ReaderOptions) {
    this.#options = options
    this.#timeoutMs = options.timeoutMs ?? timeoutMsDefault
    this.identities = identitiesOf(options)
  }

  /** The account behind a DID or handle. A handle that is not confirmed leads to nobody. */
  async account(identifier: AtIdentifier): Promise<Told<Identity>> {
    const found = await this.identities.identity(identifier, {maxAgeMs: 60_000})
    if (found.ok) return found
    if (found.reason === 'unreachable') {
      return untold(`${identifier} could not be looked up. Is this machine online?`)
    }
    return untold(found.detail, found.reason === 'not-found')
  }

  /**
   * The confirmed handles of accounts, as far as they can be had within two seconds: a list is worth showing without
   * them.
   */
  async handles(dids: readonly Did[]): Promise<ReadonlyMap<Did, string>> {
    const names = new Map<Did, string>()
    const look = mapConcurrent(dids, 8, async did => {
      const found = await this.identities.identity(did)
      if (found.ok && found.value.handle !== invalidHandle) names.set(did, found.value.handle)
    })
    const {world} = this.#options
    await withDeadline(world, namingMs, undefined, () => look).catch(() => {})
    return new Map(names)
  }

  /** As `account`, for what only the account's server can tell. */
  async home(identifier: AtIdentifier): Promise<Told<Home>> {
    const found = await this.account(identifier)
    if (!found.ok) return found
    const {pds} = found.value
    if (pds === undefined) return untold(`The DID document of ${found.value.did} names no PDS.`)
    return {ok: true, value: {...found.value, pds}}
  }

  describe = ({pds, did}: Home): Promise<Told<OutputOf<typeof describeRepo>>> =>
    this.#ask(pds, (client, signal) => client.query(describeRepo, {repo: did}, {signal}))

  latestCommit = ({pds, did}: Home): Promise<Told<OutputOf<typeof getLatestCommit>>> =>
    this.#ask(pds, (client, signal) => client.query(getLatestCommit, {did}, {signal}))

  status = ({pds, did}: Home): Promise<Told<OutputOf<typeof getRepoStatus>>> =>
    this.#ask(pds, (client, signal) => client.query(getRepoStatus, {did}, {signal}))

  /** Newest first, as record keys sort. */
  records = (
    {pds, did}: Home,
    collection: string,
    page: {cursor?: string; limit: number},
  ): Promise<Told<OutputOf<typeof listRecords>>> =>
    this.#ask(
      pds,
      (client, signal) => client.query(listRecords, {repo: did, collection, ...page}, {signal}),
      recordsSizeMax,
    )

  record = ({pds, did}: Home, collection: string, rkey: string): Promise<Told<OutputOf<typeof getRecord>>> =>
    this.#ask(pds, (client, signal) => client.query(getRecord, {repo: did, collection, rkey}, {signal}))

  blobs = ({pds, did}: Home, cursor?: string): Promise<Told<OutputOf<typeof listBlobs>>> =>
    this.#ask(pds, (client, signal) => client.query(listBlobs, {did, cursor, limit: blobsPageSize}, {signal}))

  /** The CAR with which the server proves that a record is there, unverified. */
  proof = ({pds, did}: Home, collection: string, rkey: string): Promise<Told<Uint8Array>> =>
    this.#ask(pds, async (client, signal) =>
      bytesOf(await client.query(getProof, {did, collection, rkey}, {signal}), carSizeMax),
    )

  /** Blocks by CID, each checked against it. Those that the server does not give are left out. */
  blocks = ({pds, did}: Home, cids: readonly Cid[]): Promise<Told<BlockMap>> =>
    this.#ask(pds, async (client, signal) => {
      const wanted = cids.slice(0, blocksMax).map(String)
      const car = await bytesOf(await client.query(getBlocks, {did, cids: wanted}, {signal}), carSizeMax)
      return readCar(car).blocks
    })

  blob = ({pds, did}: Home, cid: string): Promise<Told<Uint8Array<ArrayBuffer>>> =>
    this.#ask(pds, async (client, signal) => bytesOf(await client.query(getBlob, {did, cid}, {signal}), blobSizeMax))

  /** The whole repository as it streams in: no deadline but the caller's signal. */
  async repo({pds, did}: Home, signal: AbortSignal): Promise<Told<AsyncIterable<Uint8Array>>> {
    try {
      return {ok: true, value: await this.#client(pds).query(getRepo, {did}, {signal})}
    } catch (error) {
      return failureOf(error, pds)
    }
  }

  server = (pds: string): Promise<Told<OutputOf<typeof describeServer>>> =>
    this.#ask(pds, (client, signal) => client.query(describeServer, {}, {signal}))

  repos = (pds: string, cursor?: string): Promise<Told<OutputOf<typeof listRepos>>> =>
    this.#ask(pds, (client, signal) => client.query(listRepos, {limit: reposPageSize, cursor}, {signal}))

  /** Every operation of a did:plc, as the directory tells it; unverified. */
  async auditLog(did: Did): Promise<Told<Value>> {
    const {world} = this.#options
    try {
      return await withDeadline(world, this.#timeoutMs, undefined, async signal => {
        const response = await askDirectory(this.#options, `/${did}/log/audit`, signal)
        const bytes = await readBytes(response.body, auditSizeMax, tooBig(auditSizeMax))
        if (!response.ok) return untold(`The directory answers ${response.status} for ${did}.`)
        return {ok: true, value: JSON.parse(fromUtf8(bytes) ?? '') as Value}
      })
    } catch (error) {
      return failureOf(error, this.#options.plcUrl)
    }
  }

  #client(service: string, sizeMax = answerSizeMax): Client {
    const {guarded} = this.#options
    return new Client({service, fetch: request => guarded.fetch(request), answerSizeMax: sizeMax})
  }

  async #ask<T>(
    pds: string,
    ask: (client: Client, signal: AbortSignal) => Promise<T>,
    sizeMax?: number,
  ): Promise<Told<T>> {
    try {
      return await withDeadline(this.#options.world, this.#timeoutMs, undefined, async signal => ({
        ok: true,
        value: await ask(this.#client(pds, sizeMax), signal),
      }))
    } catch (error) {
      return failureOf(error, pds)
    }
  }
}

const tooBig = (sizeMax: number) => (): Error => new Malformed('answer', 'too-big', `more than ${sizeMax} bytes`)

const bytesOf = (body: ReadableStream<Uint8Array>, sizeMax: number): Promise<Uint8Array<ArrayBuffer>> =>
  readBytes(body as ReadableStream<Uint8Array<ArrayBuffer>>, sizeMax, tooBig(sizeMax))

/** What went wrong with a server, in words. Whatever is none of these is a fault of ours. */
function failureOf(error: unknown, server: string): Untold {
  const host = URL.canParse(server) ? new URL(server).host : server
  if (error instanceof TimedOut) return untold(`${host} did not answer in time.`)
  if (error instanceof UpstreamError) {
    const {cause, message} = error
    if (cause instanceof Error && cause.name === 'Refused') return untold(`${host} was not contacted: ${cause.message}`)
    return untold(message.startsWith(host) ? message : `${host}: ${message}`, /NotFound/.test(error.error))
  }
  if (error instanceof Malformed) return untold(`${host} sent an invalid answer: ${error.message}`)
  if (error instanceof SyntaxError) return untold(`${host} sent an answer that is not JSON.`)
  if (error instanceof TypeError || (error as {code?: unknown})?.code !== undefined) {
    return untold(`${host} could not be reached.`)
  }
  if (error instanceof Error && error.name === 'Refused') return untold(`${host} was not contacted: ${error.message}`)
  throw error
}

/** Asks this network's directory, and when it does not know, the public one. */
async function askDirectory(
  {world, guarded, plcUrl, publicPlcUrl}: ReaderOptions,
  path: string,
  signal: AbortSignal,
): Promise<Response> {
  const own = await world.fetch(new Request(`${plcUrl}${path}`, {signal}))
  if (own.status !== 404 || publicPlcUrl === plcUrl) return own
  try {
    const other = await guarded.fetch(new Request(`${publicPlcUrl}${path}`, {signal}))
    letGo(own.body)
    return other
  } catch {
    // Without a way out, what this network knows is all there is.
    return own
  }
}

/**
 * Who is who, for pages: handles under `.test` belong to the PDS of this network and to nobody's DNS, so it is asked;
 * only the directory that the configuration names may be at a private address.
 */
function identitiesOf(options: ReaderOptions): Identities {
  const {world, guarded, plcUrl, pdsUrl, timeoutMs} = options
  const atHome = /^https:\/\/([^/:]+\.test)\/\.well-known\/atproto-did$/
  const lookups: World = {
    ...guarded,
    async fetch(request) {
      if (request.url.startsWith(`${plcUrl}/`)) {
        return askDirectory(options, request.url.slice(plcUrl.length), request.signal)
      }
      const [, handle] = atHome.exec(request.url) ?? []
      if (handle === undefined) return guarded.fetch(request)
      const url = `${pdsUrl}/xrpc/com.atproto.identity.resolveHandle?handle=${handle}`
      const response = await world.fetch(new Request(url, {signal: request.signal}))
      if (!response.ok) {
        letGo(response.body)
        return new Response(null, {status: 404})
      }
      const {did} = (await response.json()) as {did?: unknown}
      return new Response(String(did))
    },
  }
  const dns = dnsOverHttps({world: guarded, timeoutMs: 3_000})
  return new Identities({
    world: lookups,
    plcUrl,
    timeoutMs: timeoutMs ?? 5_000,
    development: isLoopbackHost(new URL(plcUrl).hostname),
    txt: (name, signal) => (name.endsWith('.test') ? Promise.resolve([]) : dns(name, signal)),
    freshMs: 300_000,
    countMax: 10_000,
  })
}
