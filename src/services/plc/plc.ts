/**
 * The PLC directory over HTTP: did-method-plc's own small API, which is not XRPC. All wiring of the service is here; what
 * may be added to a history is decided in `directory.ts`, and what another directory took is judged in `replica/`.
 */
import type {Frames} from '#std/wire/frames.ts'
import type {Log} from '#std/log.ts'
import {fromUtf8, jsonOf} from '#std/text.ts'
import type {World} from '#std/world.ts'
import {documentOf} from '#atp/plc/document.ts'
import {directoryLimits, specLimits, strictLimits} from '#atp/plc/limits.ts'
import type {Did} from '#atp/syntax/did.ts'
import {openLimits, openSql} from '#engines/open.ts'
import {observeFullDisk, observeGroups} from '#runtime/health/engine-metrics.ts'
import {Metrics} from '#runtime/health/metrics.ts'
import {Tasks, type Service} from '#runtime/service.ts'
import {peerAddress} from '#runtime/strangers/peer.ts'
import {isHere, StrangerLimiter} from '#runtime/strangers/stranger.ts'
import {readBytes} from '#xrpc/body.ts'
import {about, answer, auditEntry, json, jsonList, preflight, refusal} from './answers.ts'
import type {PlcConfig} from './config.ts'
import {Directory} from './directory.ts'
import {exported} from './export.ts'
import {messageOf} from './refusals.ts'
import {Follower} from './replica/follower.ts'
import {Primary, PrimaryFault} from './replica/primary.ts'
import type {OperationStore} from './store/operation-store.ts'
import {sqliteOperationStore} from './store/operation-store.sqlite.ts'
import type {ReplicaStore} from './store/replica-store.ts'
import {sqliteReplicaStore} from './store/replica-store.sqlite.ts'
import {plcMigrations} from './store/schema.ts'
import {ExportStream} from './stream.ts'
import {isPlcDid} from '#atp/syntax/did.ts'
import {isSameSecret} from '#engines/crypto/secrets.ts'

/** Bytes of a submitted operation as JSON; the directory's limit on its CBOR is 4,000. */
const bodySizeMax = 32_768
/** Operations that one stranger may submit; a PDS on this machine is none. */
const submits = {limit: 3_000, windowMs: 300_000}
/** Guesses at the admin secret. */
const guesses = {limit: 10, windowMs: 300_000}
/** Findings that `/_replica` shows. */
const findingsShown = 50

/** The part that follows another directory. */
export interface Replica {
  readonly follower: Follower
  readonly primary: Primary
  readonly store: Pick<ReplicaStore, 'findings'>
  readonly writes: 'refuse' | 'forward'
}

export interface PlcOptions {
  readonly store: OperationStore
  readonly directory: Directory
  readonly stream: ExportStream
  readonly world: Pick<World, 'now' | 'sleep'>
  readonly log: Log
  readonly adminSecret: string | undefined
  readonly replica?: Replica | undefined
}

export class Plc implements Service {
  readonly name = 'plc'
  readonly #options: PlcOptions
  readonly #tasks: Tasks
  readonly #submits: StrangerLimiter
  readonly #guesses: StrangerLimiter

  constructor(options: PlcOptions) {
    this.#options = options
    const {world, log} = options
    this.#tasks = new Tasks(log, undefined, world)
    const limits = openLimits('memory:', () => world.now())
    this.#submits = new StrangerLimiter('plc submit', submits, limits)
    this.#guesses = new StrangerLimiter('plc admin', guesses, limits)
  }

  get ended(): Promise<void> {
    return this.#tasks.ended
  }

  async start(): Promise<void> {
    const {store, log, replica} = this.#options
    const {seq} = await store.newest()
    log.info('directory open', {operations: seq, ...(replica && {primary: replica.primary.url})})
    if (!replica) return
    this.#tasks.spawn('follower', signal => replica.follower.run(signal))
    this.#tasks.spawn('recheck', signal => replica.follower.recheck(signal))
  }

  async stop(): Promise<void> {
    await this.#tasks.stop()
    await this.#options.store.close()
  }

