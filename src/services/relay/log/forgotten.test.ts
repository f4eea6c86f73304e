/** A takedown takes an account's events out of the replay window, and nothing else. */
import {deepEqual, equal} from 'node:assert/strict'
import {mkdtempSync, readdirSync, readFileSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {test, type TestContext} from 'node:test'
import type {Did} from '#atp/syntax/did.ts'
import {encodeEvent} from '#atp/sync/event.ts'
import {silentLog} from '#std/log.ts'
import {eachFrame} from '#std/wire/frames.ts'
import {TestRepo, testKey} from '../../../../test/commits.ts'
import {FirehoseNetwork} from '../../../../test/firehose-network.ts'
import {frames, running, type Running} from '../../../../test/relays.ts'
import {ForgottenEvents} from './forgotten.ts'

const nowMs = Date.parse('2026-01-02T03:04:05Z')
const hostname = 'pds.example.com'
const limits = {timeout: 20_000}

const take = async ({relay}: Running, path: string, did: string): Promise<number> => {
  const request = new Request(`http://relay/admin/repo/${path}`, {
    method: 'POST',
    headers: {'content-type': 'application/json', authorization: `Basic ${btoa('admin:word')}`},
    body: JSON.stringify({did}),
  })
  return (await relay.fetch(request)).status
}
/** Which events come from the oldest on, by their numbers. */
const told = async ({relay}: Running, count: number) =>
  (await frames(relay, 0, count)).map(({t, body}) => [body.seq, t, body.repo ?? body.did])
/** The same, as a view in this process is handed them. */
async function handed({relay}: Running, last: number): Promise<unknown[]> {
  const stopping = new AbortController()
  const found: unknown[] = []
  for await (const batch of relay.verifiedEvents('here').follow(0, stopping.signal)) {
    found.push(...batch.events().map(event => event.t !== '#info' && [event.seq, event.t, event.did]))
    if (batch.last >= last) break
  }
  return found
}

test(
  'what the log has of an account is given out no more once it is taken down, also after a restart',
  limits,
  async context => {
    const folder = mkdtempSync(join(tmpdir(), 'relay-'))
    context.after(() => rmSync(folder, {recursive: true}))
    const settings = {
      RELAY_DATABASE: `sqlite:${join(folder, 'relay.sqlite')}`,
      RELAY_LOG: `file:${join(folder, 'log')}`,
      RELAY_ADMIN_PASSWORD: 'word',
    }
    const network = new FirehoseNetwork(nowMs + 300_000)
    const host = network.host(hostname)
    const repos = ['a', 'b'].map((letter, i) => new TestRepo(`did:plc:${letter.repeat(24)}`, testKey(i + 1), nowMs))
    for (const {did, key} of repos) network.account(did, key.publicKey, hostname)
    const [a, b] = repos.map(({did}) => did)
    let seq = 0
    const write = (...of: number[]): void => {
      for (const i of of)
        host.send(encodeEvent({...repos[i].write({[`app.bsky.feed.post/${seq}`]: {}}).event, seq: ++seq}))
    }
    const first = await running(context, network, settings)
    write(0, 1, 0, 1)
    equal((await told(first, 4)).length, 4)
    deepEqual([await take(first, 'takeDown', a), await take(first, 'takeDown', 'did:plc:none')], [200, 404])
    const left = [
      [2, '#commit', b],
      [4, '#commit', b],
      [5, '#account', a],
    ]
    deepEqual(await told(first, 3), left)
    deepEqual(await handed(first, 5), left)
    await first.relay.stop()

    const second = await running(context, network, settings)
    deepEqual(await told(second, 3), left)
    deepEqual(await handed(second, 5), left)
    // What comes after its reversal is given out, and what was before is not again.
    equal(await take(second, 'reverseTakedown', a), 200)
    write(1)
    deepEqual(await told(second, 5), [...left, [6, '#account', a], [7, '#commit', b]])
  },
)

/** A folder for a log, with an account `b` beside the account `a` that is to be taken down, and how often `a` is in it. */
function folderOf(context: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'relay-'))
  context.after(() => rmSync(folder, {recursive: true}))
  const settings = {
    RELAY_DATABASE: `sqlite:${join(folder, 'relay.sqlite')}`,
    RELAY_LOG: `file:${join(folder, 'log')}`,
    RELAY_ADMIN_PASSWORD: 'word',
  }
  const posts = (text: string): number =>
    readdirSync(join(folder, 'log'))
      .map(name => readFileSync(join(folder, 'log', name), 'latin1').split(text).length - 1)
      .reduce((sum, count) => sum + count, 0)
  return {settings, posts}
}

