/**
 * A Tap with a stream that a test pushes events into and one PDS whose answers it chooses: what it makes of them, without
 * a socket.
 */
import type {TestContext} from 'node:test'
import {formatMultikey} from '../src/atp/crypto/key.ts'
import type {Value} from '../src/atp/data/value.ts'
import {BlockMap} from '../src/atp/mst/blocks.ts'
import {encodeCar} from '../src/atp/repo/car-write.ts'
import type {Did} from '../src/atp/syntax/did.ts'
import {datetimeOf} from '../src/atp/syntax/datetime.ts'
import {Metrics} from '../src/runtime/health/metrics.ts'
import {tapConfig} from '../src/services/tap/config.ts'
import {openTap, type Tap} from '../src/services/tap/tap.ts'
import {readConfig} from '../src/std/config.ts'
import {silentLog} from '../src/std/log.ts'
import {Bell} from '../src/std/waiting/async.ts'
import {eachFrame, type Frame, type Frames} from '../src/std/wire/frames.ts'
import {realWorld, type World} from '../src/std/world.ts'
import type {EventBatch, StreamEvent, VerifiedEvents} from '../src/stream/verified-events.ts'
import {type MadeCommit, TestRepo, testKey} from './commits.ts'
import {HastyClock} from './hasty-clock.ts'
import type {TapEvent} from './tap-stores.ts'

const startMs = Date.parse('2026-01-01T00:00:00Z')
export const time = datetimeOf(startMs)
export const relay = 'http://localhost:2470'
export const pds = 'http://localhost:2583'
const plc = 'http://localhost:2582'
export const post = 'app.bsky.feed.post'

/** An account on its server: what it has written, and its whole export. */
export class Hosted {
  readonly did: Did
  readonly handle: string
  readonly repo: TestRepo
  readonly #blocks = new BlockMap()
  #last: MadeCommit | undefined

  constructor(name: string, number = 1) {
    this.did = `did:plc:${name.padEnd(24, 'a')}` as Did
    this.handle = `${name}.test`
    this.repo = new TestRepo(this.did, testKey(number), startMs)
  }