  /** For `/_health`: rejects when the database is gone. */
  async health(): Promise<object> {
    await this.#options.store.newest()
    const {replica} = this.#options
    return replica ? {replica: {primary: replica.primary.url, ...replica.follower.progress.show()}} : {}
  }

  async fetch(request: Request): Promise<Response> {
    const {pathname, searchParams} = new URL(request.url)
    if (request.method === 'OPTIONS') return preflight()
    const path = decodePath(pathname)
    if (!path) return refusal(400, 'The path is not well encoded.')
    if (request.method === 'POST') return this.#post(path.join('/'), request)
    if (request.method !== 'GET' && request.method !== 'HEAD') return refusal(405, 'Use GET or POST.')
    switch (path.join('/')) {
      case '':
        return answer(about, 'text/plain; charset=utf-8')
      case 'export':
        return exported(this.#options.store, searchParams)
      case 'export/stream':
        return refusal(426, 'upgrade required', {})
      case '_replica':
        return this.#showReplica()
    }
    const [subject, ...view] = path
    return this.#read(subject, view.join('/'))
  }

  /** `/export/stream`: every operation after `cursor` (a seq), then each as it is taken. */
  async frames(request: Request, signal: AbortSignal): Promise<Frames | Response> {
    const {pathname, searchParams} = new URL(request.url)
    if (pathname !== '/export/stream') return refusal(404, 'The only stream is /export/stream.')
    const cursor = searchParams.get('cursor') || undefined
    if (cursor !== undefined && !/^\d+$/.test(cursor)) return refusal(400, 'Invalid cursor parameter')
    return this.#options.stream.follow(cursor === undefined ? undefined : Number(cursor), signal)
  }

  async #post(path: string, request: Request): Promise<Response> {
    if (path === 'admin/removeInvalidOps') return this.#removeInvalid(request)
    const {replica, directory, stream} = this.#options
    if (!isPlcDid(path)) return refusal(400, 'Operations are posted to /did:plc:….')
    if (replica?.writes === 'refuse') {
      const primary = replica.primary.url
      return refusal(403, `This is a read replica. Submit operations to ${primary}.`, {primary})
    }
    const late = await this.#tooMany(this.#submits, request)
    if (late) return late
    const body = await readBody(request)
    if (body instanceof Response) return body
    if (replica) return forwarded(replica.primary, path, body)
    const operation = jsonOf(fromUtf8(body))
    if (operation === undefined) return refusal(400, 'The body is not JSON.')
    const taken = await directory.take(path, operation)
    if (!taken.ok) {
      const {reason, detail} = taken
      return refusal(reason === 'busy' ? 409 : 400, messageOf(taken, directory.limits), {reason, detail})
    }
    stream.wake()
    return answer('OK', 'text/plain; charset=utf-8')
  }

