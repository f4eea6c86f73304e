/** Calls of a server that may be killed at any moment: no answer is an outcome, a wrong answer is not. */
import assert from 'node:assert/strict'
import type {World} from '#std/world.ts'
import type {Account} from './account.ts'

type Json = Record<string, unknown>

/** What a server answers that has no room, by name: what was to be written is not. */
export const refused = 'refused'

export class Calls {
  readonly #world: Pick<World, 'fetch'>
  readonly #url: string
  /** Set from when the server may be gone. */
  killed = false
  /** Whether a full disk is an answer. */
  mayBeFull = false
  answered = 0

  constructor(world: Pick<World, 'fetch'>, url: string) {
    this.#world = world
    this.#url = url
  }

  /** The answer; `undefined` when the server was killed before there was one. */
  async call(nsid: string, body: Json, token?: string): Promise<Json | typeof refused | undefined> {
    return this.#answer(nsid, JSON.stringify(body), 'application/json', token)
  }

  /** The blob as records hold it. */
  async upload({token}: Account, bytes: Uint8Array): Promise<Json | typeof refused | undefined> {
    const answer = await this.#answer('com.atproto.repo.uploadBlob', Buffer.from(bytes), 'image/png', token)
    return answer === refused ? refused : (answer?.blob as Json | undefined)
  }

  /** As `call`; `undefined` also when a server that this one needs has no answer for it. */
  async callThrough(nsid: string, body: Json): Promise<Json | undefined> {
    const answer = await this.#answer(nsid, JSON.stringify(body), 'application/json', undefined, true)
    return answer === refused ? undefined : answer
  }

  /** Of a server that must be there. */
  async get(nsid: string, params: Record<string, string>): Promise<Response> {
    return this.#world.fetch(new Request(`${this.#url}/xrpc/${nsid}?${new URLSearchParams(params).toString()}`))
  }

  async #answer(
    nsid: string,
    body: BodyInit,
    type: string,
    token?: string,
    needsOthers = false,
  ): Promise<Json | typeof refused | undefined> {
    const headers = new Headers({'content-type': type})
    if (token !== undefined) headers.set('authorization', `Bearer ${token}`)
    let response: Response
    let answer: Json
    try {
      response = await this.#world.fetch(new Request(`${this.#url}/xrpc/${nsid}`, {method: 'POST', headers, body}))
      answer = (await response.json()) as Json
    } catch (error) {
      if (this.killed) return undefined
      throw error
    }
    if (this.mayBeFull && response.status === 507) {
      assert.equal(answer.error, 'InsufficientStorage')
      return refused
    }
    if (needsOthers && response.status > 500 && (this.killed || this.mayBeFull)) return undefined
    assert.equal(response.status, 200, `${nsid} is answered with ${JSON.stringify(answer)}`)
    this.answered++
    return answer
  }
}

/** `collection/rkey` of a record's URI. */
export const pathOf = (uri: string): string => uri.split('/').slice(3).join('/')
