/** What a host is charged with, and how often it may be woken. */
import {deepEqual, equal} from 'node:assert/strict'
import {test} from 'node:test'
import {Upstream} from './upstream.ts'

type Deps = ConstructorParameters<typeof Upstream>[1]

const turns = async (): Promise<void> => {
  for (let i = 0; i < 20; i++) await new Promise(setImmediate)
}

/** A host that refuses every connection, and a wait before the next that nothing but a signal ends. */
function made() {
  const clock = {ms: 1_000_000}
  const charged: [string, number][] = []
  const asked: string[] = []
  const budget = {accounts: 5, charge: (cost: string, amount: number) => void charged.push([cost, amount])}
  const world = {
    now: () => clock.ms,
    random: (size: number) => new Uint8Array(size),
    subscribe: async (request: Request) => {
      asked.push(request.url)
      throw new Error('refused')
    },
    sleep: (_: number, signal: AbortSignal) =>
      new Promise((_, reject) => {
        if (signal.aborted) reject(signal.reason as Error)
        signal.addEventListener('abort', () => reject(signal.reason as Error), {once: true})
      }),
  }
  const store = {accountCounts: async (hosts: readonly number[]) => new Map(hosts.map(id => [id, 9]))}
  const log = {info: () => {}, warn: () => {}, debug: () => {}}
  const deps = {world, budget, store, log} as unknown as Deps
  const upstream = new Upstream({id: 1, hostname: 'pds.example.com', cursor: 7}, deps)
  return {upstream, budget, charged, asked, clock}
}

test('a host has more accounts by those that are new, and by nothing else that it is charged with', () => {
  const {upstream, budget, charged} = made()
  upstream.charge('events', 3)
  upstream.charge('lookups', 1)
  equal(budget.accounts, 5)
  upstream.charge('accounts', 2)
  equal(budget.accounts, 7)
  deepEqual(charged, [
    ['events', 3],
    ['lookups', 1],
    ['accounts', 2],
  ])
})

test('a host that waits to be asked again is asked at once when it is woken, but once in ten seconds', async () => {
  const {upstream, budget, asked, clock} = made()
  deepEqual([upstream.seq, upstream.connected], [7, false])
  const ended = new AbortController()
  const run = upstream.run(ended.signal)
  await turns()
  deepEqual(asked, ['https://pds.example.com/xrpc/com.atproto.sync.subscribeRepos?cursor=7'])
  equal(budget.accounts, 9, 'as many as were seen on it before')
  const afterWake = async (ms: number): Promise<number> => {
    clock.ms += ms
    upstream.wake()
    await turns()
    return asked.length
  }
  deepEqual([await afterWake(0), await afterWake(0), await afterWake(9_999), await afterWake(1)], [2, 2, 2, 3])
  // A clock that was set back holds nobody up for longer.
  equal(await afterWake(-3_600_000), 4)
  ended.abort()
  await run
  equal(asked.length, 4)
})