  async #removeInvalid(request: Request): Promise<Response> {
    const {adminSecret, directory, log} = this.#options
    if (adminSecret === undefined) return refusal(401, 'admin secret has not been configured')
    const late = await this.#tooMany(this.#guesses, request)
    if (late) return late
    const body = await readBody(request)
    if (body instanceof Response) return body
    const asked = jsonOf(fromUtf8(body)) as {adminSecret?: unknown; did?: unknown; cid?: unknown} | null | undefined
    const given = asked?.adminSecret
    if (typeof given !== 'string' || !isSameSecret(given, adminSecret)) {
      return refusal(401, 'invalid admin secret')
    }
    await this.#guesses.giveBack(peerAddress(request))
    const {did, cid} = asked ?? {}
    if (typeof did !== 'string' || !isPlcDid(did)) return refusal(400, 'did does not exist')
    if (typeof cid !== 'string') return refusal(400, 'operation does not exist')
    const removal = await directory.removeInvalid(did, cid)
    if (!removal.ok) return refusal(removal.reason === 'busy' ? 409 : 400, removal.detail)
    log.warn('invalid operations were removed', {did, cid, operations: removal.operations.length})
    return json(removal.operations)
  }

  /** The refusal when whoever asks has asked too often. Who is on this machine may. */
  async #tooMany(limiter: StrangerLimiter, request: Request): Promise<Response | undefined> {
    const address = peerAddress(request)
    if (isHere(address) && limiter === this.#submits) return undefined
    const {allowed} = await limiter.take(address)
    return allowed ? undefined : refusal(429, 'Too many requests; try again later.')
  }

  async #read(subject: string, view: string): Promise<Response> {
    const {store, directory} = this.#options
    const unknown = (): Response => refusal(404, `DID not registered: ${subject.slice(0, 100)}`)
    if (!['', 'data', 'log', 'log/audit', 'log/last'].includes(view)) return refusal(404, 'No such page; see /.')
    if (!isPlcDid(subject)) return unknown()
    if (view === 'log' || view === 'log/audit') {
      const log = await store.history(subject)
      if (log.length === 0) return unknown()
      if (view === 'log/audit') return jsonList(log, entry => auditEntry({did: subject, ...entry}))
      return jsonList(
        log.filter(entry => !entry.nullified),
        entry => entry.operation,
      )
    }
    if (view === 'log/last') {
      const last = await store.current(subject)
      return last ? json(last) : unknown()
    }
    const current = await directory.current(subject)
    if (current.state === 'unknown') return unknown()
    if (current.state === 'tombstoned') return refusal(404, `DID not available: ${subject}`)
    return view === 'data'
      ? json({did: subject, ...current.data})
      : json(documentOf(subject, current.data), 'application/did+ld+json')
  }

  async #showReplica(): Promise<Response> {
    const {replica} = this.#options
    if (!replica) return refusal(404, 'This directory follows no other.')
    const {count, newest} = await replica.store.findings(findingsShown)
    const shown = replica.follower.progress.show()
    return json({primary: replica.primary.url, ...shown, findings: count, newestFindings: newest})
  }
}

/** The parts of a path; `undefined` when they are not well encoded. */
function decodePath(pathname: string): string[] | undefined {
  try {
    return pathname.replace(/\/$/, '').slice(1).split('/').map(decodeURIComponent)
  } catch {
    return undefined
  }
}

/** The bytes of a body, or why they are not taken. */
async function readBody(request: Request): Promise<Uint8Array<ArrayBuffer> | Response> {
  const encoding = request.headers.get('content-encoding') ?? 'identity'
  if (encoding !== 'identity') return refusal(415, 'The body is to be sent as it is, in no encoding.')
  try {
    return await readBytes(request.body, bodySizeMax, () => new TooBig())
  } catch (error) {
    if (!(error instanceof TooBig)) throw error
    return refusal(413, `An operation takes at most ${bodySizeMax} bytes.`)
  }
}

class TooBig extends Error {}

async function forwarded(primary: Primary, did: Did, body: Uint8Array<ArrayBuffer>): Promise<Response> {
  try {
    const {status, text} = await primary.submit(did, body)
    if (status === 200) return answer('OK', 'text/plain; charset=utf-8')
    const said = jsonOf(text) as {message?: unknown} | null | undefined
    const message = typeof said?.message === 'string' ? said.message : `${primary.url} answered ${status}.`
    return refusal(status >= 400 && status < 600 ? status : 502, message)
  } catch (error) {
    if (!(error instanceof PrimaryFault)) throw error
    return refusal(502, error.message)
  }
}

const limitsOf = {strict: strictLimits, directory: directoryLimits, spec: specLimits} as const

/** Opens a directory as `config` says. */
export async function openPlc(config: PlcConfig, world: World, log: Log, metrics = new Metrics()): Promise<Plc> {
  const sql = openSql(config.database, {
    migrations: plcMigrations,
    disk: world.disk,
    onGroup: observeGroups(metrics, 'plc'),
    onFull: observeFullDisk(log, world.now),
  })
  const store = sqliteOperationStore(sql)
  const directory = new Directory(store, world, limitsOf[config.limits])
  const stream = new ExportStream(store, world)
  const {adminSecret, upstream, replicaWrites: writes, recheckMs} = config
  let replica: Replica | undefined
  if (upstream !== undefined) {
    const replicaStore = sqliteReplicaStore(sql)
    const primary = new Primary(upstream, world)
    const took = (): void => stream.wake()
    const follower = new Follower({store, replicaStore, primary, world, log, metrics, recheckMs, took})
    replica = {follower, primary, store: replicaStore, writes}
  }
  return new Plc({store, directory, stream, world, log, adminSecret, replica})
}
