/**
 * A Tap's client: repositories are named, and then come first all that is in them and then what happens to them. Its shapes
 * are those of `@atproto/tap`, with what our Tap has beyond the official one.
 */
import {type DidDocument, parseDidDocument} from '#atp/identity/did-document.ts'
import type {Did} from '#atp/syntax/did.ts'
import {withDeadline} from '#std/waiting/deadline.ts'
import {fromUtf8} from '#std/text.ts'
import type {World} from '#std/world.ts'
import {letGo, readBytes} from '#xrpc/body.ts'
import {formatAdminAuthHeader} from './admin-auth.ts'
import {TapChannel, type TapChannelOptions} from './channel.ts'
import type {TapHandler} from './indexer.ts'

export interface TapConfig {
  world: Pick<World, 'fetch' | 'now' | 'random' | 'sleep' | 'subscribe'>
  /** Where the Tap has one (`TAP_ADMIN_PASSWORD`). */
  adminPassword?: string
  /** For one answer. */
  timeoutMs?: number
}

/** How far a repository is. */
export interface RepoInfo {
  readonly did: Did
  /** Empty before it was confirmed. */
  readonly handle: string
  readonly state: string
  readonly rev: string
  /** Of one that is listed with others it is not counted. */
  readonly records?: number
  /** Why it could not be fetched, if that is so. */
  readonly error?: string
  readonly retries?: number
}

export interface RepoPage {
  readonly repos: readonly RepoInfo[]
  /** Where the next page begins, if there is one. */
  readonly cursor: string | undefined
}

export interface TapFilters {
  /** NSIDs, or all under one: `app.bsky.feed.*`; none for all. */
  readonly collections: readonly string[]
  /** Whoever has records of one of these is followed. */
  readonly signals: readonly string[]
  /** Everybody is followed. */
  readonly fullNetwork: boolean
}

/** The Tap refuses, or is none: `status` says how. */
export class TapError extends Error {
  override readonly name = 'TapError'
  /** Of HTTP. */
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

const answerSizeMax = 8 * 2 ** 20
const timeoutMsDefault = 30_000
const saidMax = 500

export class Tap {
  readonly url: string
  readonly #config: TapConfig

  /** `url` is `http://localhost:2480`. */
  constructor(url: string, config: TapConfig) {
    this.url = url
    this.#config = config
  }

  /** Not yet open: `start` it. */
  channel(handler: TapHandler, options: Partial<TapChannelOptions> = {}): TapChannel {
    const {world, adminPassword} = this.#config
    return new TapChannel(this.url, handler, {world, adminPassword, ...options})
  }

  /** Follows repositories from now on; what is in them comes first. As all below, throws `TapError`. */
  async addRepos(dids: readonly string[]): Promise<void> {
    await this.#ask('POST', '/repos/add', {dids})
  }

  async removeRepos(dids: readonly string[]): Promise<void> {
    await this.#ask('POST', '/repos/remove', {dids})
  }

  /** Leaves repositories as they are until they are resumed. Gives how many that changes. */
  async pauseRepos(dids: readonly string[]): Promise<number> {
    return ((await this.#ask('POST', '/repos/pause', {dids})) as {count: number}).count
  }

  async resumeRepos(dids: readonly string[]): Promise<number> {
    return ((await this.#ask('POST', '/repos/resume', {dids})) as {count: number}).count
  }

  /** Throws `TapError` of status 404 for one that is not followed. */
  async getRepoInfo(did: string): Promise<RepoInfo> {
    return (await this.#ask('GET', `/info/${encodeURIComponent(did)}`)) as RepoInfo
  }

  /** A page of those that are followed, in the order in which they were added. */
  async listRepos(query: {state?: string; cursor?: string; limit?: number} = {}): Promise<RepoPage> {
    const params = new URLSearchParams()
    for (const [name, value] of Object.entries(query)) if (value !== undefined) params.set(name, String(value))
    const {repos, cursor} = (await this.#ask('GET', `/repos?${params}`)) as RepoPage
    return {repos, cursor}
  }

  /** Null when there is no such DID. */
  async resolveDid(did: string): Promise<DidDocument | null> {
    try {
      return parseDidDocument(await this.#ask('GET', `/resolve/${encodeURIComponent(did)}`), did as Did)
    } catch (error) {
      if (error instanceof TapError && error.status === 404) return null
      throw error
    }
  }

  async filters(): Promise<TapFilters> {
    return (await this.#ask('GET', '/filters')) as TapFilters
  }

  /** Sets some or all of them. What they let pass that was not before is fetched. */
  async setFilters(filters: Partial<TapFilters>): Promise<TapFilters> {
    return (await this.#ask('PUT', '/filters', filters)) as TapFilters
  }

  async #ask(method: string, path: string, body?: object): Promise<unknown> {
    const {world, adminPassword, timeoutMs = timeoutMsDefault} = this.#config
    const headers = new Headers()
    if (adminPassword !== undefined) headers.set('authorization', formatAdminAuthHeader(adminPassword))
    if (body) headers.set('content-type', 'application/json')
    return withDeadline(world, timeoutMs, undefined, async signal => {
      const init = {method, headers, signal, ...(body && {body: JSON.stringify(body)})}
      const response = await world.fetch(new Request(new URL(path, this.url), init))
      const tooBig = (): TapError => new TapError(502, `The answer is larger than ${answerSizeMax} bytes.`)
      const text = fromUtf8(await readBytes(response.body, answerSizeMax, tooBig)) ?? ''
      if (!response.ok)
        throw new TapError(response.status, `The Tap answers ${response.status}: ${text.slice(0, saidMax)}`)
      letGo(response.body)
      if (text === '') return undefined
      try {
        return JSON.parse(text) as unknown
      } catch {
        throw new TapError(502, 'What answers is no Tap.')
      }
    })
  }
}
