/**
 * The PLC directory over HTTP: did-method-plc's own small API, which is not XRPC. All wiring of the service is here;
 * what may be added to a history is decided in `directory.ts`.
 */
import {Bell} from '#std/waiting/async.ts'
import type {Frame, Frames} from '#std/wire/frames.ts'
import type {Log} from '#std/log.ts'
import {fromUtf8} from '#std/text.ts'
import type {World} from '#std/world.ts'
import {documentOf} from '#atp/plc/document.ts'
import {directoryLimits, specLimits} from '#atp/plc/limits.ts'
import {isDid, type Did} from '#atp/syntax/did.ts'
import {datetimeOf} from '#atp/syntax/datetime.ts'
import {openSql} from '#engines/open.ts'
import {observeFullDisk} from '#runtime/health/engine-metrics.ts'
import type {Service} from '#runtime/service.ts'
import {readBytes} from '#xrpc/body.ts'
import type {PlcConfig} from './config.ts'
import {Directory} from './directory.ts'
import type {OperationStore, Sequenced} from './store/operation-store.ts'
import {plcMigrations, sqliteOperationStore} from './store/operation-store.sqlite.ts'

const exportMax = 1000
/** Operations sent to a consumer of the stream at a time: it may hold them for long. */
const streamedMax = 100
/** Bytes of a submitted operation as JSON; the directory's limit on its CBOR is 4,000. */
const bodySizeMax = 32_768

const about = `This is a PLC directory: the record of did:plc identities (https://web.plc.directory).

  GET  /:did             the DID document
  GET  /:did/data        what the identity says now
  GET  /:did/log         the operations that stand         GET /:did/log/last
  GET  /:did/log/audit   every operation, nullified ones included
  POST /:did             add an operation
  GET  /export           all operations, as JSON lines (?after, ?count)
  WS   /export/stream    the same as they come (?cursor)
`

const headers = {'access-control-allow-origin': '*', 'x-content-type-options': 'nosniff'}
const json = (body: unknown, type = 'application/json'): Response =>
  new Response(JSON.stringify(body), {headers: {...headers, 'content-type': `${type}; charset=utf-8`}})
const refused = (status: number, message: string): Response => Response.json({message}, {status, headers})

/** An operation as `/log/audit` and the older form of `/export` give it. */
const auditEntry = ({did, operation, cid, nullified, takenMs}: Sequenced): object => ({
  did,
  operation,
  cid,
  nullified,
  createdAt: datetimeOf(takenMs),
})

/** The newer form, which says its place in the order of all. */
const sequencedEntry = ({seq, did, operation, cid, takenMs}: Sequenced): object => ({
  type: 'sequenced_op',
  seq,
  did,
  operation,
  cid,
  createdAt: datetimeOf(takenMs),
})

export class Plc implements Service {
  readonly name = 'plc'
  readonly #store: OperationStore
  readonly #directory: Directory
  readonly #log: Log
  readonly #taken = new Bell()
  readonly #ended = Promise.withResolvers<void>()

  constructor(store: OperationStore, directory: Directory, log: Log) {
    this.#store = store
    this.#directory = directory
    this.#log = log
  }

  get ended(): Promise<void> {
    return this.#ended.promise
  }

  async start(): Promise<void> {
    this.#log.info('directory open', {operations: await this.#store.last()})
  }

  async stop(): Promise<void> {
    await this.#store.close()
    this.#ended.resolve()
  }

  async fetch(request: Request): Promise<Response> {
    const {pathname, searchParams} = new URL(request.url)
    if (request.method === 'OPTIONS') return preflight()
    if (request.method === 'POST') return this.#post(pathname.slice(1), request)
    if (request.method !== 'GET' && request.method !== 'HEAD') return refused(405, 'Use GET or POST.')
    if (pathname === '/') return new Response(about, {headers: {...headers, 'content-type': 'text/plain'}})
    if (pathname === '/export') return this.#export(searchParams)
    const [subject, ...view] = decodePath(pathname)
    if (!isPlcDid(subject)) return refused(400, 'Expected a did:plc identifier, as in /did:plc:….')
    return this.#read(subject, view.join('/'))
  }

  /** `/export/stream`: every operation after `cursor` (a seq), then each as it is taken. */
  async frames(request: Request, signal: AbortSignal): Promise<Frames | Response> {
    const {pathname, searchParams} = new URL(request.url)
    if (pathname !== '/export/stream') return refused(404, 'The only stream is /export/stream.')
    const last = await this.#store.last()
    const cursor = searchParams.get('cursor')
    if (cursor !== null && !/^\d{1,15}$/.test(cursor)) return refused(400, 'cursor: expected a seq, a whole number.')
    if (Number(cursor ?? 0) > last) return refused(400, `FutureCursor: the newest operation is ${last}.`)
    return this.#follow(cursor === null ? last : Number(cursor), signal)
  }

