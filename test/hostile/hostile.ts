/**
 * Runs hostile cases against a network, some at a time, and looks all along and afterwards whether anybody else has
 * noticed: people who behave are answered meanwhile, no process ends or tells of a fault of its own, and in the end
 * every service is as quick as before and has given back its memory.
 */
import {setTimeout as sleep} from 'node:timers/promises'
import {serviceNames} from '../../src/bin/services.ts'
import type {HostileCase} from './case.ts'
import type {HostileNetwork} from './network.ts'

const atOnce = 6
const caseMs = 40_000
const canaryEveryMs = 200
/** Nobody who behaves waits as long as this, on a busy machine. */
const canaryMsMax = 10_000
const settleMs = 60_000
export const answerMsMax = 50
export const memoryGrowthMax = 100 * 2 ** 20
const asks = 30

export interface Outcome {
  /** Family → cases tried and held. */
  readonly families: ReadonlyMap<string, {tried: number; held: number}>
  /** What did not hold, by name. */
  readonly faults: readonly string[]
  /** The longest that anybody else waited for an answer meanwhile, in milliseconds. */
  readonly canaryMs: number
  /** Service → median of its answers afterwards, in milliseconds. */
  readonly answerMs: ReadonlyMap<string, number>
  /** Process → growth of its memory, in bytes. */
  readonly growth: ReadonlyMap<string, number>
}

/** `settles`: whether to wait until memory has been given back. */
export async function runHostile(
  network: HostileNetwork,
  cases: readonly HostileCase[],
  {settles = true} = {},
): Promise<Outcome> {
  const families = new Map<string, {tried: number; held: number}>()
  const faults: string[] = []
  await warmUp(network)
  const before = network.memory()
  const canary = new Canary(network)
  const work = async (queue: HostileCase[]): Promise<void> => {
    for (let one; (one = queue.shift());) {
      const count = families.get(one.family) ?? {tried: 0, held: 0}
      families.set(one.family, count)
      count.tried++
      const fault = await tried(one, network)
      if (fault === undefined) count.held++
      else faults.push(`${one.on}, ${one.family}, ${one.name}: ${fault}`)
      for (const told of network.faults())
        faults.push(`about when it was ${one.on}, ${one.family}, ${one.name}: ${told}`)
    }
  }
  const others = cases.filter(({isAlone}) => !isAlone)
  await Promise.all(Array.from({length: atOnce}, () => work(others)))
  await work(cases.filter(({isAlone}) => isAlone))
  faults.push(...(await canary.stop()))
  faults.push(...network.faults())
  const growth = await settled(network, before, settles ? settleMs : 0)
  return {families, faults, canaryMs: canary.longestMs, answerMs: await answerTimes(network), growth}
}

async function tried(one: HostileCase, network: HostileNetwork): Promise<string | undefined> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new Error(`not over within ${caseMs} ms`)), caseMs)
  try {
    await Promise.race([one.run(network), late.promise])
    return undefined
  } catch (error) {
    const {message, stack = ''} = error as Error
    return `${message}\n${stack
      .split('\n')
      .filter(line => line.includes('/test/hostile/'))
      .slice(0, 3)
      .join('\n')}`
  } finally {
    clearTimeout(timer)
  }
}

/** What somebody who behaves asks of each service. */
const questions = (network: HostileNetwork): Map<string, string> => {
  const {did} = network.alice
  return new Map([
    ['plc', `${network.url('plc')}/${did}`],
    [
      'pds',
      `${network.url('pds')}/xrpc/com.atproto.repo.getRecord?repo=${did}&collection=app.bsky.actor.profile&rkey=self`,
    ],
    ['relay', `${network.url('relay')}/xrpc/com.atproto.sync.getRepoStatus?did=${did}`],
    ['jetstream', `${network.url('jetstream')}/_health`],
    ['feeds', `${network.url('feeds')}/xrpc/app.bsky.feed.describeFeedGenerator`],
    ['tap', `${network.url('tap')}/stats`],
    ['appview', `${network.url('appview')}/xrpc/app.bsky.actor.getProfile?actor=${did}`],
    ['web', `${network.url('web')}/about`],
  ])
}

class Canary {
  longestMs = 0
  readonly #faults = new Set<string>()
  readonly #ending = new AbortController()
  readonly #singing: Promise<void>

  constructor(network: HostileNetwork) {
    this.#singing = this.#sing(questions(network))
  }

  async stop(): Promise<string[]> {
    this.#ending.abort()
    await this.#singing
    return [...this.#faults]
  }

  async #sing(urls: ReadonlyMap<string, string>): Promise<void> {
    while (!this.#ending.signal.aborted) {
      await Promise.all([...urls].map(([name, url]) => this.#ask(name, url)))
      await sleep(canaryEveryMs)
    }
  }

  async #ask(name: string, url: string): Promise<void> {
    const began = performance.now()
    try {
      const response = await fetch(url, {signal: AbortSignal.timeout(canaryMsMax)})
      await response.arrayBuffer()
      if (response.status >= 500) this.#faults.add(`somebody else was answered with ${response.status} by ${name}`)
    } catch (error) {
      this.#faults.add(`somebody else was not answered by ${name}: ${(error as Error).message}`)
    }
    this.longestMs = Math.max(this.longestMs, performance.now() - began)
  }
}

/** As a network is that has been in use: to check passwords takes memory for good, some for each thread that does it. */
async function warmUp(network: HostileNetwork): Promise<void> {
  await Promise.all(Array.from({length: 8}, () => network.newcomer()))
  for (let i = 0; i < asks; i++) {
    await Promise.all([...questions(network).values()].map(async url => (await fetch(url)).arrayBuffer()))
  }
}

/** By how much each process has grown, once none has grown by more than it may, or time is up. */
async function settled(
  network: HostileNetwork,
  before: ReadonlyMap<string, number>,
  withinMs: number,
): Promise<Map<string, number>> {
  const end = performance.now() + withinMs
  for (;;) {
    const growth = new Map([...network.memory()].map(([name, bytes]) => [name, bytes - (before.get(name) ?? 0)]))
    const isBack = [...growth.values()].every(bytes => bytes <= memoryGrowthMax)
    if (isBack || performance.now() > end) return growth
    await sleep(500)
  }
}

async function answerTimes(network: HostileNetwork): Promise<Map<string, number>> {
  const times = new Map<string, number>()
  const urls = questions(network)
  for (const name of serviceNames) {
    const took: number[] = []
    for (let i = 0; i < asks; i++) {
      const began = performance.now()
      await (await fetch(urls.get(name)!)).arrayBuffer()
      took.push(performance.now() - began)
    }
    times.set(name, took.toSorted((a, b) => a - b)[asks >> 1])
  }
  return times
}