test(
  'the bytes of what was taken down are erased on disk, also when the relay ends before that',
  limits,
  async context => {
    const {settings, posts} = folderOf(context)
    const network = new FirehoseNetwork(nowMs + 300_000)
    const host = network.host(hostname)
    const repos = ['a', 'b'].map((letter, i) => new TestRepo(`did:plc:${letter.repeat(24)}`, testKey(i + 1), nowMs))
    for (const {did, key} of repos) network.account(did, key.publicKey, hostname)
    const written = repos.flatMap((repo, i) =>
      Array.from({length: 3}, (_, n) => repo.write({[`app.bsky.feed.post/${n}`]: {text: `said by ${i}`}}).event),
    )
    const first = await running(context, network, settings)
    for (const [i, event] of written.entries()) host.send(encodeEvent({...event, seq: i + 1}))
    await frames(first.relay, 0, 6)
    deepEqual([posts('said by 0'), posts('said by 1')], [3, 3])
    equal(await take(first, 'takeDown', repos[0].did), 200)
    // What it has not come to by now is left to the next one.
    await first.relay.stop()

    const second = await running(context, network, settings)
    const erasing = (): boolean => /relay_erasing_accounts(\{\})? [1-9]/.test(second.metrics.render())
    while (erasing()) await new Promise(resolve => setImmediate(resolve))
    deepEqual([posts('said by 0'), posts('said by 1')], [0, 3])
    const left = (await told(second, 4)).map(([, t, did]) => [t, did])
    deepEqual(left, [...Array.from({length: 3}, () => ['#commit', repos[1].did]), ['#account', repos[0].did]])
  },
)

test('a consumer in the middle of it gets no gap but that', limits, async context => {
  const network = new FirehoseNetwork(nowMs + 300_000)
  const host = network.host(hostname)
  const repo = new TestRepo(`did:plc:${'a'.repeat(24)}`, testKey(1), nowMs)
  network.account(repo.did, repo.key.publicKey, hostname)
  const relay = await running(context, network, {RELAY_ADMIN_PASSWORD: 'word'})
  host.send(encodeEvent(repo.write({'app.bsky.feed.post/1': {}}).event))
  await frames(relay.relay, 0, 1)
  const stream = relay.relay.frames(
    new Request('http://relay/xrpc/com.atproto.sync.subscribeRepos'),
    AbortSignal.timeout(60_000),
  )
  if (stream instanceof Response) throw new Error('refused')
  const next = eachFrame(stream)[Symbol.asyncIterator]().next()
  equal(await take(relay, 'takeDown', repo.did), 200)
  equal((await next).done, false, 'the #account comes at once')
})

/** The erasing of these accounts, by where each is and how far it goes, in a log whose oldest event is `first`. */
function erasing(first: number, accounts: Record<string, readonly [erased: number, through: number]>) {
  const left = new Map(Object.entries(accounts).map(([did, [erased, through]]) => [did as Did, {erased, through}]))
  const found = {
    steps: [] as (readonly [number, number])[],
    waits: [] as number[],
    recalled: [] as string[],
    faults: 0,
    durable: 7_000,
  }
  const forgotten = new ForgottenEvents({
    store: {
      letGo: async () => {},
      forget: async (did, through) => void left.set(did, {erased: 0, through}),
      forgotten: async () => new Map(left),
      erased: async (dids, at) => {
        for (const did of dids.keys()) if ((left.get(did)?.through ?? 0) <= at) left.delete(did)
      },
    },
    log: {
      next: 7_001,
      erase: async ({after, through}) => {
        if (found.faults-- > 0) throw new Error('full')
        found.steps.push([after, through])
        return 0
      },
    },
    events: {
      bounds: () => ({first, last: found.durable}),
      forget: () => {},
      wasErased: (did, through) => void found.recalled.push(`${did} ${through}`),
      isForgotten: () => true,
    },
    world: {
      sleep: async ms => {
        found.waits.push(ms)
        found.durable = 7_000
      },
    },
    tell: silentLog,
  })
  return {forgotten, found}
}

test('a log is gone through in steps of two thousand events, from where it was left to where each ends', async () => {
  for (const [first, accounts, steps, recalled] of [
    [1, {a: [0, 2_000]}, [[0, 2_000]], ['a 2000']],
    [
      1,
      {a: [100, 5_000], b: [0, 2_001]},
      [
        [0, 2_000],
        [2_000, 4_000],
        [4_000, 5_000],
      ],
      ['a 5000', 'b 2001'],
    ],
    [
      2_501,
      {a: [0, 5_000]},
      [
        [2_500, 4_500],
        [4_500, 5_000],
      ],
      ['a 5000'],
    ],
    [1, {a: [3_000, 3_001]}, [[3_000, 3_001]], ['a 3001']],
  ] as const) {
    for (const faults of [0, 1]) {
      const {forgotten, found} = erasing(first, accounts)
      found.faults = faults
      await forgotten.load()
      equal(forgotten.count, Object.keys(accounts).length)
      const stopping = new AbortController()
      const run = forgotten.run(stopping.signal)
      while (forgotten.count > 0) await new Promise(resolve => setImmediate(resolve))
      deepEqual([found.steps, found.recalled], [steps, recalled])
      deepEqual(found.waits, [...Array.from({length: faults}, () => 60_000), ...steps.map(() => 50)])
      await forgotten.forget('c' as Did)
      while (forgotten.count > 0) await new Promise(resolve => setImmediate(resolve))
      equal(found.recalled.at(-1), 'c 7000', 'it was waked')
      stopping.abort()
      await run.catch(() => {})
    }
  }
})

test('what was not durable when its account was taken down is erased once it is', async () => {
  const {forgotten, found} = erasing(1, {a: [0, 5]})
  found.durable = 3
  await forgotten.load()
  const stopping = new AbortController()
  const run = forgotten.run(stopping.signal)
  while (forgotten.count > 0) await new Promise(resolve => setImmediate(resolve))
  stopping.abort()
  await run.catch(() => {})
  deepEqual(found.steps, [
    [0, 3],
    [3, 5],
  ])
})
