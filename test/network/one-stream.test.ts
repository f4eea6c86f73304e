/**
 * In one process an event is decoded once and its signature checked once, however many views there are: counted by what
 * the frame reader counts anyway, and by an engine of cryptography that counts.
 */
import {deepEqual} from 'node:assert/strict'
import {test, type TestContext} from 'node:test'
import {AtpAgent} from '@atproto/api'
import {cryptoEngine, useCryptoEngine} from '#atp/crypto/engine.ts'
import {framesDecoded} from '#atp/sync/frame.ts'
import {useNativeCrypto} from '#engines/crypto/native.ts'
import {Metrics} from '#runtime/health/metrics.ts'
import {Firehose} from '#sdk/firehose.ts'
import {Identities} from '#sdk/identity.ts'
import {silentLog} from '#std/log.ts'
import type {StreamEvent} from '#stream/verified-events.ts'
import {runView, ViewNumbers, type ViewStore} from '#stream/view.ts'
import {until} from '../until.ts'
import {openLoopNetwork} from './loop.ts'

useNativeCrypto()

const commitCount = 10

/** Counts signature checks until the test ends. */
function countChecks(context: TestContext): () => number {
  const before = cryptoEngine
  let count = 0
  useCryptoEngine({
    ...before,
    verify(...given) {
      count++
      return before.verify(...given)
    },
  })
  context.after(() => useCryptoEngine(before))
  return () => count
}

/** The smallest view there is. What it has seen is what it knows. */
class Seen implements ViewStore {
  readonly events: StreamEvent[] = []
  #cursor: number | undefined

  get records(): number {
    return this.events.filter(
      event => event.t === '#commit' && event.ops.every(({cid}) => cid && event.carried.get(cid)),
    ).length
  }

  async cursor(): Promise<number | undefined> {
    return this.#cursor
  }

  async apply(_: string, events: readonly StreamEvent[], cursor: number): Promise<void> {
    this.events.push(...events)
    this.#cursor = cursor
  }
}

test('ten commits cost ten checks and ten decodes, and one more view none', {timeout: 60_000}, async context => {
  const checks = countChecks(context)
  const {world, streams, metrics} = await openLoopNetwork(context)
  const [stream] = streams
  const agent = new AtpAgent({
    service: 'http://localhost:2583',
    fetch: (input, init) => world.fetch(new Request(input, init)),
  })
  await agent.createAccount({handle: 'alice.test', email: 'alice@example.com', password: 'correct horse'})
  /** How far the views are behind the relay, in events. */
  const behind = (): number =>
    [...metrics.render().matchAll(/^view_events_behind\{.*\} (\d+)$/gm)].reduce(
      (sum, [, count]) => sum + Number(count),
      0,
    )
  /** What ten posts cost, once every view has them. */
  const tenPosts = async (isSeen = () => true): Promise<{checks: number; decodes: number}> => {
    const before = {checks: checks(), decodes: framesDecoded['#commit'], last: stream.bounds()?.last ?? 0}
    for (let n = 0; n < commitCount; n++) await agent.post({text: 'hello', createdAt: new Date().toISOString()})
    const areThere = (): boolean => stream.bounds()?.last === before.last + commitCount && behind() === 0 && isSeen()
    await until(areThere, 'every view has ten posts')
    return {checks: checks() - before.checks, decodes: framesDecoded['#commit'] - before.decodes}
  }
  // What comes with a new account is to be over.
  await agent.post({text: 'hello', createdAt: new Date().toISOString()})
  const feedLength = async (): Promise<number> => (await agent.getAuthorFeed({actor: agent.assertDid})).data.feed.length
  await until(async () => behind() === 0 && (await feedLength().catch(() => 0)) === 1, 'the first post is in its feed')
  deepEqual(await tenPosts(), {checks: commitCount, decodes: commitCount})

  const stop = new AbortController()
  context.after(() => stop.abort())
  const seen = new Seen()
  const numbers = new ViewNumbers('seen', new Metrics(), world.now)
  const viewing = runView({source: stream, store: seen, start: 'live', numbers, world, log: silentLog}, stop.signal)
  deepEqual(await tenPosts(() => seen.records === commitCount), {checks: commitCount, decodes: commitCount})
  stop.abort()
  await viewing

  // The counters count: who follows the relay beside it, as a program of its own does, pays for each event.
  const leave = new AbortController()
  context.after(() => leave.abort())
  let isOpen = false
  const identities = new Identities({world, plcUrl: 'http://localhost:2582', txt: async () => []})
  const own = new Firehose({
    world,
    service: 'http://localhost:2470',
    signal: leave.signal,
    identities,
    onConnection: () => (isOpen = true),
  })
  let count = 0
  const reading = (async () => {
    for await (const event of own) if (event.t === '#commit') count++
  })()
  await until(() => isOpen, 'the firehose is connected')
  deepEqual(await tenPosts(() => count === commitCount), {checks: 2 * commitCount, decodes: 2 * commitCount})
  leave.abort()
  await reading
})