  /** Writes posts, by their keys; null deletes. Gives the event. */
  write(texts: Readonly<Record<string, string | null>>, collection = post): StreamEvent {
    const writes: Record<string, Value> = {}
    for (const [rkey, text] of Object.entries(texts)) {
      writes[`${collection}/${rkey}`] = text === null ? null : {$type: collection, text}
    }
    this.#last = this.repo.write(writes)
    for (const {cid, bytes} of this.#last.blocks) this.#blocks.set(cid, bytes)
    return {...this.#last.event, carried: this.#last.blocks}
  }

  get rev(): string {
    return this.#last?.event.rev ?? ''
  }

  export(): Uint8Array<ArrayBuffer> {
    return encodeCar(this.#last ? [this.#last.event.commit] : [], this.#blocks) as Uint8Array<ArrayBuffer>
  }

  get document(): object {
    return {
      id: this.did,
      alsoKnownAs: [`at://${this.handle}`],
      verificationMethod: [
        {
          id: `${this.did}#atproto`,
          type: 'Multikey',
          controller: this.did,
          publicKeyMultibase: formatMultikey(this.repo.key.publicKey),
        },
      ],
      service: [{id: '#atproto_pds', type: 'AtprotoPersonalDataServer', serviceEndpoint: pds}],
    }
  }
}

/** A stream that a test pushes into. */
class HandStream implements VerifiedEvents {
  readonly name = relay
  readonly #events: StreamEvent[] = []
  readonly #more = new Bell()

  push(...events: StreamEvent[]): void {
    for (const event of events) {
      this.#events.push(event.t === '#info' ? event : {...event, seq: this.#events.length + 1})
    }
    this.#more.ring()
  }

  bounds(): {first: number; last: number} {
    return {first: 1, last: this.#events.length}
  }

  async *follow(after: number | 'live', signal: AbortSignal): AsyncGenerator<EventBatch, void> {
    let at = after === 'live' ? this.#events.length : after
    while (!signal.aborted) {
      const events = this.#events.slice(at)
      if (events.length > 0) yield {last: (at += events.length), frames: [], events: () => events}
      else await this.#more.wait(signal).catch(() => {})
    }
  }
}

/** What a method of a server answers; nothing for what there is not. */
export type Answers = Readonly<Record<string, (params: URLSearchParams, count: number) => Response | undefined>>

const refused = (status: number): Response => Response.json({error: 'NotFound', message: 'not there'}, {status})

export async function openTestTap(
  context: TestContext,
  hosted: readonly Hosted[],
  {
    env = {},
    answers = {},
    directory,
    elsewhere,
    sleep = new HastyClock().sleep,
  }: {
    env?: Record<string, string>
    answers?: Answers
    /** What the directory says while it is not well; nothing while it is. */
    directory?: () => Response | undefined
    /** What is answered to what is neither the directory nor a method of a server. */
    elsewhere?: (request: Request) => Promise<Response>
    /** A hundredth of what is asked for, unless said otherwise. */
    sleep?: World['sleep']
  } = {},
) {
  const stream = new HandStream()
  const asked: string[] = []
  const find = (name: string | null) => hosted.find(({did, handle}) => did === name || handle === name)
  const own: Answers = {
    'com.atproto.sync.getRepo': params => {
      const account = find(params.get('did'))
      return account && new Response(account.export(), {headers: {'content-type': 'application/vnd.ipld.car'}})
    },
    'com.atproto.identity.resolveHandle': params => {
      const account = find(params.get('handle'))
      return account && Response.json({did: account.did})
    },
  }
  const fetch = async (request: Request): Promise<Response> => {
    const {origin, pathname, searchParams} = new URL(request.url)
    if (origin === plc) {
      const fault = directory?.()
      if (fault) return fault
      const account = find(decodeURIComponent(pathname.slice(1)))
      return account ? Response.json(account.document) : refused(404)
    }
    if (!pathname.startsWith('/xrpc/') && elsewhere) return elsewhere(request)
    const nsid = pathname.replace('/xrpc/', '')
    asked.push(nsid)
    const count = asked.filter(one => one === nsid).length
    const given = answers[nsid]
    const answer = given ? given(searchParams, count) : own[nsid]?.(searchParams, count)
    return answer ?? refused(nsid in own ? 400 : 404)
  }
  const world = {...realWorld, fetch, sleep}
  const metrics = new Metrics()
  const outside = {world, guarded: world, log: silentLog, metrics, streams: [stream], offers: async () => new Map()}
  const given = {TAP_RELAY_URL: relay, TAP_PLC_URL: plc, TAP_HANDLE_RESOLVER: pds, TAP_DATABASE_URL: 'memory:', ...env}
  const tap = await openTap(readConfig(tapConfig, {env: given}), outside)
  await tap.start()
  context.after(() => tap.stop())
  const call = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
    const type: Record<string, string> = body === undefined ? {} : {'content-type': 'application/json'}
    const init = body === undefined ? {} : {body: typeof body === 'string' ? body : JSON.stringify(body)}
    const response = await tap.fetch(
      new Request(`http://localhost:2480${path}`, {method, headers: {...type, ...headers}, ...init}),
    )
    const text = await response.text()
    return {status: response.status, body: (text.startsWith('{') ? JSON.parse(text) : text) as Record<string, unknown>}
  }
  const add = (...dids: string[]) => call('POST', '/repos/add', {dids})
  return {tap, stream, asked, metrics, call, add, connect: (path = '/channel') => connect(context, tap, path)}
}

/** A consumer that takes what comes, and says what a test has it say. */
async function connect(context: TestContext, tap: Tap, path: string) {
  const stop = new AbortController()
  const outgoing: Frame[] = []
  const bell = new Bell()
  const incoming = (async function* () {
    while (!stop.signal.aborted) {
      const message = outgoing.shift()
      if (message !== undefined) yield message
      else await bell.wait(stop.signal).catch(() => {})
    }
  })()
  const frames = await tap.frames(new Request(`http://localhost:2480${path}`), stop.signal, incoming)
  if (frames instanceof Response) return {refused: frames.status, told: [], said: ''}
  const told: TapEvent[] = []
  const state = {told, refused: 0, ended: undefined as Error | 'end' | undefined}
  const reading = (async () => {
    for await (const frame of eachFrame(frames as Frames)) told.push(JSON.parse(String(frame)) as TapEvent)
    state.ended = 'end'
  })().catch((error: unknown) => void (state.ended = error as Error))
  const leave = async (): Promise<void> => {
    stop.abort()
    bell.ring()
    await reading
  }
  context.after(leave)
  const send = (message: Frame): void => {
    outgoing.push(message)
    bell.ring()
  }
  const ack = (...ids: number[]): void => ids.forEach(id => send(JSON.stringify({type: 'ack', id})))
  return Object.assign(state, {send, ack, leave})
}
