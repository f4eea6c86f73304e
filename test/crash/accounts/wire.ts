/** Requests to a server that may be killed at any moment: that there is no answer is an outcome of its own. */
import assert from 'node:assert/strict'
import type {World} from '#std/world.ts'

/** The server was killed before it had answered. */
export class Unanswered extends Error {
  override readonly name = 'Unanswered'
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly bytes: Uint8Array<ArrayBuffer>
  // What is asserted of it is what the test says.
  readonly json: Record<string, unknown>
}

export interface Ask {
  readonly method?: string
  readonly body?: string | Uint8Array<ArrayBuffer>
  readonly headers?: Readonly<Record<string, string>>
}

export class Wire {
  readonly url: string
  readonly #world: Pick<World, 'fetch'>
  readonly #adminPassword: string
  /** Set from when the server may be gone. */
  killed = false
  /** Answers of any kind. */
  answered = 0

  constructor(world: Pick<World, 'fetch'>, url: string, adminPassword: string) {
    this.#world = world
    this.url = url
    this.#adminPassword = adminPassword
  }

  /** The whole answer, or `Unanswered`. Follows nothing. */
  readonly fetch = async (request: Request): Promise<Response> => {
    try {
      const response = await this.#world.fetch(new Request(request, {redirect: 'manual'}))
      const bytes = await response.arrayBuffer()
      this.answered++
      const {status, headers} = response
      return new Response(bytes.byteLength === 0 ? null : bytes, {status, headers})
    } catch (error) {
      if (this.killed) throw new Unanswered('there was no answer', {cause: error})
      throw error
    }
  }

  async ask(path: string, {method, body, headers = {}}: Ask = {}): Promise<Answer> {
    const init = {method: method ?? (body === undefined ? 'GET' : 'POST'), headers, ...(body !== undefined && {body})}
    const response = await this.fetch(new Request(this.url + path, init))
    const bytes = new Uint8Array(await response.arrayBuffer())
    const isJson = response.headers.get('content-type')?.startsWith('application/json') && bytes.length > 0
    const json = isJson ? (JSON.parse(new TextDecoder().decode(bytes)) as Answer['json']) : {}
    return {status: response.status, headers: response.headers, bytes, json}
  }

  query(nsid: string, params: Readonly<Record<string, string>> = {}, headers: Ask['headers'] = {}): Promise<Answer> {
    return this.ask(`/xrpc/${nsid}?${new URLSearchParams(params)}`, {headers})
  }

  /** With `token`, as its owner. */
  call(nsid: string, body: object | undefined, token?: string): Promise<Answer> {
    const headers = {
      ...(body && {'content-type': 'application/json'}),
      ...(token !== undefined && {authorization: `Bearer ${token}`}),
    }
    return this.ask(`/xrpc/${nsid}`, {method: 'POST', headers, ...(body && {body: JSON.stringify(body)})})
  }

  /** As whoever runs the server. */
  get admin(): {authorization: string} {
    return {authorization: `Basic ${Buffer.from(`admin:${this.#adminPassword}`).toString('base64')}`}
  }

  async callAsAdmin(nsid: string, body: object): Promise<Answer['json']> {
    const headers = {...this.admin, 'content-type': 'application/json'}
    return done(await this.ask(`/xrpc/${nsid}`, {body: JSON.stringify(body), headers}))
  }
}

/** What an answer holds that says that something was done. */
export function done({status, json, bytes}: Answer): Answer['json'] {
  assert.equal(status, 200, `answered with ${status} ${new TextDecoder().decode(bytes.subarray(0, 500))}`)
  return json
}
