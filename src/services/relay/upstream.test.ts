/** What a host is charged with, and how often it may be woken. */
import {deepEqual, equal} from 'node:assert/strict'
import {test} from 'node:test'
import {Upstream} from './upstream.ts'

type Deps = ConstructorParameters<typeof Upstream>[1]

function made(clock: {ms: number}) {
  const charged: [string, number][] = []
  const budget = {accounts: 5, charge: (cost: string, amount: number) => void charged.push([cost, amount])}
  const world = {now: () => clock.ms}
  const upstream = new Upstream({id: 1, hostname: 'pds.example.com', cursor: 7}, {world, budget} as unknown as Deps)
  return {upstream, budget, charged}
}

test('a host has more accounts by those that are new, and by nothing else that it is charged with', () => {
  const {upstream, budget, charged} = made({ms: 0})
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

test('a host that has not been read is where its row says, on its own origin', () => {
  const {upstream} = made({ms: 0})
  deepEqual([upstream.seq, upstream.connected, upstream.origin], [7, false, 'https://pds.example.com'])
})
