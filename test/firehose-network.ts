/**
 * A network of servers that a relay follows, without sockets: their firehoses are lists of frames that tests add to,
 * and one directory knows all accounts. A test can break connections and see what it was asked.
 */
import {Bell} from '../src/std/waiting/async.ts'
import type {Frame, Frames} from '../src/std/wire/frames.ts'
import {realWorld, type World} from '../src/std/world.ts'
import {formatMultikey, type PublicKey} from '../src/atp/crypto/key.ts'
import {decodeFrame, encodeErrorFrame, type MessageFrame} from '../src/atp/sync/frame.ts'
import {HastyClock} from './hasty-clock.ts'

export const plcUrl = 'http://plc.test'

/** One server's firehose. */
export class FakeHost {
  frames: Frame[] = []
  /** The cursors with which it was asked. */
  readonly cursors: (string | null)[] = []
  /** How often somebody tried to subscribe. */
  dials = 0
  /** Answers `describeServer`, and subscriptions. */
  up = true
  readonly #grown = new Bell()
  readonly #broken = new Bell()

  send(...frames: Frame[]): void {
    this.frames.push(...frames)
    this.#grown.ring()
  }

  /** Cuts every connection. */
  break(): void {
    this.#broken.ring()
  }

  async *follow(cursor: string | null, signal: AbortSignal): AsyncGenerator<readonly Frame[]> {
    const cut = new AbortController()
    const either = AbortSignal.any([signal, cut.signal])
    void this.#broken.wait(signal).then(
      () => cut.abort(),
      () => {},
    )
    const seqs = this.frames.map(seqOf)
    const last = Math.max(0, ...seqs)
    if (Number(cursor ?? 0) > last) return yield [encodeErrorFrame('FutureCursor', `It is at ${last}.`)]
    const found = cursor === null ? this.frames.length : seqs.findIndex(seq => seq > Number(cursor))
    for (let at = found < 0 ? this.frames.length : found; !either.aborted;) {
      const some = this.frames.slice(at)
      at = this.frames.length
      if (some.length > 0) yield some
      else await this.#grown.wait(either).catch(() => {})
    }
    if (!signal.aborted) throw new Error('broken')
  }
}

function seqOf(frame: Frame): number {
  try {
    return Number((decodeFrame(frame as Uint8Array) as MessageFrame).body.seq)
  } catch {
    return 0
  }
}

export class FirehoseNetwork {
  nowMs: number
  /** Whether the directory answers. */
  directoryUp = true
  readonly hosts = new Map<string, FakeHost>()
  /** DID documents, by DID. */
  readonly documents = new Map<string, unknown>()
  /** What the domains of handles answer, by handle. */
  readonly handles = new Map<string, string>()
  /** DIDs and handles that were looked up. */
  readonly lookups: string[] = []
  /** Held, since the signal of a request that nobody holds is told nothing any more. */
  readonly #underWay = new Set<Request>()
  readonly world: World = {
    now: () => this.nowMs,
    sleep: new HastyClock().sleep,
    random: realWorld.random,
    fetch: request => {
      this.#underWay.add(request)
      return this.answers(new URL(request.url), request.signal).finally(() => this.#underWay.delete(request))
    },
    subscribe: async (request, signal) => this.#subscribe(new URL(request.url), signal),
  }

  /** How every request is answered: a test may put another way in its place. */
  answers: (url: URL, signal: AbortSignal) => Promise<Response> = async url => this.answer(url)

  constructor(nowMs: number) {
    this.nowMs = nowMs
  }

  host(hostname: string): FakeHost {
    let host = this.hosts.get(hostname)
    if (!host) this.hosts.set(hostname, (host = new FakeHost()))
    return host
  }

  /** Gives `did` a document with this key and this server, and this handle, whose domain is another's affair. */
  account(did: string, key: PublicKey, hostname: string, handle?: string): void {
    this.documents.set(did, {
      id: did,
      ...(handle ? {alsoKnownAs: [`at://${handle}`]} : {}),
      verificationMethod: [
        {id: `${did}#atproto`, type: 'Multikey', controller: did, publicKeyMultibase: formatMultikey(key)},
      ],
      service: [{id: '#atproto_pds', type: 'AtprotoPersonalDataServer', serviceEndpoint: `https://${hostname}`}],
    })
  }

  async #subscribe(url: URL, signal: AbortSignal): Promise<Frames | Response> {
    const host = this.hosts.get(url.host)
    if (host) host.dials++
    if (!host?.up) throw new Error(`${url.host} is not there`)
    host.cursors.push(url.searchParams.get('cursor'))
    return host.follow(url.searchParams.get('cursor'), signal)
  }

  answer(url: URL): Response {
    if (url.origin === plcUrl) {
      const did = decodeURIComponent(url.pathname.slice(1))
      this.lookups.push(did)
      if (!this.directoryUp) return new Response('later', {status: 503})
      const document = this.documents.get(did)
      return document ? Response.json(document) : Response.json({message: `DID not registered: ${did}`}, {status: 404})
    }
    if (url.pathname === '/.well-known/atproto-did') {
      this.lookups.push(url.host)
      const did = this.handles.get(url.host)
      return did ? new Response(did) : new Response('nothing here', {status: 404})
    }
    if (!this.hosts.get(url.host)?.up) return new Response('nothing here', {status: 502})
    if (url.pathname !== '/xrpc/com.atproto.server.describeServer') return new Response('nothing here', {status: 404})
    return Response.json({did: `did:web:${url.host}`, availableUserDomains: []})
  }
}
