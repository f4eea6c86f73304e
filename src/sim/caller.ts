/** How people of a simulation call a service: over its network, as any client does, and with an eye on what is unsure. */
import type {SimClock} from './ground/clock.ts'
import {Life} from './ground/life.ts'
import type {Json, JsonRecord} from './truth/model.ts'
import {framesOf, type SimNetwork} from './ground/network.ts'

export type Answer =
  | {readonly outcome: 'done'; readonly body: JsonRecord}
  /** It has not happened. */
  | {readonly outcome: 'refused'; readonly status: number; readonly error: string; readonly detail: string}
  /** Nobody knows whether it has. */
  | {readonly outcome: 'unknown'; readonly detail: string}

export interface CallOptions {
  readonly params?: Readonly<Record<string, string | readonly string[]>>
  readonly body?: Json
  /** A body that is no JSON; its type is among the headers. */
  readonly bytes?: Uint8Array<ArrayBuffer>
  readonly headers?: Readonly<Record<string, string>>
  readonly token?: string
  /** By default that of a call with a body, or without. */
  readonly method?: 'POST'
}

const triesMax = 400

export class Caller {
  readonly name: string
  readonly #clock: SimClock
  readonly #network: SimNetwork
  readonly #life = new Life(() => {})

  constructor(name: string, clock: SimClock, network: SimNetwork) {
    this.name = name
    this.#clock = clock
    this.#network = network
  }

  async call(
    service: string,
    nsid: string,
    {params = {}, body, bytes, headers, token, method}: CallOptions,
  ): Promise<Answer> {
    const url = new URL(`/xrpc/${nsid}`, service)
    for (const [name, value] of Object.entries(params)) {
      for (const one of typeof value === 'string' ? [value] : value) url.searchParams.append(name, one)
    }
    const request = new Request(url, {
      method: method ?? (body === undefined && bytes === undefined ? 'GET' : 'POST'),
      headers: {
        ...headers,
        ...(token !== undefined && {authorization: `Bearer ${token}`}),
        ...(body !== undefined && {'content-type': 'application/json'}),
      },
      ...(body !== undefined && {body: JSON.stringify(body)}),
      ...(bytes !== undefined && {body: bytes}),
    })
    return this.#sent(request)
  }

  /** Posts JSON to where no XRPC is spoken. */
  post(url: string, body: Json): Promise<Answer> {
    const headers = {'content-type': 'application/json'}
    return this.#sent(new Request(url, {method: 'POST', headers, body: JSON.stringify(body)}))
  }

  async #sent(request: Request): Promise<Answer> {
    try {
      const response = await this.#network.fetch(this.name, this.#life, request)
      const text = await response.text()
      const said = (text.startsWith('{') ? JSON.parse(text) : {}) as JsonRecord
      if (response.ok) return {outcome: 'done', body: said}
      const detail = `${response.status} ${text.slice(0, 200)}`
      if (response.status >= 500) return {outcome: 'unknown', detail}
      return {outcome: 'refused', status: response.status, error: String(said.error), detail}
    } catch (error) {
      return {outcome: 'unknown', detail: `${String(error)}: ${String((error as Error).cause)}`}
    }
  }

  /** What is at a URL, if it comes. */
  async json(url: string): Promise<unknown> {
    try {
      const response = await this.#network.fetch(this.name, this.#life, new Request(url))
      return response.ok ? await response.json() : undefined
    } catch {
      return undefined
    }
  }

  /** What a query answers that is no JSON, if it comes whole. */
  async bytes(
    service: string,
    nsid: string,
    params: Readonly<Record<string, string>>,
  ): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const url = new URL(`/xrpc/${nsid}?${new URLSearchParams(params)}`, service)
    try {
      const response = await this.#network.fetch(this.name, this.#life, new Request(url))
      return response.ok ? await response.bytes() : undefined
    } catch {
      return undefined
    }
  }

  /** Asks what changes nothing, until there is an answer. */
  async ask(service: string, nsid: string, options: CallOptions): Promise<Exclude<Answer, {outcome: 'unknown'}>> {
    for (let tries = 0; tries < triesMax; tries++) {
      const answer = await this.call(service, nsid, options)
      if (answer.outcome !== 'unknown') return answer
      await this.#clock.sleep(3_000)
    }
    throw new Error(`${service} does not answer ${nsid}.`)
  }

  /** The messages of a stream so far: until nothing has come for a while. Undefined when the connection broke. */
  async listen(url: string, quietMs: number): Promise<(string | Uint8Array)[] | undefined> {
    const ended = new AbortController()
    const heard: (string | Uint8Array)[] = []
    let atMs = this.#clock.nowMs
    const quiet = async (): Promise<void> => {
      while (this.#clock.nowMs - atMs < quietMs) await this.#clock.sleep(quietMs / 4)
      ended.abort(new Error('quiet'))
    }
    try {
      const frames = await this.#network.subscribe(this.name, this.#life, new Request(url), ended.signal)
      if (frames instanceof Response) return undefined
      void quiet()
      for await (const some of frames) {
        atMs = this.#clock.nowMs
        heard.push(...framesOf(some))
      }
    } catch {
      if (!ended.signal.aborted) return undefined
    }
    return heard
  }
}
