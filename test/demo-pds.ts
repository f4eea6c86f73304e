/**
 * A PDS and a Jetstream for the people of the demo, in a table: it keeps what they write in the order in which they write
 * it, and refuses what it is told to. The demo on a real network is `src/demo/demo.test.ts`.
 */
import {cidOf, codecs} from '#atp/data/cid.ts'
import type {World} from '#std/world.ts'
import {refusal} from './fake-servers.ts'

type Value = {$type: string; [member: string]: unknown}
interface Write {
  by: string
  collection: string
  uri: string
  cid: string
  value: Value
}
type Body = {
  repo: string
  collection: string
  rkey?: string
  record: Value
  writes: {collection: string; value: Value}[]
} & {
  handle: string
  identifier: string
}

export const didOf = (number: number): string =>
  `did:plc:${'a'.repeat(22)}${String.fromCharCode(97 + Math.floor(number / 26))}${String.fromCharCode(97 + (number % 26))}`
export const cidFor = (value: unknown): string =>
  cidOf(codecs.cbor, new TextEncoder().encode(JSON.stringify(value))).toString()

export class DemoPds {
  readonly writes: Write[] = []
  /** NSIDs, in the order in which they were called. */
  readonly calls: string[] = []
  readonly accounts = new Map<string, string>()
  /** Gives a refusal in the place of an answer. */
  refuse: (nsid: string, body: Body | undefined) => Response | undefined = () => undefined
  /** What Jetstream sends, as it comes. */
  readonly events: string[] = []
  nowMs = Date.UTC(2026, 0)
  /** How long things were waited for, in milliseconds. */
  readonly sleeps: number[] = []

  /** What was written by a handle's owner, of one type. */
  written(collection: string, handle?: string): Value[] {
    const did = handle === undefined ? undefined : this.accounts.get(handle)
    return this.writes
      .filter(write => write.collection === collection && (did === undefined || write.by === did))
      .map(({value}) => value)
  }

  readonly world: World = {
    now: () => this.nowMs,
    sleep: async (ms, signal) => {
      await new Promise(resolve => setImmediate(resolve))
      signal?.throwIfAborted()
      if (ms < 100_000) {
        this.sleeps.push(ms)
        this.nowMs += ms
      } else await new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason as Error)))
    },
    random: size => new Uint8Array(size),
    fetch: request => this.#fetch(request),
    subscribe: async (_, signal) => {
      const {events} = this
      return (async function* () {
        yield* events
        await new Promise(resolve => signal.addEventListener('abort', resolve))
      })()
    },
  }

  async #fetch(request: Request): Promise<Response> {
    const url = new URL(request.url)
    const nsid = url.pathname.replace('/xrpc/', '')
    const isJson = request.headers.get('content-type') === 'application/json'
    const body = isJson ? ((await request.json()) as Body) : undefined
    this.calls.push(nsid)
    const answer = this.refuse(nsid, body) ?? this.#answer(nsid, url.searchParams, body as Body)
    return answer instanceof Response ? answer : Response.json(answer)
  }

  #answer(nsid: string, params: URLSearchParams, body: Body): object {
    const repo = params.get('repo')
    const collection = params.get('collection')
    switch (nsid) {
      case 'com.atproto.identity.resolveHandle': {
        const did = this.accounts.get(String(params.get('handle')))
        return did ? {did} : refusal(400, 'HandleNotFound')
      }
      case 'com.atproto.server.createAccount':
        this.accounts.set(body.handle, didOf(this.accounts.size))
        return this.#session(body.handle)
      case 'com.atproto.server.createSession':
        return this.#session(body.identifier)
      case 'com.atproto.repo.getRecord': {
        const found = this.writes.find(write => write.by === repo && write.collection === collection)
        return found ?? refusal(400, 'RecordNotFound')
      }
      case 'com.atproto.repo.listRecords': {
        const found = this.writes.filter(write => write.by === repo && write.collection === collection)
        return {records: found.toReversed().map(({uri, cid, value}) => ({uri, cid, value}))}
      }
      case 'com.atproto.repo.uploadBlob':
        return {
          blob: {
            $type: 'blob',
            ref: {$link: cidOf(codecs.raw, new Uint8Array(1)).toString()},
            mimeType: 'image/png',
            size: 1,
          },
        }
      case 'com.atproto.repo.createRecord':
      case 'com.atproto.repo.putRecord':
        return this.#write(body.repo, body.collection, body.record)
      case 'com.atproto.repo.applyWrites':
        for (const {collection: type, value} of body.writes) this.#write(body.repo, type, value)
        return {}
      default:
        return refusal(501, 'MethodNotImplemented', nsid)
    }
  }

  #session(handle: string): object {
    return {did: this.accounts.get(handle), handle, accessJwt: 'a', refreshJwt: 'r', active: true}
  }

  #write(by: string, collection: string, value: Value): object {
    const written = {by, collection, uri: `at://${by}/${collection}/${this.writes.length}`, cid: cidFor(value), value}
    this.writes.push(written)
    return {uri: written.uri, cid: written.cid}
  }
}
