/**
 * How the services of this network are: asked of each at its own address, as anyone could, and kept for a moment, so
 * that a thousand open pages ask no more than one.
 */
import {SingleFlight} from '#std/waiting/async.ts'
import {withDeadline} from '#std/waiting/deadline.ts'
import {fromUtf8} from '#std/text.ts'
import {timeLimit} from '#std/waiting/deadline.ts'
import type {World} from '#std/world.ts'
import {listHosts} from '#lex/gen/com/atproto/sync/listHosts.ts'
import {listRepos} from '#lex/gen/com/atproto/sync/listRepos.ts'
import {readBytes} from '#xrpc/body.ts'
import {Client} from '#xrpc/client.ts'

export interface ServiceVitals {
  /** As in the list of services. */
  name: string
  url: string
  isUp: boolean
  version: string
  /** Until it answered. */
  answerMs: number
  /** Requests a second, over the last few; undefined where nobody shows numbers. */
  requestsPerSecond: number | undefined
  /** What it has to count, in words. */
  counts: string
}

export interface Vitals {
  services: ServiceVitals[]
  /** Of the whole process, where numbers are shown. */
  residentBytes: number | undefined
}

/** By the names of the services. */
type Addresses = Readonly<Record<string, string>>

const freshMs = 2_000
const timeoutMs = 1_500
const countFreshMs = 10_000
const metricsSizeMax = 2 ** 20
const reposPage = 1_000

export class VitalSigns {
  readonly #world: World
  readonly #addresses: Addresses
  readonly #metricsUrl: string | undefined
  readonly #flights = new SingleFlight<'vitals', Vitals>()
  #last: {atMs: number; vitals: Vitals} | undefined
  #numbers: {atMs: number; values: ReadonlyMap<string, number>} | undefined
  readonly #counts = new Map<string, {atMs: number; text: string}>()

  constructor(world: World, addresses: Addresses, metricsUrl: string | undefined) {
    this.#world = world
    this.#addresses = addresses
    this.#metricsUrl = metricsUrl
  }

  /** At most two seconds old. Never rejects: what does not answer is said to be down. */
  read(): Promise<Vitals> {
    const last = this.#last
    if (last && this.#world.now() - last.atMs < freshMs) return Promise.resolve(last.vitals)
    return this.#flights.do('vitals', async () => {
      const vitals = await this.#look()
      this.#last = {atMs: this.#world.now(), vitals}
      return vitals
    })
  }

  async #look(): Promise<Vitals> {
    const before = this.#numbers
    const names = Object.keys(this.#addresses)
    const [numbers, ...services] = await Promise.all([this.#readNumbers(), ...names.map(name => this.#lookAt(name))])
    this.#numbers = numbers ?? before
    if (numbers && before) {
      const seconds = Math.max(0.001, (numbers.atMs - before.atMs) / 1000)
      for (const service of services) {
        const series = `http_request_seconds_count{service="${service.name}"}`
        const [now, was] = [numbers.values.get(series), before.values.get(series) ?? 0]
        if (now !== undefined) service.requestsPerSecond = Math.max(0, now - was) / seconds
      }
    }
    return {services, residentBytes: this.#numbers?.values.get('process_resident_bytes')}
  }

  async #lookAt(name: string): Promise<ServiceVitals> {
    const url = this.#addresses[name]
    const startMs = this.#world.now()
    const health = await this.#get(`${url}/xrpc/_health`)
    const answerMs = this.#world.now() - startMs
    const isUp = health !== undefined && health.status < 500
    const version = isUp ? versionOf(health.text) : ''
    const counts = isUp ? await this.#countsOf(name, url) : ''
    return {name, url, isUp, version, answerMs, requestsPerSecond: undefined, counts}
  }

  /** Counting costs a server more than saying that it is up, so it is asked less often. */
  async #countsOf(name: string, url: string): Promise<string> {
    const known = this.#counts.get(name)
    if (known && this.#world.now() - known.atMs < countFreshMs) return known.text
    const text = await this.#count(name, url).catch(() => '')
    this.#counts.set(name, {atMs: this.#world.now(), text})
    return text
  }

  async #count(name: string, url: string): Promise<string> {
    const client = new Client({service: url, fetch: request => this.#world.fetch(request)})
    using limit = timeLimit(this.#world, timeoutMs)
    const {signal} = limit
    if (name === 'pds') {
      const {repos} = await client.query(listRepos, {limit: reposPage}, {signal})
      return repos.length >= reposPage ? `${reposPage}+ accounts` : plural(repos.length, 'account')
    }
    if (name === 'relay') {
      const {hosts} = await client.query(listHosts, {limit: reposPage}, {signal})
      const accounts = hosts.reduce((sum, {accountCount = 0}) => sum + accountCount, 0)
      return `${plural(hosts.length, 'server')}, ${plural(accounts, 'account')}`
    }
    return ''
  }

  async #readNumbers(): Promise<{atMs: number; values: Map<string, number>} | undefined> {
    if (this.#metricsUrl === undefined) return undefined
    const answer = await this.#get(`${this.#metricsUrl}/metrics`)
    return answer?.status === 200 ? {atMs: this.#world.now(), values: numbersOf(answer.text)} : undefined
  }

  async #get(url: string): Promise<{status: number; text: string} | undefined> {
    try {
      return await withDeadline(this.#world, timeoutMs, undefined, async signal => {
        const response = await this.#world.fetch(new Request(url, {signal}))
        const bytes = await readBytes(response.body, metricsSizeMax, () => new Error('too long'))
        return {status: response.status, text: fromUtf8(bytes) ?? ''}
      })
    } catch {
      return undefined
    }
  }
}

const plural = (count: number, noun: string): string =>
  `${count.toLocaleString('en-GB')} ${noun}${count === 1 ? '' : 's'}`

function versionOf(text: string): string {
  try {
    const {version} = JSON.parse(text) as {version?: unknown}
    return typeof version === 'string' ? version.slice(0, 40) : ''
  } catch {
    return ''
  }
}

/** Prometheus' text: each series, with its labels as they stand, and its number. */
function numbersOf(text: string): Map<string, number> {
  const values = new Map<string, number>()
  for (const line of text.split('\n')) {
    const space = line.lastIndexOf(' ')
    if (space > 0 && !line.startsWith('#')) values.set(line.slice(0, space), Number(line.slice(space + 1)))
  }
  return values
}