  async *#follow(from: number, signal: AbortSignal): AsyncGenerator<readonly Frame[]> {
    let seq = from
    while (!signal.aborted) {
      const news = this.#taken.wait(signal).catch(() => {}) // before the look, so that none slips in between
      const operations = await this.#store.after(seq, streamedMax)
      if (operations.length === 0) await news
      else {
        seq = operations[operations.length - 1].seq
        yield operations.map(operation => JSON.stringify(sequencedEntry(operation)))
      }
    }
  }

  async #post(subject: string, request: Request): Promise<Response> {
    const did = decodePath(`/${subject}`)[0]
    if (!isPlcDid(did)) return refused(400, 'Expected a did:plc identifier, as in /did:plc:….')
    const body = await readBody(request)
    if (body === 'too-big') return refused(413, `An operation is at most ${bodySizeMax} bytes of JSON.`)
    if (body === undefined) return refused(400, 'Expected an operation as JSON.')
    const outcome = await this.#directory.take(did, body)
    if (!outcome.ok) return refused(400, outcome.detail)
    this.#taken.ring()
    return new Response(null, {status: 200, headers})
  }

  async #read(did: Did, view: string): Promise<Response> {
    if (view === 'log/audit' || view === 'log' || view === 'log/last') {
      const log = await this.#store.history(did)
      if (log.length === 0) return refused(404, `DID not registered: ${did}`)
      if (view === 'log/audit') return json(log.map(entry => auditEntry({seq: 0, did, ...entry})))
      const standing = log.filter(entry => !entry.nullified).map(entry => entry.operation)
      return json(view === 'log' ? standing : standing.at(-1))
    }
    if (view !== '' && view !== 'data') return refused(404, 'No such page; see /.')
    const current = await this.#directory.current(did)
    if (current.state === 'unknown') return refused(404, `DID not registered: ${did}`)
    if (current.state === 'tombstoned') return refused(404, `DID not available: ${did}`)
    return view === 'data'
      ? json({did, ...current.data})
      : json(documentOf(did, current.data), 'application/did+ld+json')
  }

  /** `after` is a seq, answered in the newer form, or a time, answered in the older one. */
  async #export(search: URLSearchParams): Promise<Response> {
    const count = Number(search.get('count') ?? exportMax)
    if (!Number.isInteger(count) || count < 1) return refused(400, 'count: expected a whole number from 1 to 1000.')
    const limit = Math.min(count, exportMax)
    const after = search.get('after') ?? ''
    let lines: object[]
    if (/^\d{1,15}$/.test(after)) lines = (await this.#store.after(Number(after), limit)).map(sequencedEntry)
    else {
      const ms = after === '' ? -1 : Date.parse(after)
      if (Number.isNaN(ms)) return refused(400, 'after: expected a seq, or a time such as 2026-01-31T12:00:00.000Z.')
      lines = (await this.#store.takenAfter(ms, limit)).map(auditEntry)
    }
    const body = lines.map(line => JSON.stringify(line)).join('\n')
    return new Response(body, {headers: {...headers, 'content-type': 'application/jsonlines'}})
  }
}

const preflight = (): Response =>
  new Response(null, {
    status: 204,
    headers: {...headers, 'access-control-allow-methods': 'GET, POST', 'access-control-allow-headers': 'content-type'},
  })

const isPlcDid = (text: string | undefined): text is Did =>
  text !== undefined && /^did:plc:[a-z2-7]{24}$/.test(text) && isDid(text)

function decodePath(pathname: string): string[] {
  try {
    return pathname.slice(1).split('/').map(decodeURIComponent)
  } catch {
    return []
  }
}

/** The JSON of a body; `undefined` when it is none. */
async function readBody(request: Request): Promise<unknown> {
  try {
    return JSON.parse(fromUtf8(await readBytes(request.body, bodySizeMax, () => new TooBig())) ?? '')
  } catch (error) {
    return error instanceof TooBig ? 'too-big' : undefined
  }
}

class TooBig extends Error {}

/** Opens a directory as `config` says. */
export async function openPlc(config: PlcConfig, world: World, log: Log): Promise<Plc> {
  const store = sqliteOperationStore(
    openSql(config.database, {migrations: plcMigrations, disk: world.disk, onFull: observeFullDisk(log, world.now)}),
  )
  const limits = config.limits === 'spec' ? specLimits : directoryLimits
  return new Plc(store, new Directory(store, world, limits), log)
}
